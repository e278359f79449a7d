"""Visits of past weeks from their table."""

from __future__ import annotations

from collections.abc import Sequence

from api.exchange.people import Directory, bands_by_word, find_band
from api.exchange.records import Record
from planner.officer import Band
from planner.past import PastVisit


def read_past(
    records: Sequence[Record], communities: Directory, officers: Directory, bands: Sequence[Band]
) -> tuple[PastVisit, ...]:
    """Return the visits of past weeks, however long ago; where no band is written, `begin` tells it later."""
    known = bands_by_word(bands)
    past = []
    for record in records:
        day, begin = record.day("date"), record.clock("begin")
        community = communities.find(record, "community", record.ident("community"))
        words = record.words("officers")
        if not words and record.ok:
            record.text("officers")  # says that it is not filled in
        found = [officers.find(record, "officers", word) for word in words]
        band = find_band(record, known) if record.has("band") else None
        if community is not None and record.ok:
            went = tuple(dict.fromkeys(officer for officer in found if officer is not None))
            past.append(PastVisit(day, begin, community, went, band.id if band else ""))
    return tuple(past)
