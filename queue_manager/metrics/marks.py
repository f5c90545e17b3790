"""Up to when there are roll-ups, which are older than the journal, and which stand for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from sqlalchemy import Connection, delete, select, text

from queue_manager.journal.read import first_at
from queue_manager.journal.schema import dirty_half_hours, journal_marks, journal_pruned
from queue_manager.journal.store import mark_dirty
from queue_manager.metrics import calendar
from queue_manager.metrics.schema import (
    operator_days,
    operator_half_hours,
    queue_days,
    queue_half_hours,
)
from queue_manager.metrics.terms import MetricTerms

_ROLLED: Final = "rolled "
_LOCK: Final = 0x5A4B
"""Any number: PostgreSQL's advisory lock that lets one process change roll-ups at a time."""


def alone(connection: Connection) -> None:
    """Wait until no other process changes roll-ups, to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def rolled_until(connection: Connection, terms: MetricTerms) -> datetime | None:
    """Return up to when every half-hour has a roll-up by these thresholds, or is marked dirty."""
    return connection.scalar(select(journal_marks.c.at).where(journal_marks.c.name == _name(terms)))


def rolled_since(connection: Connection) -> datetime | None:
    """Return the first half-hour of the journal, as long as nothing of it was removed."""
    began = first_at(connection)
    return None if began is None else calendar.half_hour_of(began)


def pruned_until(connection: Connection) -> datetime | None:
    """Return up to when roll-ups are all that counts: nothing before it is worked out anew."""
    until = journal_pruned.c.until
    return connection.scalar(select(until).order_by(until.desc()).limit(1))


def pruned(connection: Connection) -> tuple[tuple[datetime, MetricTerms], ...]:
    """Return by which thresholds the roll-ups that stand for good were counted, up to when."""
    rows = connection.execute(select(journal_pruned).order_by(journal_pruned.c.until))
    return tuple((row.until, MetricTerms(row.answer_within_s, row.short_s)) for row in rows)


def prune_until(connection: Connection, terms: MetricTerms, until: datetime) -> None:
    """Let the roll-ups before ``until`` stand for good."""
    row = {"until": until, "answer_within_s": terms.answer_within_s, "short_s": terms.short_s}
    spans = pruned(connection)
    if spans and _name(spans[-1][1]) == _name(terms):
        last = journal_pruned.c.until == spans[-1][0]
        connection.execute(journal_pruned.update().where(last).values(row))
    else:
        connection.execute(journal_pruned.insert(), row)


def dirty_between(connection: Connection, since: datetime, until: datetime) -> frozenset[datetime]:
    """Return the half-hours of an interval whose roll-up is older than the journal."""
    start = dirty_half_hours.c.start
    words = select(start).where(start >= calendar.half_hour_of(since), start < until)
    return frozenset(connection.scalars(words))


def marks_before(connection: Connection, until: datetime, most: int) -> dict[datetime, str]:
    """Return dirty half-hours before a moment with their marks, the oldest first.

    Where roll-ups are all that is left there are none, whatever was marked.
    """
    start = dirty_half_hours.c.start
    stands = pruned_until(connection)
    words = select(start, dirty_half_hours.c.mark).where(start < until)
    if stands is not None:
        words = words.where(start >= stands)
    found = connection.execute(words.order_by(start).limit(most)).all()
    return {row.start: row.mark for row in found}


def unchanged(connection: Connection, marks: dict[datetime, str]) -> frozenset[datetime]:
    """Return those that were not marked again meanwhile, and hold back who would mark them."""
    table = dirty_half_hours
    words = select(table.c.start, table.c.mark).where(table.c.start.in_(marks)).with_for_update()
    return frozenset(row.start for row in connection.execute(words) if row.mark == marks[row.start])


def clean(connection: Connection, starts: Sequence[datetime]) -> None:
    """Take the marks of these half-hours away."""
    connection.execute(delete(dirty_half_hours).where(dirty_half_hours.c.start.in_(starts)))


def advance(connection: Connection, terms: MetricTerms, until: datetime, zone: tzinfo) -> None:
    """Mark every half-hour that ended since the last time.

    By other thresholds these are all of them, but those whose roll-ups stand for good.
    """
    rolled = rolled_until(connection, terms)
    if rolled is None:
        stands = pruned_until(connection)
        rolled = stands or rolled_since(connection) or until
        connection.execute(delete(journal_marks).where(journal_marks.c.name.startswith(_ROLLED)))
        for table in (queue_half_hours, queue_days, operator_half_hours, operator_days):
            stale = delete(table)
            if stands is not None:
                halves = table in (queue_half_hours, operator_half_hours)
                since = stands if halves else calendar.day_of(stands, zone)
                stale = stale.where(table.c.start >= since)
            connection.execute(stale)
        connection.execute(journal_marks.insert(), {"name": _name(terms), "at": until})
    elif rolled >= until:
        return
    mark_dirty(connection, calendar.half_hours(rolled, until))
    ours = journal_marks.update().where(journal_marks.c.name == _name(terms))
    connection.execute(ours.values(at=until))


def _name(terms: MetricTerms) -> str:
    return f"{_ROLLED}{terms.answer_within_s:g} {terms.short_s:g}"
