"""What is wrong with who sits when: every remark with the day and the people it is about. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from queue_manager.roster.model import Roster, RosterTerms, Sitting
from queue_manager.roster.times import overlaps, short_rests


class Trouble(StrEnum):
    """Kinds of remarks."""

    GAP = "gap"
    """A time of day at which no shift is on."""
    EMPTY = "empty"
    """Nobody sits in a shift."""
    UNCOVERED = "uncovered"
    """Fewer sit in a queue than have to."""
    DOUBLE = "double"
    """An operator sits twice at once."""
    REST = "rest"
    """The rest between two sittings is too short."""
    LEAVE = "leave"
    """An operator on leave sits."""
    NO_SHIFT = "no_shift"
    """A sitting in a shift that the district has no more."""
    NO_QUEUE = "no_queue"
    """An operator serves a queue that the district has no more."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing that is wrong."""

    day: date | None
    """``None`` of what is wrong on every day."""
    trouble: Trouble
    words: str


def remarks(roster: Roster, terms: RosterTerms, first: date, days: int) -> tuple[Remark, ...]:
    """Return everything that is wrong on so many days, in order: the whole first, then each day."""
    span = [first + timedelta(days=number) for number in range(days)]
    always = (*_gaps(terms, first), *_queues(roster, terms))
    daily = (
        *(remark for day in span for remark in _day(roster, terms, day)),
        *_people(roster, terms, span[0], span[-1]),
    )
    return (*sorted(always, key=_order), *sorted(daily, key=_order))


def _order(remark: Remark) -> tuple[str, str, str]:
    return (str(remark.day or ""), remark.trouble, remark.words)


def _gaps(terms: RosterTerms, day: date) -> Iterator[Remark]:
    """Find the times of the day that no shift covers."""
    spans = [
        shift.span(day + timedelta(days=shifted), terms.zone)
        for shift in terms.shifts.values()
        for shifted in (-1, 0)
    ]
    midnight = datetime.combine(day, time(), terms.zone)
    here, over = midnight, midnight + timedelta(days=1)
    for begin, end in sorted(spans):
        if here < begin < over:
            yield Remark(None, Trouble.GAP, f"no shift from {here:%H:%M} to {begin:%H:%M}")
        here = max(here, end)
    if here < over:
        yield Remark(None, Trouble.GAP, f"no shift from {here:%H:%M} to 24:00")


def _queues(roster: Roster, terms: RosterTerms) -> Iterator[Remark]:
    for person in roster.people.values():
        for queue in sorted(person.queues.keys() - set(terms.queues)):
            words = f"{person.extension} {person.name} serves {queue}, which is no queue any more"
            yield Remark(None, Trouble.NO_QUEUE, words)


def _day(roster: Roster, terms: RosterTerms, day: date) -> Iterator[Remark]:
    today = sorted(s for s in roster.sittings if s.day == day)
    for sitting in today:
        if sitting.shift not in terms.shifts:
            words = f"{sitting.extension} sits in {sitting.shift}, which is no shift any more"
            yield Remark(day, Trouble.NO_SHIFT, words)
        elif roster.people[sitting.extension].away(day):
            words = f"{_who(roster, sitting)} is on leave and sits in {sitting.shift}"
            yield Remark(day, Trouble.LEAVE, words)
    for shift in terms.shifts:
        # Who is on leave covers nothing.
        here = [
            roster.people[s.extension]
            for s in today
            if s.shift == shift and not roster.people[s.extension].away(day)
        ]
        if not here:
            yield Remark(day, Trouble.EMPTY, f"nobody sits in {shift}")
            continue
        for queue in terms.queues:
            there, needed = sum(queue in p.queues for p in here), terms.needed(queue, shift)
            if there < needed:
                words = f"{queue} in {shift}: {there} sit there, {needed} have to"
                yield Remark(day, Trouble.UNCOVERED, words)


def _people(roster: Roster, terms: RosterTerms, first: date, last: date) -> Iterator[Remark]:
    """Find what is wrong between two sittings, by the day of the later one."""
    near = {s for s in roster.sittings if first - timedelta(days=3) <= s.day <= last}
    for before, after in overlaps(near, terms):
        if first <= after.day:
            words = f"{_who(roster, after)} sits in {after.shift} and in {_when(before)}"
            yield Remark(after.day, Trouble.DOUBLE, words)
    for before, after, rest in short_rests(near, terms):
        if first <= after.day:
            words = f"{_who(roster, after)} has {_hours(rest)} of rest after {_when(before)}"
            yield Remark(after.day, Trouble.REST, f"{words}, {_hours(terms.rest)} are needed")


def _who(roster: Roster, sitting: Sitting) -> str:
    return f"{sitting.extension} {roster.people[sitting.extension].name}"


def _when(sitting: Sitting) -> str:
    return f"{sitting.shift} of {sitting.day}"


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:g} h"
