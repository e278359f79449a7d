"""What happened to a case, told step by step in words, and how its clocks stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from api.pages import say
from api.pages.case_words import WORDS
from api.pages.cases import case_address, clock_said
from api.storage.cases import ToldStep
from casework.case import (
    CHANNEL_NAMES,
    OUTCOME_NAMES,
    Arrived,
    Case,
    Channel,
    Dispatched,
    Filed,
    Handled,
    MergedInto,
    Recalled,
    Rechecked,
)
from casework.clocks import property_due
from casework.privacy import mask_phones
from casework.violation import CATALOGUE
from geo.text import Language

UPLOADED_LATE = timedelta(minutes=10)
"""What reaches the records longer than this after it happened is said to have been handed in later."""


def timeline(
    squad_id: str, case: Case, steps: Sequence[ToldStep], names: Mapping[str, str], language: Language
) -> list[dict[str, Any]]:
    """Return what happened, first things first.

    Parameters
    ----------
    names
        Of officers, by id.
    """
    channel = CHANNEL_NAMES[case.report.channel].say(language)
    begin = {
        "at": say.moment(case.report.reported_at).say(language),
        "said": WORDS["told_by"].say(language).format(channel=channel),
        "names": "",
        "notes": [mask_phones(case.report.note)] if case.report.note else [],
        "more": "",
        "link": None,
        "by": "",
        "files": (),
        "kind": "report",
    }
    return [begin, *(_told(squad_id, case, one, names, language) for one in steps)]


def _told(squad_id: str, case: Case, told: ToldStep, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    def words(key: str, **values: str) -> str:
        return WORDS[key].say(language).format(**values)

    step, said, more = told.step, "", ""
    who: Sequence[str] = ()
    notes: list[str] = []
    files: Sequence[str] = ()
    link = None
    match step:
        case Filed():
            said = words("filed")
        case Dispatched():
            said, who = words("dispatched", officers="{names}"), step.officers
        case Recalled():
            said, notes = words("recalled"), [step.reason]
        case Arrived():
            said, who, files = words("arrived", officer="{names}"), (step.officer,), step.files
            after = say.lasting(step.at - case.report.reported_at).say(language)
            more = words("after_report", span=after)
            notes = [words("elsewhere", reason=step.reason)] if step.reason else []
        case Handled():
            outcome = OUTCOME_NAMES[step.outcome].say(language)
            kind = "" if step.type is None else f" · {CATALOGUE[step.type].name.say(language)}"
            said, notes, files = words("handled", outcome=outcome) + kind, [step.note], step.files
        case Rechecked():
            said, notes, files = words("passed" if step.passed else "failed_again"), [step.note], step.files
            who = (step.officer,) if step.officer else ()
        case MergedInto():
            said, link = words("merged"), {"number": step.case_id, "address": case_address(squad_id, step.case_id)}
    head, _, tail = said.partition("{names}")
    late = told.recorded_at - step.at > UPLOADED_LATE
    uploaded = words("uploaded", at=say.moment(told.recorded_at).say(language)) if late else ""
    return {
        "at": say.moment(step.at).say(language),
        "head": head,
        "names": say.listed([names.get(one, one) for one in who], language),
        "tail": tail,
        "said": said,
        "notes": [mask_phones(one) for one in notes if one],
        "more": " · ".join(one for one in (more, uploaded) if one),
        "link": link,
        "by": told.by,
        "files": files,
        "kind": type(step).__name__.lower(),
    }


def clocks(case: Case, now: datetime, language: Language) -> list[dict[str, Any]]:
    """Return how each clock of a case stands."""
    found = [{"name": WORDS["two_hours"].say(language), **_arrival(case, now, language)}]
    if case.report.channel is Channel.PROPERTY:
        found.append({"name": WORDS["property_clock"].say(language), **_property(case, language)})
    due = case.recheck_due()
    if due is not None:
        said = WORDS["recheck_on"].say(language).format(day=say.day(due, now.date()).say(language))
        clock = clock_said(case, now, language)
        found.append(
            {
                "name": WORDS["recheck"].say(language),
                "said": said,
                "more": clock["said"] if clock["how"] == "bad" else "",
                "how": clock["how"],
            }
        )
    return found


def _arrival(case: Case, now: datetime, language: Language) -> dict[str, str]:
    if case.first_arrival is None:
        said = WORDS["be_there"].say(language).format(at=say.moment(case.due_at).say(language))
        clock = clock_said(case, now, language) if case.open else {"said": "", "how": "quiet"}
        return {"said": said, "more": clock["said"], "how": clock["how"]}
    late = case.late(now)
    values = {
        "at": say.moment(case.first_arrival).say(language),
        "span": say.lasting(case.first_arrival - case.report.reported_at).say(language),
    }
    said = WORDS["came_late" if late else "came"].say(language).format(**values)
    return {"said": said, "more": "", "how": "bad" if late else "quiet"}


def _property(case: Case, language: Language) -> dict[str, str]:
    tried = case.report.dissuaded_at
    if tried is None:
        return {"said": WORDS["property_untried"].say(language), "more": "", "how": "quiet"}
    due = property_due(tried)
    late = case.report.reported_at - due
    values = {
        "tried": say.moment(tried).say(language),
        "due": say.moment(due).say(language),
        "span": say.lasting(late).say(language) if late > timedelta() else "",
    }
    key = "property_late" if late > timedelta() else "property_in_time"
    return {"said": WORDS[key].say(language).format(**values), "more": "", "how": "bad" if values["span"] else "quiet"}
