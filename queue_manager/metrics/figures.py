"""Sums of any interval, from roll-ups where they are right and from the journal where not.

Whole days come from the tables of days, whole half-hours from those of half-hours, and what is
neither, or is newer than its roll-up, is worked out from the journal. So a year takes less than a
second, and the answer never depends on whether the roll-ups are up to date. Where old lines were
removed the roll-ups are all there is, and an interval is widened to whole half-hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Table, func, select

from database.engine import reading
from queue_manager.metrics import calendar
from queue_manager.metrics.marks import dirty_between, pruned, pruned_until, rolled_until
from queue_manager.metrics.operator_time import OF_OPERATOR
from queue_manager.metrics.operator_time import of_values as time_of
from queue_manager.metrics.schema import (
    operator_days,
    operator_half_hours,
    queue_days,
    queue_half_hours,
)
from queue_manager.metrics.sums import Sums, raw
from queue_manager.metrics.tally import COUNTED, Tally
from queue_manager.metrics.tally import of_columns as tally_of
from queue_manager.metrics.terms import MetricTerms

Start = date | datetime
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Split:
    """An interval in parts of three kinds."""

    days: tuple[date, ...] = ()
    half_hours: tuple[datetime, ...] = ()
    raw: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be said of an interval that is asked for."""

    since: datetime
    until: datetime
    """What is counted: the interval, or the half-hours that it lies in."""
    finely: bool = True
    """Every line of the journal is there; else there are half-hours, at least of a part."""
    otherwise: tuple[tuple[datetime, MetricTerms], ...] = ()
    """Thresholds by which a part of it is counted, other than today's, and up to when."""


