"""What the console asks of the rest of the house; ``sahayata.bootstrap`` says who answers.

All of these block: the console asks them in a thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from queue_manager.room.orders import Order, Result
from queue_manager.staffing.breaks import Goal
from queue_manager.staffing.day import StaffingDay
from queue_manager.staffing.demand import Demand


@dataclass(frozen=True, slots=True)
class Count:
    """What happened to the callers of a queue in a span; formulas in METRICS.

    Rates are between 0 and 1, ``None`` where nothing happened that could be counted.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    left: int = 0
    """Alive, by the time limit or a key."""
    call_backs: int = 0
    service_level: float | None = None
    asa_s: float | None = None
    """Average speed of answer: seconds waited by those who were answered."""
    abandonment: float | None = None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue, or all of them together."""

    today: Count = field(default_factory=Count)
    recent: Count = field(default_factory=Count)
    """The last half hour."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day, by the district's clock."""

    hour: int
    offered: int
    answered: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Gap:
    """When nothing was known, in hours of the day: 13.5 is half past one."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of today until ``at``."""

    at: datetime
    total: QueueFigures
    queues: Mapping[str, QueueFigures]
    hours: tuple[Hour, ...]
    gaps: tuple[Gap, ...]
    threshold_s: float = 20.0
    short_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Person:
    """An operator by the roster."""

    extension: str
    name: str
    name_hi: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Who should be here now, by which shift."""

    extension: str
    shift: Mapping[str, str]
    """Its name by language."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Crew:
    """Everybody on the roster, and those who should be here now."""

    people: tuple[Person, ...] = ()
    expected: tuple[Expected, ...] = ()


class Figures(Protocol):
    """The journal's figures."""

    def today(self, now: datetime) -> Day:
        """Count. Raises ``database.engine.StoreUnavailable``."""
        ...


class Roster(Protocol):
    """Names, and who should be here."""

    def crew(self, now: datetime) -> Crew:
        """Look up. Raises ``database.engine.StoreUnavailable``."""
        ...


class Staffing(Protocol):
    """Staff for a day, and what the coming half-hour brings."""

    goal: Goal

    def day(self, day: date) -> StaffingDay:
        """Plan a day. Blocks; raises ``database.engine.StoreUnavailable``."""
        ...

    def today(self) -> date:
        """Tell the day that it is in the district."""
        ...

    def coming(self) -> Mapping[str, Demand]:
        """Tell what the queues of which anything can be foretold get; at once."""
        ...

    async def look_ahead(self) -> None:
        """Keep what is coming known, for ever."""
        ...


class Room(Protocol):
    """Does deeds."""

    async def do(self, order: Order) -> Result:
        """Ask the room and wait until AMI showed the new state, or nobody knows."""
        ...
