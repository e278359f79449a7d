"""How fast one gets along: km/h by highway class and mode, times a profile over the hours of the day.

Both are data (``speeds.toml`` beside this file) and guesses until a squad calibrates them; `SpeedTable.note` says so.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from geo.text import Text

HOURS = 24
LOCAL = "local"


class Mode(StrEnum):
    """What one moves with; values equal those of the planner's vehicle kinds."""

    CAR = "car"
    EBIKE = "ebike"


@dataclass(frozen=True, slots=True)
class StraightLineSpeed:
    """Speed of an estimate: km/h along a way `detour` times as long as the straight line, slowed like `group`."""

    kmh: float
    detour: float
    group: str


@dataclass(frozen=True, slots=True)
class ModeSpeeds:
    """Speeds of one mode.

    Attributes
    ----------
    kmh
        Free-flow km/h by highway class; a class that is missing is not driven.
    groups
        Profile group by highway class; `LOCAL` for a class that is missing.
    slowdown
        By group, 24 factors on time, hour 0 to 23; 1.0 is free flow.
    turn_seconds
        Whole seconds lost at a junction where one turns by more than 45 degrees.
    """

    kmh: Mapping[str, float]
    groups: Mapping[str, str]
    slowdown: Mapping[str, tuple[float, ...]]
    turn_seconds: int
    straight_line: StraightLineSpeed

    def __post_init__(self) -> None:
        numbers = [*self.kmh.values(), self.straight_line.kmh, self.straight_line.detour]
        factors = [factor for row in self.slowdown.values() for factor in row]
        if not all(math.isfinite(n) and n > 0 for n in [*numbers, *factors]):
            raise ValueError("speeds, detours and slowdowns are positive numbers")
        if any(len(row) != HOURS for row in self.slowdown.values()):
            raise ValueError("a slowdown profile has 24 numbers, one for each hour")
        unknown = {*self.groups.values(), self.straight_line.group, LOCAL} - set(self.slowdown)
        if unknown:
            raise ValueError(f"no slowdown profile for {', '.join(sorted(unknown))}")
        if self.turn_seconds < 0:
            raise ValueError("turn_seconds is not negative")

    def group(self, highway: str) -> str:
        """Return the profile group of a highway class."""
        return self.groups.get(highway, LOCAL)

    def factors(self, hour: int) -> dict[str, float]:
        """Return the factor on time by group at an hour of the day."""
        check_hour(hour)
        return {group: row[hour] for group, row in self.slowdown.items()}


@dataclass(frozen=True, slots=True)
class SpeedTable:
    """Speeds of all modes, and the sentence that says how far to trust them."""

    modes: Mapping[Mode, ModeSpeeds]
    note: Text

    def of(self, mode: str) -> ModeSpeeds:
        """Return the speeds of a mode (``car`` or ``ebike``)."""
        return self.modes[Mode(mode)]

    def fingerprint(self, mode: str) -> str:
        """Return a text that changes whenever a number of this mode does: part of the cache's key."""
        speeds = self.of(mode)
        line = speeds.straight_line
        parts = [dict(speeds.kmh), dict(speeds.groups), {k: list(v) for k, v in speeds.slowdown.items()}]
        return json.dumps([*parts, speeds.turn_seconds, line.kmh, line.detour, line.group], sort_keys=True)


@cache
def default_speeds() -> SpeedTable:
    """Return the table that ships with the project."""
    return speeds_from(tomllib.loads(files("geo").joinpath("speeds.toml").read_text(encoding="utf-8")))


def speeds_from(data: Mapping[str, Any]) -> SpeedTable:
    """Build a table from parsed TOML; what it leaves out is an error here, see `override` for changing a few numbers.

    Raises
    ------
    ValueError
        Where a number is missing or makes no sense.
    """
    try:
        modes = {mode: _mode_speeds(data[mode.value]) for mode in Mode}
        return SpeedTable(modes, Text(data["note_zh"], data["note_en"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the speed table lacks or misspells {error}") from error


def override(table: SpeedTable, changes: Mapping[str, Any]) -> SpeedTable:
    """Return `table` with some numbers replaced.

    Parameters
    ----------
    changes
        Shaped like the TOML file: ``{"car": {"kmh": {"primary": 40}}}``.

    Raises
    ------
    ValueError
        For a key that the table does not know, or a number that makes no sense.
    """
    return speeds_from(_merge(_plain(table), changes, ""))


def check_hour(hour: int) -> None:
    """Raise `ValueError` unless `hour` is an hour of the day."""
    if not 0 <= hour < HOURS:
        raise ValueError(f"{hour} is no hour of the day, 0 to 23")


def _mode_speeds(data: Mapping[str, Any]) -> ModeSpeeds:
    line = data["straight_line"]
    return ModeSpeeds(
        kmh={str(k): float(v) for k, v in data["kmh"].items()},
        groups={str(k): str(v) for k, v in data["groups"].items()},
        slowdown={str(k): tuple(float(f) for f in v) for k, v in data["slowdown"].items()},
        turn_seconds=int(data["turn_seconds"]),
        straight_line=StraightLineSpeed(float(line["kmh"]), float(line["detour"]), str(line["group"])),
    )


def _plain(table: SpeedTable) -> dict[str, Any]:
    plain: dict[str, Any] = {"note_zh": table.note.zh, "note_en": table.note.en}
    for mode, speeds in table.modes.items():
        line = speeds.straight_line
        plain[mode.value] = {
            "kmh": dict(speeds.kmh),
            "groups": dict(speeds.groups),
            "slowdown": dict(speeds.slowdown),
            "turn_seconds": speeds.turn_seconds,
            "straight_line": {"kmh": line.kmh, "detour": line.detour, "group": line.group},
        }
    return plain


def _merge(base: dict[str, Any], changes: Mapping[str, Any], path: str) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        where = f"{path}{key}"
        is_open = path.endswith(("kmh.", "groups.", "slowdown."))
        if key not in base and not is_open:
            raise ValueError(f"the speed table knows no {where}")
        known = base.get(key)
        if isinstance(known, dict) != isinstance(value, Mapping):
            raise ValueError(f"{where} in the speed table has the wrong form")
        merged[key] = _merge(known, value, f"{where}.") if isinstance(known, dict) else value
    return merged
