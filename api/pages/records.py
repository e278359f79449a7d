"""The pages of the records, under one roof: communities, cases, reviews, prints."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import appraisal, case, cases, communities, community, notice, outcome, prints, reviews

router = APIRouter(include_in_schema=False)

for part in (communities, community, cases, case, reviews, appraisal, outcome, prints, notice):
    router.include_router(part.router)
