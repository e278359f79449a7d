"""The squad's policy in ``squad.toml``: any field of `planner.policy.Policy`, durations and prices in minutes.

A field that `planner.policy` holds in seconds is written ``<field>_minutes``; limits of hours are written in hours;
counts, days and yes/no keep their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from api.exchange.records import Record, Value
from geo.text import Text
from planner.partner import PARTNER_NAMES, PartnerKind
from planner.policy import (
    HOUR,
    MINUTE,
    BreakPolicy,
    MendingPolicy,
    Policy,
    PricePolicy,
    RepairPolicy,
    ResponsePolicy,
    VisitPolicy,
)

COUNTS = frozenset(
    {
        "joint_per_week",
        "min_days_apart",
        "routine_per_week",
        "recheck_after_days",
        "recheck_tolerance",
        "max_outings_per_week",
    }
)
"""Whole numbers that are no durations."""

HOURS = frozenset({"max_patrol_hours_per_day", "max_patrol_hours_per_week"})
"""Durations that people name in hours."""

AT_LEAST_A_SECOND = frozenset({"duration", "limit"})
PARTNER_WORDS: Mapping[str, PartnerKind] = {
    **{name.zh: kind for kind, name in PARTNER_NAMES.items()},
    **{kind.value: kind for kind in PartnerKind},
    "居委会": PartnerKind.COMMITTEE,
    "物业公司": PartnerKind.PROPERTY,
    "房管办": PartnerKind.HOUSING,
}

Part = TypeVar("Part", Policy, VisitPolicy, BreakPolicy, ResponsePolicy, PricePolicy, MendingPolicy, RepairPolicy)


def read_policy(settings: Record, breaks: Mapping[str, BreakPolicy], bands: frozenset[str]) -> Policy:
    """Return the default policy with what `settings` overrides.

    Parameters
    ----------
    breaks
        Breaks by band as the bands define them; ``policy.breaks.<band>`` may say more of them.
    bands
        Ids of the bands.
    """
    base = Policy()
    visits = {kind: _override(part, f"policy.visits.{kind}", settings) for kind, part in base.visits.items()}
    policy = replace(
        _override(base, "policy", settings),
        visits=visits,
        breaks={band: _override(part, f"policy.breaks.{band}", settings) for band, part in breaks.items()},
        response=_override(base.response, "policy.response", settings),
        prices=_override(base.prices, "policy.prices", settings),
        mending=_override(base.mending, "policy.mending", settings),
        repairs=_override(base.repairs, "policy.repairs", settings),
    )
    _check(policy, settings, bands)
    return policy


def policy_settings(policy: Policy) -> dict[str, Value]:
    """Return every setting that `read_policy` reads, as a flat table."""
    values = _flat(policy, "policy")
    for kind, part in policy.visits.items():
        values |= _flat(part, f"policy.visits.{kind}")
    for band, rest in policy.breaks.items():
        more = _flat(rest, f"policy.breaks.{band}")
        values |= {key: value for key, value in more.items() if key.endswith((".breakable", ".wrap_up_minutes"))}
    for name in ("response", "prices", "mending", "repairs"):
        values |= _flat(getattr(policy, name), f"policy.{name}")
    return values


def key_of(name: str, value: object) -> str:
    """Return the key under which a policy field is written."""
    is_duration = isinstance(value, int) and not isinstance(value, bool) and name not in COUNTS | HOURS
    return f"{name}_minutes" if is_duration else name


def _override(part: Part, prefix: str, settings: Record) -> Part:
    changes: dict[str, Any] = {}
    for field in fields(part):
        default = getattr(part, field.name)
        key = f"{prefix}.{key_of(field.name, default)}"
        if key in settings.values:
            changes[field.name] = _value(field.name, default, key, settings)
    return replace(part, **changes)


def _value(name: str, default: object, key: str, settings: Record) -> object:
    if isinstance(default, bool):
        return settings.flag(key)
    if name in COUNTS:
        return settings.whole(key)
    if isinstance(default, int):
        return _seconds(key, settings, unit=_unit(name), least=1 if name in AT_LEAST_A_SECOND else 0)
    words = settings.words(key)
    return _partner_kinds(words, key, settings) if name == "partners" else words


def _unit(name: str) -> int:
    """Return the seconds of the unit in which a duration is written."""
    return HOUR if name in HOURS else MINUTE


def _seconds(key: str, settings: Record, *, unit: int, least: int) -> int:
    given = settings.number(key) * unit
    seconds = round(given)
    if abs(given - seconds) > 1e-6 or seconds < least:  # 12.1 h times 3600 is a hair off a whole number
        word = Text("小时", "hours") if unit == HOUR else Text("分钟", "minutes")
        problem = Text(f"不是可用的{word.zh}数", f"Is not a usable number of {word.en}")
        mend = Text(f"填写{word.zh}数,不能为负", f"Write {word.en}, not below zero")
        settings.fault(f"bad_{word.en}", key, problem, mend)
        return least
    return seconds


def _partner_kinds(words: tuple[str, ...], key: str, settings: Record) -> tuple[PartnerKind, ...]:
    for word in words:
        if word.casefold() not in PARTNER_WORDS:
            listed = "、".join(name.zh for name in PARTNER_NAMES.values())
            problem = Text(f"不认识“{word}”", f"'{word}' is not known here")
            mend = Text(f"可填:{listed}", f"One of: {', '.join(PartnerKind)}")
            settings.fault("unknown_word", key, problem, mend)
    return tuple(PARTNER_WORDS[word.casefold()] for word in words if word.casefold() in PARTNER_WORDS)


def _check(policy: Policy, settings: Record, bands: frozenset[str]) -> None:
    key = "policy.response.certified_bands"
    for band in policy.response.certified_bands if key in settings.values else ():
        if band not in bands:
            problem = Text(f"没有班次“{band}”", f"There is no band '{band}'")
            settings.fault("unknown_band", key, problem, Text("填写 [bands] 中的编号", "Use an id from [bands]"))
    if (policy.joint_per_week - 1) * policy.min_days_apart > 6:
        problem = Text(
            f"一周 {policy.joint_per_week} 次、相隔 {policy.min_days_apart} 天,七天里排不下",
            f"{policy.joint_per_week} a week, {policy.min_days_apart} days apart, do not fit into seven days",
        )
        mend = Text("减少次数或相隔天数", "Lower one of the two")
        settings.fault("spacing_impossible", "policy.joint_per_week", problem, mend)


def _flat(part: Part, prefix: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        key = f"{prefix}.{key_of(field.name, value)}"
        if isinstance(value, tuple):
            values[key] = [str(word) for word in value]
        elif isinstance(value, bool) or field.name in COUNTS:
            values[key] = value
        elif isinstance(value, int):
            unit = _unit(field.name)
            values[key] = value // unit if value % unit == 0 else value / unit
    return values