class Figures:
    """Answers for any interval."""

    def __init__(
        self, engine: Engine, terms: MetricTerms, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._terms = terms
        self._zone = zone
        self._now = now

    @property
    def terms(self) -> MetricTerms:
        """The thresholds that it counts by."""
        return self._terms

    def sums(self, since: datetime, until: datetime) -> Sums:
        """Count ``[since, until)``. Raises ``database.engine.StoreUnavailable``."""
        now = self._now()
        with reading(self._engine) as connection:
            stands = pruned_until(connection)
            since, until = _widened(since, until, stands)
            rolled, dirty = self._right(connection, since, until, stands)
            parts = split(since, min(until, now), rolled, dirty, self._zone)
            counted = Sums()
            for began, ended in parts.raw:
                counted += raw(connection, began, ended, self._terms, now)
            days = _runs(parts.days, _DAY)
            halves = _runs(parts.half_hours, calendar.HALF_HOUR)
            counted += _summed(connection, queue_days, operator_days, days)
            return counted + _summed(connection, queue_half_hours, operator_half_hours, halves)

    def kept(self, since: datetime, until: datetime) -> Kept:
        """Tell what ``sums`` counts of an interval. Raises ``StoreUnavailable``."""
        with reading(self._engine) as connection:
            spans = pruned(connection)
        stands = spans[-1][0] if spans else None
        counted = _widened(since, until, stands)
        began = [datetime.min.replace(tzinfo=UTC), *(until for until, _ in spans)]
        others = (
            (ended, terms)
            for before, (ended, terms) in zip(began, spans, strict=False)
            if before < until and since < ended and not self._same(terms)
        )
        return Kept(*counted, stands is None or since >= stands, tuple(others))

    def _same(self, terms: MetricTerms) -> bool:
        ours = self._terms
        return (terms.answer_within_s, terms.short_s) == (ours.answer_within_s, ours.short_s)

    def _right(
        self, connection: Connection, since: datetime, until: datetime, stands: datetime | None
    ) -> tuple[datetime | None, frozenset[datetime]]:
        """Tell up to when there are roll-ups, and which of them are not right."""
        rolled = rolled_until(connection, self._terms)
        dirty = dirty_between(connection, since, until)
        if stands is None:
            return rolled, dirty
        return max(rolled or stands, stands), frozenset(s for s in dirty if s >= stands)

    def half_hours(self, since: datetime, until: datetime) -> dict[datetime, dict[str, Tally]]:
        """Count each half-hour of ``[since, until)`` by queue; those without a visit are left out.

        Raises ``database.engine.StoreUnavailable``.
        """
        now, found = self._now(), dict[datetime, dict[str, Tally]]()
        with reading(self._engine) as connection:
            rolled, dirty = self._right(connection, since, until, pruned_until(connection))
            starts = list(calendar.half_hours(since, min(until, now)))
            right = {s for s in starts if rolled is not None and s < rolled and s not in dirty}
            table = queue_half_hours
            rows = select(table).where(table.c.start >= since, table.c.start < until)
            for row in connection.execute(rows):
                if row.start in right:
                    found.setdefault(row.start, {})[row.queue] = tally_of(dict(row._mapping))
            for start in starts:
                if start not in right:
                    ended = start + calendar.HALF_HOUR
                    counted = raw(connection, start, ended, self._terms, now).queues
                    found |= {start: dict(counted)} if counted else {}
        return found


def split(
    since: datetime,
    until: datetime,
    rolled: datetime | None,
    dirty: frozenset[datetime],
    zone: tzinfo,
) -> Split:
    """Cut ``[since, until)`` into days and half-hours that have a right roll-up, and the rest."""
    if rolled is None or since >= until:
        return Split(raw=((since, until),) if since < until else ())
    first, last = calendar.next_half_hour(since), calendar.half_hour_of(min(until, rolled))
    if first >= last:
        return Split(raw=((since, until),))
    rest = [(since, first)] if since < first else []
    days: list[date] = []
    halves: list[datetime] = []
    spoilt = {calendar.day_of(start, zone) for start in dirty}
    day = calendar.day_of(first, zone)
    while (begins := calendar.day_begins(day, zone)) < last:
        ends = calendar.day_ends(day, zone)
        if first <= begins and ends <= last and day not in spoilt:
            days.append(day)
        else:
            for start in calendar.half_hours(max(first, begins), min(last, ends)):
                if start in dirty:
                    rest.append((start, start + calendar.HALF_HOUR))
                else:
                    halves.append(start)
        day += _DAY
    if last < until:
        rest.append((last, until))
    return Split(tuple(days), tuple(halves), tuple(_joined(sorted(rest))))


def _widened(
    since: datetime, until: datetime, stands: datetime | None
) -> tuple[datetime, datetime]:
    """Take whole half-hours where there is nothing finer any more."""
    if stands is None or since >= stands:
        return since, until
    return calendar.half_hour_of(since), max(until, min(calendar.next_half_hour(until), stands))


def _summed(
    connection: Connection, queues: Table, operators: Table, runs: Sequence[tuple[Start, Start]]
) -> Sums:
    counted = Sums()
    for first, last in runs:
        counted += Sums(
            {
                row[0]: tally_of(dict(row._mapping))
                for row in _rows(connection, queues, COUNTED, first, last)
            },
            {
                row[0]: time_of(dict(row._mapping))
                for row in _rows(connection, operators, OF_OPERATOR, first, last)
            },
        )
    return counted


def _rows(
    connection: Connection, table: Table, summed: Sequence[str], first: Start, last: Start
) -> Sequence[Row[Any]]:
    whose = table.primary_key.columns[1]
    sums = (func.sum(table.c[name]).label(name) for name in summed)
    within = table.c.start.between(first, last)
    return connection.execute(select(whose, *sums).where(within).group_by(whose)).all()


def _runs(starts: Iterable[Start], step: timedelta) -> list[tuple[Start, Start]]:
    """Return the first and the last of each row of starts without a hole."""
    runs: list[tuple[Start, Start]] = []
    for start in starts:
        if runs and start - step == runs[-1][1]:
            runs[-1] = (runs[-1][0], start)
        else:
            runs.append((start, start))
    return runs


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Make one of two spans that touch."""
    made: list[tuple[datetime, datetime]] = []
    for began, ended in spans:
        if made and made[-1][1] == began:
            made[-1] = (made[-1][0], ended)
        else:
            made.append((began, ended))
    return made
