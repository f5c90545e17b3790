"""A plan of who sits when: every queue covered, with rest between shifts and a day off. Pure.

A simple one, for the demonstration roster: for each shift in turn those are chosen who are needed
most and would change least. A district writes its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from queue_manager.roster.model import Person, Roster, RosterTerms, Shift, Sitting

MOST_IN_A_WEEK: Final = 6
WEEK: Final = timedelta(days=7)


def plan(roster: Roster, terms: RosterTerms, first: date, days: int) -> frozenset[Sitting]:
    """Return sittings for so many days; what cannot be covered is not, ``checks`` tells of it."""
    book = _Book(tuple(roster.people.values()), terms)
    shifts = sorted(terms.shifts.values(), key=lambda shift: shift.start)
    for number in range(days):
        for shift in shifts:
            book.fill(first + timedelta(days=number), shift)
    return frozenset(book.chosen)


class _Book:
    """What was planned so far."""

    def __init__(self, people: Sequence[Person], terms: RosterTerms) -> None:
        self.chosen: list[Sitting] = []
        self._people, self._terms = people, terms
        self._worked: dict[str, list[date]] = {one.extension: [] for one in people}
        # Another day for each, or all would be off on the same.
        self._day_off = {one.extension: number % 7 for number, one in enumerate(people)}
        self._last: dict[str, tuple[datetime, str]] = {}

    def fill(self, day: date, shift: Shift) -> None:
        """Choose for one shift until each queue has as many as it needs."""
        begin, end = (moment.astimezone(UTC) for moment in shift.span(day, self._terms.zone))
        free = [one for one in self._people if self._may(one, day, begin)]
        here: list[Person] = []
        # Those queues first that the fewest serve: nobody else could stand in there.
        for queue in sorted(self._terms.queues, key=lambda q: sum(q in p.queues for p in free)):
            missing = self._terms.needed(queue, shift.id) - sum(queue in p.queues for p in here)
            able = sorted(
                (one for one in free if queue in one.queues and one not in here),
                key=lambda one: self._order(one, queue, day, shift),
            )
            here += able[: max(missing, 0)]
        for one in here:
            self.chosen.append(Sitting(day, shift.id, one.extension))
            self._worked[one.extension].append(day)
            self._last[one.extension] = (end, shift.id)

    def _may(self, one: Person, day: date, begin: datetime) -> bool:
        last, _ = self._last.get(one.extension, (None, ""))
        week = [worked for worked in self._worked[one.extension] if worked > day - WEEK]
        return (
            not one.away(day)
            and day not in week
            and len(week) < MOST_IN_A_WEEK
            and (last is None or begin - last >= self._terms.rest)
        )

    def _order(self, one: Person, queue: str, day: date, shift: Shift) -> tuple[object, ...]:
        _, before = self._last.get(one.extension, (None, shift.id))
        worked = len(self._worked[one.extension])
        return (
            day.weekday() == self._day_off[one.extension],
            before != shift.id,
            worked,
            one.queues[queue],
            one.supervisor,
            one.extension,
        )
