"""Names and who should be here now, from the roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from console.ports import Crew, Expected, Person
from queue_manager.roster.model import Roster, RosterTerms


class _Store(Protocol):
    def read(self) -> Roster: ...


class RosterCrew:
    """``console.ports.Roster`` on the store of the roster."""

    def __init__(self, store: _Store, terms: RosterTerms) -> None:
        self._store, self._terms = store, terms

    def crew(self, now: datetime) -> Crew:
        """Look up. Raises ``database.engine.StoreUnavailable``."""
        roster = self._store.read()
        people = sorted(roster.people.values(), key=lambda person: person.extension)
        expected = sorted(self._now(roster, now), key=lambda one: (one.since, one.extension))
        return Crew(
            tuple(Person(person.extension, person.name, person.name_hi) for person in people),
            tuple(expected),
        )

    def _now(self, roster: Roster, now: datetime) -> Iterator[Expected]:
        today = now.astimezone(self._terms.zone).date()
        # A night shift belongs to the day on which it began.
        days = {today, today - timedelta(days=1)}
        for sitting in roster.sittings:
            shift = self._terms.shifts.get(sitting.shift)
            person = roster.people.get(sitting.extension)
            if sitting.day not in days or shift is None or person is None:
                continue
            begins, ends = shift.span(sitting.day, self._terms.zone)
            if begins <= now < ends and not person.away(sitting.day):
                yield Expected(sitting.extension, shift.names, begins)
