"""The roster as values: operators, shifts, who sits when. Pure.

Days and times of day are those of the district; a shift belongs to the day on which it begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Person:
    """One operator of the roster."""

    extension: str
    name: str
    """In Latin letters."""
    name_hi: str
    """In Devanagari."""
    queues: Mapping[str, int]
    """Queue -> penalty: the lowest is rung first."""
    languages: tuple[str, ...] = ("hi",)
    supervisor: bool = False
    leave: tuple[Leave, ...] = ()

    def away(self, day: date) -> bool:
        """Whether the operator is on leave."""
        return any(day in leave for leave in self.leave)


@dataclass(frozen=True, slots=True)
class Shift:
    """A part of the day; ``end`` is not after ``start`` when it goes over midnight."""

    id: str
    start: int
    """Minutes of the day."""
    end: int
    names: Mapping[str, str]
    """By language."""

    @property
    def minutes(self) -> int:
        """How long it lasts by the clock on the wall; 24 hours when it ends as it begins."""
        return (self.end - self.start - 1) % MINUTES_OF_DAY + 1

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moments at which it begins and ends on a day, in the district's zone."""
        midnight = datetime.combine(day, time(), zone)
        begin = midnight + timedelta(minutes=self.start)
        return begin, begin + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, order=True)
class Sitting:
    """One operator sits in one shift of one day."""

    day: date
    shift: str
    extension: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody, and who sits when."""

    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    """By extension."""
    sittings: frozenset[Sitting] = frozenset()


@dataclass(frozen=True, slots=True)
class RosterTerms:
    """What the district decided about its roster."""

    zone: ZoneInfo
    shifts: Mapping[str, Shift]
    queues: tuple[str, ...]
    rest: timedelta
    """Least time between the end of one sitting and the beginning of the next."""
    minimum: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))
    """Queue -> shift -> how many operators have to sit there."""
    reserved: frozenset[str] = frozenset()
    """Extensions that nobody on the roster may have: the short code."""

    def needed(self, queue: str, shift: str) -> int:
        """Return how many operators of a queue have to sit in a shift; one if nothing is said."""
        return self.minimum.get(queue, {}).get(shift, 1)
