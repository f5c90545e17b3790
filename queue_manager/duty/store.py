"""Duty in the database: the history of each operator, and what it comes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from database.engine import reading, writing
from database.rows import insert_new
from queue_manager.duty.declared import Change, Declared, NotPossible, SignOff, SignOn, after
from queue_manager.duty.schema import duty, duty_changes
from queue_manager.roster.schema import operator_queues, operators

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when somebody who never signed on is signed off."""
MOST_WORDS: Final = 200
MOST_NAME: Final = 64

_ON_THE_ROSTER: Final = select(operators.c.extension).where(operators.c.left_on.is_(None))


class DutyStore:
    """``queue_manager.duty.port.Duty`` on a database; any number of processes may write."""

    def __init__(
        self, engine: Engine, queues: Collection[str], now: Callable[[], datetime]
    ) -> None:
        self._engine, self._queues, self._now = engine, frozenset(queues), now

    def declared(self) -> Mapping[str, Declared]:
        """Return what each operator of the roster declared last, by extension.

        Who left the roster is there too, signed off, so that whoever asks takes them out of queues.
        """
        with reading(self._engine) as connection:
            known = {row.extension: self._told(row) for row in connection.execute(select(duty))}
            extensions = connection.scalars(_ON_THE_ROSTER).all()
        here = {e: known.get(e) or Declared(e, BEGINNING) for e in extensions}
        left = {e: Declared(e, one.since) for e, one in known.items() if e not in here}
        return dict(sorted({**here, **left}.items()))

    def declare(self, extension: str, change: Change, *, by: str, why: str = "") -> Declared:
        """Make a change durable with who did it and why; return what holds now."""
        with writing(self._engine) as connection:
            if connection.scalar(_ON_THE_ROSTER.where(operators.c.extension == extension)) is None:
                raise NotPossible(f"nobody on the roster has the extension {extension}")
            if isinstance(change, SignOn) and not change.queues:
                change = SignOn(_of_roster(connection, extension))
            return self._apply(connection, extension, change, by, why)

    def left(self, connection: Connection, extension: str, *, by: str, why: str) -> None:
        """Sign off, within a transaction, somebody who is on the roster no more."""
        self._apply(connection, extension, SignOff(), by, why)

    def _apply(
        self, connection: Connection, extension: str, change: Change, by: str, why: str
    ) -> Declared:
        at = self._now()
        before = self._locked(connection, extension)
        now = after(before, change, at)
        if now is before:
            return now
        line = {"extension": extension, "at": at, "kind": change.kind}
        line |= {"who": by[:MOST_NAME], "why": why[:MOST_WORDS], "body": _body(now)}
        made = connection.execute(insert(duty_changes).values(line))
        assert made.inserted_primary_key is not None
        row = {**_row(now), "change": made.inserted_primary_key[0]}
        connection.execute(update(duty).where(duty.c.extension == extension).values(row))
        return now

    def _locked(self, connection: Connection, extension: str) -> Declared:
        """Return what holds; until the end of the transaction nobody else changes it."""
        fresh = {**_row(Declared(extension, BEGINNING)), "extension": extension, "change": 0}
        insert_new(connection, duty, fresh)
        one = select(duty).where(duty.c.extension == extension).with_for_update()
        return self._told(connection.execute(one).one())

    def _told(self, row: Row[Any]) -> Declared:
        queues = {str(q): int(p) for q, p in json.loads(row.queues).items() if q in self._queues}
        return Declared(
            row.extension,
            row.since,
            row.signed_on,
            MappingProxyType(queues),
            row.pause_reason,
            row.paused_since,
            row.wrap_up_until,
            row.missed,
        )


def _of_roster(connection: Connection, extension: str) -> Mapping[str, int]:
    found = connection.execute(
        select(operator_queues.c.queue, operator_queues.c.penalty)
        .join(operators, operators.c.id == operator_queues.c.operator)
        .where(operators.c.extension == extension)
    )
    return {row.queue: row.penalty for row in found}


def _row(declared: Declared) -> dict[str, object]:
    return {
        "signed_on": declared.signed_on,
        "since": declared.since,
        "queues": json.dumps(dict(declared.queues)),
        "pause_reason": declared.pause_reason,
        "paused_since": declared.paused_since,
        "wrap_up_until": declared.wrap_up_until,
        "missed": declared.missed,
    }


def _body(declared: Declared) -> str:
    return json.dumps(_row(declared) | {"queues": dict(declared.queues)}, default=str)
