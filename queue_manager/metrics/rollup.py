"""Working roll-ups out anew: of half-hours that ended since the last time, or that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, select

from database.engine import reading, writing
from queue_manager.journal import store
from queue_manager.metrics import calendar, marks
from queue_manager.metrics.operator_time import OF_OPERATOR, OperatorTime
from queue_manager.metrics.schema import (
    operator_days,
    operator_half_hours,
    queue_days,
    queue_half_hours,
)
from queue_manager.metrics.sums import Sums, raw
from queue_manager.metrics.tally import COUNTED, Tally
from queue_manager.metrics.terms import MetricTerms

TOGETHER: Final = 24
"""Half-hours that are worked out at a time: more than those that somebody can still wait in, which
are done again each time, and few enough to leave the processor to the room."""


class RollUps:
    """Keeps the roll-ups."""

    def __init__(
        self, engine: Engine, terms: MetricTerms, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._terms = terms
        self._zone = zone
        self._now = now

    def run_once(self, most: int = TOGETHER) -> int:
        """Work out at most ``most`` half-hours, the oldest first; return how many were finished.

        A half-hour with somebody of it still waiting stays to be done. Several processes may do
        this at once. Raises ``database.engine.StoreUnavailable``.
        """
        now = self._now()
        with writing(self._engine) as connection:
            marks.alone(connection)
            heard = store.heard_in(connection)
            if heard is None:
                return 0
            # What happened after it may still be on its way into the journal.
            ended = calendar.half_hour_of(min(now, heard))
            marks.advance(connection, self._terms, ended, self._zone)
        with reading(self._engine) as connection:
            dirty = marks.marks_before(connection, ended, most)
            counted = {
                start: raw(connection, start, start + calendar.HALF_HOUR, self._terms, now)
                for start in sorted(dirty)
            }
        return self._replace(dirty, counted) if counted else 0

    def _replace(self, dirty: dict[datetime, str], counted: Mapping[datetime, Sums]) -> int:
        with writing(self._engine) as connection:
            marks.alone(connection)
            starts = sorted(marks.unchanged(connection, dirty))
            # Half-hours that go on changing are written all the same: their day has a sum then.
            for table in (queue_half_hours, operator_half_hours):
                connection.execute(delete(table).where(table.c.start.in_(starts)))
            _insert(connection, queue_half_hours, starts, counted, lambda sums: sums.queues)
            _insert(connection, operator_half_hours, starts, counted, lambda sums: sums.operators)
            for day in sorted({calendar.day_of(start, self._zone) for start in starts}):
                since = calendar.day_begins(day, self._zone)
                until = calendar.day_ends(day, self._zone)
                for halves, days, names in (
                    (queue_half_hours, queue_days, COUNTED),
                    (operator_half_hours, operator_days, OF_OPERATOR),
                ):
                    connection.execute(delete(days).where(days.c.start == day))
                    found = _day(connection, halves, names, (since, until))
                    if found:
                        connection.execute(days.insert(), [{**row, "start": day} for row in found])
            done = [start for start in starts if not counted[start].all_queues.waiting]
            marks.clean(connection, done)
        return len(done)


def _day(
    connection: Connection, halves: Table, names: Sequence[str], span: tuple[datetime, datetime]
) -> list[dict[str, Any]]:
    whose = halves.primary_key.columns[1]
    within = (halves.c.start >= span[0], halves.c.start < span[1])
    words = select(whose, *(func.sum(halves.c[name]).label(name) for name in names))
    return [dict(row._mapping) for row in connection.execute(words.where(*within).group_by(whose))]


def _insert(
    connection: Connection,
    table: Table,
    starts: Iterable[datetime],
    counted: Mapping[datetime, Sums],
    of: Callable[[Sums], Mapping[str, Tally] | Mapping[str, OperatorTime]],
) -> None:
    whose = table.primary_key.columns[1].name
    rows = [
        {"start": start, whose: name, **asdict(values)}
        for start in starts
        for name, values in of(counted[start]).items()
    ]
    if rows:
        connection.execute(table.insert(), rows)
