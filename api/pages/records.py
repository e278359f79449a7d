"""The pages of the records, under one roof: communities, cases, reviews, prints."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import appraisal, case, cases, communities, community, outcome, reviews

router = APIRouter(include_in_schema=False)

for part in (communities, community, cases, case, reviews, appraisal, outcome):
    router.include_router(part.router)
