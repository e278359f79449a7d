"""The door through which files come in: a squad's folder or workbook becomes one `planner.squad.Squad`.

Every fault of every file is found before anything is said, so that a squad leader mends all of them in one round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.exchange.columns import (
    COMMUNITIES,
    GATES,
    LEAVE,
    OFFICERS,
    PARTNERS,
    PAST,
    SHIFTS,
    TABLES,
    VEHICLES,
    VIOLATIONS,
)
from api.exchange.past import read_past
from api.exchange.people import (
    directory_of,
    read_leave,
    read_officers,
    read_partners,
    read_shifts,
    read_vehicles,
)
from api.exchange.places import read_communities, read_gates, read_violations
from api.exchange.records import Record, records_of
from api.exchange.settings import read_settings
from api.exchange.sources import RawSquad, read_source
from casework.obligation import KIND_NAMES, VisitKind
from geo.community import Community, Phase
from geo.errors import Fault, FaultLevel, InputError
from geo.tables import Table
from geo.text import Text
from planner.partner import PARTNER_NAMES, Partner
from planner.policy import Policy
from planner.squad import Squad

DBF_NAME_BYTES = 10
DAYS = 7
OWED = {Phase.PEAK: VisitKind.JOINT, Phase.PRE_DELIVERY: VisitKind.PRE_DELIVERY}
"""The visit with partners that each phase owes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A squad, and what was worth a warning in its files."""

    squad: Squad
    warnings: tuple[Fault, ...]


def load_squad(source: Path, *, sent: bool = False) -> Loaded:
    """Read a squad's folder or ``.xlsx`` workbook; docs/data-formats.md describes both.

    Parameters
    ----------
    sent
        Whether it is a workbook that somebody sent: it may then name no file beside it.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    faults: list[Fault] = []
    raw = read_source(source, faults)
    squad = _squad_of(raw, faults, sent=sent) if raw is not None else None
    faults = list(dict.fromkeys(faults))
    if squad is None or any(fault.level == "error" for fault in faults):
        raise InputError(faults)
    return Loaded(squad, tuple(faults))


def _squad_of(raw: RawSquad, faults: list[Fault], *, sent: bool) -> Squad:
    settings = read_settings(raw.settings, None if sent else raw.folder, raw.tables)
    tables = {kind.name: raw.tables.get(kind.name, Table("")) for kind in TABLES if kind is not COMMUNITIES}
    rows = {kind.name: records_of(kind, tables[kind.name], faults) for kind in TABLES if kind is not COMMUNITIES}
    outlines = raw.communities
    cut_at = DBF_NAME_BYTES if outlines.table.file.lower().endswith(".zip") else None
    rows[COMMUNITIES.name] = records_of(COMMUNITIES, outlines.table, faults, cut_at=cut_at)
    estates = directory_of(rows[COMMUNITIES.name], COMMUNITIES.title, "unknown_community")
    people = directory_of(rows[OFFICERS.name], OFFICERS.title, "unknown_officer")
    for kind in (PARTNERS, VEHICLES, VIOLATIONS):
        directory_of(rows[kind.name], kind.title)

    officers = read_officers(rows[OFFICERS.name])
    gates = read_gates(rows[GATES.name], estates, settings.systems[GATES.name])
    system = settings.systems[COMMUNITIES.name]
    communities = read_communities(rows[COMMUNITIES.name], outlines, system, gates, (people, officers))
    _more_than_a_week_holds(rows[COMMUNITIES.name], communities, settings.policy)
    partners = read_partners(rows[PARTNERS.name], estates)
    if len(partners) == len(rows[PARTNERS.name]):
        _missing_partners(rows[COMMUNITIES.name], communities, partners, settings.policy)
    sound = communities if communities and len(communities) == len(rows[COMMUNITIES.name]) else None
    system = settings.systems.get(VIOLATIONS.name)
    return Squad(
        id=settings.id,
        name=settings.name,
        hotline=settings.hotline,
        station=settings.station,
        bands=settings.bands,
        communities=communities,
        officers=officers,
        shifts=read_shifts(rows[SHIFTS.name], people, settings.bands),
        leave=read_leave(rows[LEAVE.name], people),
        partners=partners,
        vehicles=read_vehicles(rows[VEHICLES.name]),
        violations=read_violations(rows[VIOLATIONS.name], estates, sound, system),
        policy=settings.policy,
        roads=settings.roads,
        made_up=settings.made_up,
        attribution=settings.attribution,
        day_off=settings.day_off,
        day_on=settings.day_on,
        past=read_past(rows[PAST.name], estates, people, settings.bands),
    )


def _more_than_a_week_holds(rows: Sequence[Record], communities: Sequence[Community], policy: Policy) -> None:
    """Say which community asks for more joint inspections or stationing days than fit into seven days."""
    by_id = {record.ident("id"): record for record in rows}
    mend = Text("减少次数", "Ask for fewer")
    for community in communities:
        joint, apart = community.joint_per_week or 0, policy.min_days_apart
        if (joint - 1) * apart >= DAYS:
            problem = Text(
                f"一周 {joint} 次、相隔 {apart} 天,七天里排不下",
                f"{joint} a week, {apart} days apart, do not fit into seven days",
            )
            by_id[community.id].fault("spacing_impossible", "joint_per_week", problem, mend)
        if community.stationing_days > DAYS:
            problem = Text(
                f"一周驻点 {community.stationing_days} 天,只有七天",
                f"{community.stationing_days} days of stationing in a week of seven",
            )
            by_id[community.id].fault("too_many_days", "stationing_days", problem, mend)


def _missing_partners(
    rows: Sequence[Record], communities: Sequence[Community], partners: Sequence[Partner], policy: Policy
) -> None:
    """Say which community lacks a partner that its visits need: an error in the peak, before delivery a warning."""
    by_id = {record.ident("id"): record for record in rows}
    for community in communities:
        kind = OWED.get(community.phase)
        if kind is None:
            continue
        present = {partner.kind for partner in partners if community.id in partner.community_ids}
        for needed in policy.visits[kind].partners:
            if needed not in present:
                name = PARTNER_NAMES[needed]
                problem = Text(
                    f"小区 {community.id} 没有{name.zh},{KIND_NAMES[kind].zh}办不成",
                    f"Community {community.id} has no {name.en.lower()}, which its {KIND_NAMES[kind].en.lower()} needs",
                )
                mend = Text("在伙伴表中补上", "Add it to the partners")
                level: FaultLevel = "error" if community.phase is Phase.PEAK else "warning"
                by_id[community.id].fault("missing_partner", "id", problem, mend, level)
