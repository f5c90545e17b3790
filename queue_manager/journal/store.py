"""The journal in the database: adding entries, and what a process must know when it starts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Engine, Executable, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from database.engine import reading, writing
from queue_manager.journal.entry import Entry
from queue_manager.journal.schema import (
    CALL_ID_LENGTH,
    DETAIL_LENGTH,
    KEY_LENGTH,
    NAME_LENGTH,
    TICKET_LENGTH,
    dirty_half_hours,
    journal,
    journal_marks,
)
from queue_manager.journal.visits import VISIT_LENGTH, joined_at

HALF_HOUR: Final = timedelta(minutes=30)
HEARD: Final = "heard"
LAST_CHANGE: Final = timedelta(hours=24)
"""Nobody is in one state for longer: an older change says nothing of now."""


def half_hour_of(moment: datetime) -> datetime:
    """Return the beginning of the half-hour that a moment lies in, UTC."""
    at = moment.astimezone(UTC)
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


def add(engine: Engine, entries: Sequence[Entry], heard: datetime | None = None) -> None:
    """Add what is not there yet, mark the half-hours it changes, and note up to when it is all.

    One transaction. Raises ``database.engine.StoreUnavailable``.
    """
    with writing(engine) as connection:
        if entries:
            add_beside(connection, entries)
        if heard is not None:
            _set_heard(connection, heard)


def add_beside(connection: Connection, entries: Sequence[Entry]) -> None:
    """Add what is not there yet within a transaction, and mark the half-hours it changes."""
    connection.execute(
        _insert_or_leave(connection.dialect.name, journal), [_row(e) for e in entries]
    )
    known = heard_in(connection)
    mark_dirty(connection, {s for entry in entries for s in _changed_by(entry, known)})


def mark_dirty(connection: Connection, starts: Iterable[datetime]) -> None:
    """Ask for the roll-ups of these half-hours to be worked out anew."""
    mark = uuid.uuid4().hex
    # In one order for every writer: two that mark the same rows would wait for each other for ever.
    rows = [{"start": start, "mark": mark} for start in sorted(set(starts))]
    if rows:
        connection.execute(_insert_or_mark(connection.dialect.name), rows)


def last_known(engine: Engine) -> datetime | None:
    """Return when the process before this one still wrote; ``None`` when there was none."""
    with reading(engine) as connection:
        last = connection.scalar(select(journal.c.at).order_by(journal.c.id.desc()).limit(1))
        told = [at for at in (heard_in(connection), last) if at is not None]
    return max(told, default=None)


def heard_in(connection: Connection) -> datetime | None:
    """Return up to when the journal says all there was, within a transaction."""
    return connection.scalar(select(journal_marks.c.at).where(journal_marks.c.name == HEARD))


def _set_heard(connection: Connection, at: datetime) -> None:
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = kind.insert(journal_marks).values(name=HEARD, at=at)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


def _changed_by(entry: Entry, known: datetime | None) -> Iterator[datetime]:
    """Return the half-hours whose figures an entry changes: where it lies, and of its visit.

    A change of state that comes late changes what was thought of the half-hours after it as well.
    """
    start = half_hour_of(entry.at)
    yield start
    if entry.visit:
        yield half_hour_of(joined_at(entry.visit))
    elif known is not None:
        until = min(known, entry.at + LAST_CHANGE)
        while (start := start + HALF_HOUR) < until:
            yield start


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key[:KEY_LENGTH],
        "at": entry.at,
        "kind": entry.kind.value,
        "queue": entry.queue[:NAME_LENGTH],
        "operator": entry.operator[:NAME_LENGTH],
        "visit": entry.visit[:VISIT_LENGTH],
        "call_id": entry.call_id[:CALL_ID_LENGTH],
        "ticket": entry.ticket[:TICKET_LENGTH],
        "seconds": entry.seconds,
        "detail": entry.detail[:DETAIL_LENGTH],
    }


@cache
def _insert_or_leave(dialect: str, table: Table) -> Executable:
    kind = postgresql if dialect == "postgresql" else sqlite
    insert: Executable = kind.insert(table).on_conflict_do_nothing()
    return insert


@cache
def _insert_or_mark(dialect: str) -> Executable:
    kind = postgresql if dialect == "postgresql" else sqlite
    insert = kind.insert(dirty_half_hours)
    marked: Executable = insert.on_conflict_do_update(
        index_elements=["start"], set_={"mark": insert.excluded.mark}
    )
    return marked
