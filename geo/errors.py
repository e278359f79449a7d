"""What can go wrong with places, layers and roads.

GeoError
├── RefusedError       one cell, text or file that is not what it should be; its catcher makes a fault of it
├── InputError         one or more faults in the files a person handed in, all of them at once
└── RoadNetworkError   a road network that cannot be used or asked
    └── UnreachedPlacesError   roads that do not come near enough to some places
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from geo.text import Language, Text

FaultLevel: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one file: where it is, what it is, and how to mend it.

    Attributes
    ----------
    code
        Stable name of the fault, ``lower_snake_case``.
    file
        File name, or ``workbook.xlsx › sheet``.
    row
        Row or feature number as a person counts it in that file (a table's header is row 1), or None.
    field
        Column or property, or None.
    problem, mend
        What is wrong; what to do about it.
    level
        A ``warning`` is reported and the data kept; an ``error`` stops the run.
    """

    code: str
    file: str
    row: int | None
    field: str | None
    problem: Text
    mend: Text
    level: FaultLevel = "error"

    def say(self, language: Language) -> str:
        """Return the fault as one line a squad leader can act on."""
        where = self.file
        if self.row is not None:
            where += f" 第 {self.row} 行" if language == "zh" else f" row {self.row}"
        if self.field:
            where += f" [{self.field}]"
        arrow = " → "
        return f"{where}: {self.problem.say(language)}{arrow}{self.mend.say(language)}"


class GeoError(Exception):
    """Base of everything this room raises."""


class RefusedError(GeoError):
    """One cell, text or file that is not what it should be.

    Attributes
    ----------
    code
        Stable name of the fault.
    problem, mend
        What is wrong; what to do about it.
    """

    def __init__(self, code: str, problem: Text, mend: Text) -> None:
        self.code = code
        self.problem = problem
        self.mend = mend
        super().__init__(problem.zh)

    def fault(self, file: str, row: int | None = None, field: str | None = None) -> Fault:
        """Return it as a fault of a place in a file."""
        return Fault(self.code, file, row, field, self.problem, self.mend)


class InputError(GeoError):
    """Every fault found in what was handed in.

    Attributes
    ----------
    faults
        All faults of all files, errors before warnings.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: (f.level != "error", f.file, f.row or 0)))
        super().__init__("\n".join(fault.say("zh") for fault in self.faults))


class RoadNetworkError(GeoError):
    """A road network that cannot be used, or a question it cannot answer."""


class UnreachedPlacesError(RoadNetworkError):
    """Roads that do not come near enough to some places.

    Attributes
    ----------
    places
        Id of each such place, and the metres from it to the nearest usable road.
    max_snap
        Metres that would have been near enough.
    """

    def __init__(self, places: Sequence[tuple[str, float]], max_snap: float) -> None:
        self.places = tuple(places)
        self.max_snap = max_snap
        named = ", ".join(f"{place} ({metres:.0f} m)" for place, metres in self.places)
        super().__init__(f"no usable road within {max_snap:.0f} m of {named}")
