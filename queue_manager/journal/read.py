"""Reading the journal: the visits of an interval, and what operators did in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Select,
    and_,
    bindparam,
    exists,
    select,
    text,
)

from database.columns import BIG, Utc
from database.engine import reading
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.schema import OF_JOININGS, OF_STATES, OF_VISITS, journal
from queue_manager.journal.store import LAST_CHANGE, heard_in
from queue_manager.journal.unfinished import OF_A_STAY, Unfinished, unfinished_among

_LAST_CHANGES: Final = """
    WITH RECURSIVE names(name) AS (
        SELECT min(operator) FROM journal {index} WHERE operator > '' AND {of}
        UNION ALL
        SELECT (SELECT min(operator) FROM journal {index} WHERE operator > names.name AND {of})
        FROM names WHERE names.name IS NOT NULL
    )
    SELECT (
        SELECT id FROM journal {index}
        WHERE operator = names.name AND {of} AND at < :since AND at >= :oldest
        ORDER BY at DESC, id DESC LIMIT 1
    ) AS id
    FROM names WHERE names.name IS NOT NULL
    """
"""Every operator in the journal, by jumping from name to name in the index, and of each the last
change of state: no reading of days of journal for it."""
LOOK_BACK: Final = timedelta(hours=8)
"""No visit lasts longer: what began before and has no end is not looked for any more."""
_TOGETHER: Final = 500
"""Calls asked for in one statement."""
_AT_ONCE: Final = 500
"""Rows taken from the driver at a time."""
PIECE: Final = 500
"""Lines of a kind in one piece of an interval: what is in memory at a time is a piece, however much
happened in a half-hour."""
_COLUMNS: Final = tuple(journal.c[name] for name in Entry._fields)
_KINDS: Final = {kind.value: kind for kind in Kind}
_GAPS: Final = (Kind.GAP_BEGAN, Kind.GAP_ENDED)
_IN_TIME: Final = (journal.c.at, journal.c.kind == Kind.STATE.value, journal.c.id)
"""A gap before a state of the same moment: after it every state is told anew."""


def pieces(
    connection: Connection, kind: Kind, since: datetime, until: datetime, most: int | None = None
) -> Iterator[tuple[datetime, datetime]]:
    """Cut ``[since, until)`` so that each part holds ``most`` lines of a kind, ``PIECE`` of them.

    More only where more begin at the very moment that a part begins at.
    """
    while since < until:
        later = (journal.c.kind == kind.value, journal.c.at > since, journal.c.at < until)
        words = select(journal.c.at).where(*later).order_by(journal.c.at)
        cut = connection.scalar(words.offset(most or PIECE).limit(1)) or until
        yield since, cut
        since = cut


def entries_of_visits(
    connection: Connection, since: datetime, until: datetime, queue: str | None = None
) -> tuple[Entry, ...]:
    """Return what is told of the visits that joined in ``[since, until)``, in no order.

    Rings are left out: of those that were missed there is a line of its own.
    """
    joined = and_(journal.c.kind == Kind.JOINED.value, journal.c.at >= since, journal.c.at < until)
    of_queue = joined if queue is None else and_(joined, journal.c.queue == queue)
    names = select(journal.c.visit).where(of_queue)
    return _entries(
        connection,
        select(journal).where(
            text(OF_VISITS), journal.c.visit.in_(names), journal.c.kind != Kind.RUNG.value
        ),
    )


def changes_of_state(connection: Connection, since: datetime, until: datetime) -> Iterator[Entry]:
    """Give the last changes of state and gaps before ``since``, then those until ``until``.

    In order of time, read piece by piece while the transaction lasts.
    """
    earlier = [
        *connection.scalars(
            _last_changes(connection.dialect.name),
            {"since": since, "oldest": since - LAST_CHANGE},
        ),
        *(_last_gap(connection, kind, since) for kind in _GAPS),
    ]
    before = journal.c.id.in_([number for number in earlier if number is not None])
    yield from _entries(connection, select(journal).where(before).order_by(*_IN_TIME))
    kinds = (Kind.STATE.value, *(kind.value for kind in _GAPS))
    for began, ended in pieces(connection, Kind.STATE, since, until):
        within = (journal.c.kind.in_(kinds), journal.c.at >= began, journal.c.at < ended)
        yield from _entries(connection, select(journal).where(*within).order_by(*_IN_TIME))


def unfinished(engine: Engine) -> tuple[Unfinished, ...]:
    """Return the visits whose end is not known, for the ``Ledger`` of a new process.

    Raises ``database.engine.StoreUnavailable``.
    """
    with reading(engine) as connection:
        last = heard_in(connection)
        if last is None:
            return ()
        stay = and_(text(OF_VISITS), journal.c.visit.in_(_not_completed(last - LOOK_BACK)))
        kinds = [kind.value for kind in OF_A_STAY]
        words = select(journal).where(stay, journal.c.kind.in_(kinds))
        return unfinished_among(_entries(connection, words.order_by(journal.c.id)))


def gaps(connection: Connection, since: datetime, until: datetime) -> tuple[Entry, ...]:
    """Return where gaps began and ended in ``[since, until)``, in order."""
    kinds = [kind.value for kind in _GAPS]
    within = and_(journal.c.kind.in_(kinds), journal.c.at >= since, journal.c.at < until)
    return _entries(connection, select(journal).where(within).order_by(journal.c.at, journal.c.id))


def entries_of_kind(connection: Connection, kind: Kind, since: datetime) -> tuple[Entry, ...]:
    """Return what happened of one kind since a moment."""
    words = select(journal).where(journal.c.kind == kind.value, journal.c.at >= since)
    return _entries(connection, words.order_by(journal.c.id))


def entries_of_calls(connection: Connection, call_ids: Collection[str]) -> tuple[Entry, ...]:
    """Return all that is told of the visits of these calls."""
    known = sorted(call_id for call_id in call_ids if call_id)
    found: list[Entry] = []
    for begin in range(0, len(known), _TOGETHER):
        some = known[begin : begin + _TOGETHER]
        names = select(journal.c.visit).where(text(OF_JOININGS), journal.c.call_id.in_(some))
        words = select(journal).where(text(OF_VISITS), journal.c.visit.in_(names))
        found += _entries(connection, words.order_by(journal.c.id))
    return tuple(found)


def first_at(connection: Connection) -> datetime | None:
    """Return when the journal begins."""
    first = select(journal.c.at).order_by(journal.c.id).limit(1)
    return connection.scalar(first)


@cache
def _last_changes(dialect: str) -> Executable:
    # SQLite has no statistics here and would take the index by kind: a thousand times the work.
    index = "INDEXED BY ix_journal_operator_at" if dialect == "sqlite" else ""
    words = text(_LAST_CHANGES.format(index=index, of=OF_STATES))
    moments = (bindparam(name, type_=Utc()) for name in ("since", "oldest"))
    return words.bindparams(*moments).columns(id=BIG)


def _not_completed(since: datetime) -> Select[tuple[str]]:
    """Ask for the visits that joined since a moment, but for the many whose talk is over."""
    over = journal.alias("over")
    # Its condition in the words of the index.
    completed = (
        text("over.visit <> ''"),
        over.c.visit == journal.c.visit,
        over.c.kind == Kind.COMPLETED.value,
    )
    joined = (journal.c.kind == Kind.JOINED.value, journal.c.at >= since)
    return select(journal.c.visit).where(*joined, ~exists().where(*completed))


def _last_gap(connection: Connection, kind: Kind, before: datetime) -> int | None:
    return connection.scalar(
        select(journal.c.id)
        .where(journal.c.kind == kind.value, journal.c.at < before)
        .order_by(journal.c.at.desc(), journal.c.id.desc())
        .limit(1)
    )


def _entries(connection: Connection, words: Select[Any]) -> tuple[Entry, ...]:
    found = connection.execute(words.with_only_columns(*_COLUMNS))
    # Some at a time: rows that all live at once have the collector of garbage look at everything.
    return tuple(
        Entry(key, at, _KINDS[kind], *more)
        for some in found.partitions(_AT_ONCE)
        for key, at, kind, *more in some
    )
