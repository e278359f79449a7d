"""The two-hour check ready for JSON: `response.json`."""

from __future__ import annotations

from typing import Any

from geo.text import Text
from planner.phases import NEVER
from planner.response_report import Arrival, CommunityCover, CoverageGap, ResponseReport
from planner.response_words import explain_gap
from planner.week import WeeklyProblem


def to_dict(report: ResponseReport, problem: WeeklyProblem) -> dict[str, Any]:
    """Return the report ready for JSON: times as ISO 8601 with +08:00, seconds as integers, null for 'never'."""

    def iso(second: int) -> str:
        return problem.week.instant(second).isoformat()

    def known(seconds: int) -> int | None:
        return None if seconds >= NEVER else seconds

    def arrival(worst: Arrival | None) -> dict[str, Any] | None:
        if worst is None:
            return None
        return {
            "community": worst.community_id,
            "gate": worst.gate_id,
            "reported": iso(worst.instant),
            "arrived": None if worst.seconds >= NEVER else iso(worst.instant + worst.seconds),
            "seconds": known(worst.seconds),
            "officer": worst.officer_id,
            "state": _both(worst.state),
            "place": _both(worst.place),
        }

    def gap(one: CoverageGap) -> dict[str, Any]:
        return {
            "community": one.community_id,
            "gate": one.gate_id,
            "start": iso(one.start),
            "end": iso(one.end),
            "worst_reported": iso(one.instant),
            "worst_seconds": known(one.worst),
            "candidates": [
                {
                    "officer": c.officer_id,
                    "state": _both(c.state),
                    "place": _both(c.place),
                    "seconds": known(c.seconds),
                    "over": known(c.over),
                }
                for c in one.candidates
            ],
            "text": _both(explain_gap(one, problem)),
        }

    def community(cover: CommunityCover) -> dict[str, Any]:
        return {
            "community": cover.community_id,
            "name": problem.communities[cover.community_id].name,
            "share": cover.share,
            "duty_seconds": cover.watched,
            "late_seconds": cover.late,
            "worst": arrival(cover.worst),
            "hourly": [known(seconds) for seconds in cover.hourly],
            "first": dict(cover.first),
        }

    return {
        "week": str(problem.week),
        "limit": report.limit,
        "kept": report.kept,
        "share": report.share,
        "late_seconds": report.late,
        "late_minutes": report.late / 60,
        "estimated": report.estimated,
        "worst": arrival(report.worst),
        "duty": [{"start": iso(start), "end": iso(end)} for start, end in report.duty],
        "communities": [community(cover) for cover in report.communities],
        "gaps": [gap(one) for one in report.gaps],
        "first": report.first,
        "statements": [_both(text) for text in report.statements],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
