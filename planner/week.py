"""The weekly problem and the weekly plan. Instants are whole seconds since the week's Monday 00:00, Asia/Shanghai."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from casework.calendar import SHANGHAI
from geo.community import Community, Gate
from geo.text import Text
from geo.travel import TravelTimeMatrix
from planner.event import Incident
from planner.officer import Band, Crew, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.partner import Partner
from planner.past import PastVisit
from planner.policy import Policy
from planner.visit import Pin, Visit

DAY = 86_400
STATION = "station"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, Monday to Sunday, in Asia/Shanghai."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.weekday() != 0:
            msg = f"{self.monday} is not a Monday"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W48``."""
        match = re.fullmatch(r"(\d{4})-W(\d{2})", text)
        if match is None:
            msg = f"{text!r} is not an ISO week such as 2026-W48"
            raise ValueError(msg)
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        if not 1900 < monday.year < 3000:
            msg = f"{text!r} lies beyond the years of a calendar's arithmetic"
            raise ValueError(msg)
        return cls(monday)

    @classmethod
    def of(cls, moment: datetime) -> Week:
        """Return the week in which an instant lies."""
        day = moment.astimezone(SHANGHAI).date()
        return cls(day - timedelta(days=day.weekday()))

    def __str__(self) -> str:
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days."""
        return tuple(self.monday + timedelta(days=i) for i in range(7))

    def instant(self, second: int) -> datetime:
        """Return the moment `second` seconds after Monday 00:00."""
        midnight = datetime(self.monday.year, self.monday.month, self.monday.day, tzinfo=SHANGHAI)
        return midnight + timedelta(seconds=second)

    def second(self, moment: datetime) -> int:
        """Return the second of the week at which `moment` lies."""
        return round((moment - self.instant(0)).total_seconds())


@dataclass(frozen=True, slots=True)
class WeeklyProblem:
    """All that the week's plan depends on, geometry already turned into integer seconds.

    Attributes
    ----------
    places
        Index of each place in the matrices: `STATION` and every community id (its main gate).
    travel
        Seconds and metres by vehicle kind and band id; the buffer for parking is part of the seconds.
    working_days
        For each of the seven days, whether it is a working day.
    shifts
        The week's shifts only, without those of officers on leave.
    estimated
        True where travel is a straight-line estimate.
    now
        Nothing new may begin before this second; 0 for a week that has not been published yet.
    incidents
        What happened since the week was first published, in its order.
    published
        Stops of the published plan that may still change: changing them is priced.
    kept
        Routes of which a part, or all, stays.
    pins
        Visits held to a day and band.
    out_of_service
        Vehicles that nobody may take for a while.
    past
        Visits made in the four weeks before (`planner.past.recent`).
    """

    week: Week
    station: Gate
    communities: Mapping[str, Community]
    officers: Mapping[str, Officer]
    shifts: tuple[Shift, ...]
    leave: tuple[Leave, ...]
    bands: Mapping[str, Band]
    partners: Mapping[str, Partner]
    vehicles: tuple[Vehicle, ...]
    visits: tuple[Visit, ...]
    policy: Policy
    places: Mapping[str, int]
    travel: Mapping[VehicleKind, Mapping[str, TravelTimeMatrix]]
    working_days: tuple[bool, ...]
    estimated: bool = False
    now: int = 0
    incidents: tuple[Incident, ...] = ()
    published: tuple[Published, ...] = ()
    kept: tuple[Kept, ...] = ()
    pins: tuple[Pin, ...] = ()
    out_of_service: tuple[OutOfService, ...] = ()
    past: tuple[PastVisit, ...] = ()

    @property
    def crew_vehicles(self) -> tuple[Vehicle, ...]:
        """Vehicles with a seat for each of a crew's two officers."""
        return tuple(vehicle for vehicle in self.vehicles if vehicle.seats >= 2)

    def day_of(self, shift: Shift) -> int:
        """Return the day of the week (Monday is 0) of a shift."""
        return (shift.day - self.week.monday).days

    def drive(self, kind: VehicleKind, band_id: str, origin: str, destination: str) -> int:
        """Return seconds from one place to another, or `geo.travel.UNREACHABLE`."""
        return int(self.travel[kind][band_id].seconds[self.places[origin], self.places[destination]])

    def partner_drive(self, origin: str, destination: str) -> int:
        """Return seconds a partner needs between two communities: by car if there is one, in the slowest band."""
        kind = VehicleKind.CAR if VehicleKind.CAR in self.travel else min(self.travel)
        return max(self.drive(kind, band_id, origin, destination) for band_id in self.bands)

    def metres(self, kind: VehicleKind, band_id: str, origin: str, destination: str) -> int:
        """Return metres along the fastest way from one place to another."""
        return int(self.travel[kind][band_id].metres[self.places[origin], self.places[destination]])


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit placed in a route.

    Attributes
    ----------
    arrival, begin, end
        The crew reaches the gate; service begins; service ends.
    officers
        Who does it, the leader of the visit first.
    """

    visit_id: str
    community_id: str
    gate_id: str
    arrival: int
    begin: int
    end: int
    officers: tuple[str, ...]
    partner_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A crew's break, taken wherever it stands then (during stationing: on site)."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A drive between two places of a route; `path` is lon/lat points for the map, empty where nothing was drawn."""

    origin: str
    destination: str
    depart: int
    arrive: int
    metres: int
    path: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A patrol: one crew, one band of one day, from the station and back.

    Attributes
    ----------
    day
        Monday is 0.
    legs
        One more than there are stops: the last one returns to the station.
    """

    id: str
    day: int
    band_id: str
    crew: Crew
    vehicle_id: str
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    rest: Rest | None = None

    @property
    def depart(self) -> int:
        """When the crew leaves the station."""
        return self.legs[0].depart

    @property
    def back(self) -> int:
        """When the crew is back at the station."""
        return self.legs[-1].arrive


@dataclass(frozen=True, slots=True)
class StandBy:
    """An officer who stands by at a community's main gate for a part of a shift, instead of at the station.

    Attributes
    ----------
    day
        Monday is 0.
    legs
        The drive there and the drive back to the station; in between is the stand-by.
    """

    officer_id: str
    day: int
    band_id: str
    vehicle_id: str
    community_id: str
    legs: tuple[Leg, Leg]

    @property
    def start(self) -> int:
        """When the officer is there."""
        return self.legs[0].arrive

    @property
    def end(self) -> int:
        """When the officer leaves."""
        return self.legs[1].depart

    @property
    def out(self) -> tuple[int, int]:
        """From leaving the station to being back."""
        return self.legs[0].depart, self.legs[1].arrive


@dataclass(frozen=True, slots=True)
class Published:
    """What was published of one visit: moving it from there has its price."""

    visit_id: str
    day: int
    band_id: str
    lead: str
    second: str
    vehicle_id: str
    begin: int


@dataclass(frozen=True, slots=True)
class Kept:
    """The part of a published route that stays to the second.

    Attributes
    ----------
    route
        Its stops that stay, at least one, the legs that lead to them and its break where that has begun; with the leg
        home where all of it stays.
    ready
        When its crew can leave the last of those stops.
    finished
        All of it stays: nothing may be added.
    """

    route: Route
    ready: int
    finished: bool


@dataclass(frozen=True, slots=True)
class OutOfService:
    """A vehicle nobody may take from `start` until `end`."""

    vehicle_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MissedVisit:
    """A visit that the plan leaves out, with its reasons in words a squad leader would use.

    Attributes
    ----------
    remedies
        What would mend it, cheapest first; each proven by planning with it.
    """

    visit_id: str
    reasons: tuple[Text, ...]
    remedies: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Objective:
    """What a plan costs, in seconds of driving, and how close to the best possible it is proven to be.

    Attributes
    ----------
    terms
        Cost by term (`planner.objective.TERM_NAMES`); they add up to `total`.
    bound
        No plan of this problem costs less.
    """

    terms: Mapping[str, int]
    bound: int

    @property
    def total(self) -> int:
        """Sum of the terms."""
        return sum(self.terms.values())

    @property
    def operating(self) -> int:
        """The total without what is missed or left unvisited."""
        return self.total - self.terms.get("missed", 0) - self.terms.get("extra", 0)

    @property
    def gap(self) -> float:
        """(total − bound) / total; 0 is proven optimal."""
        return 0.0 if self.total <= self.bound else (self.total - self.bound) / self.total


@dataclass(frozen=True, slots=True)
class WeeklyPlan:
    """Who visits what, when, in one week, and who stands by elsewhere than at the station."""

    week: Week
    routes: tuple[Route, ...]
    missed: tuple[MissedVisit, ...]
    objective: Objective
    seed: int
    work_limit: float
    notes: tuple[Text, ...] = field(default=())
    standby: tuple[StandBy, ...] = ()

    @property
    def errands(self) -> tuple[Route | StandBy, ...]:
        """Everything for which somebody leaves the station."""
        return (*self.routes, *self.standby)
