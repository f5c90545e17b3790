"""Counting who asked for a status by number, against the limits."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from tickets.calls import Rate, StatusLimits
from tickets.store.schema import counters, status_attempts

_LINE: Final = "status_attempts"


def admit(
    connection: Connection,
    limits: StatusLimits,
    call_id: str,
    caller_index: str | None,
    *,
    own: bool,
    told: bool,
    at: datetime,
) -> bool:
    """Note an attempt and return True, or return False when a limit is used up.

    Refused attempts do not count again: whoever goes on trying is not shut out the longer. The
    limits hold over all processes and nodes.
    """
    # One at a time, or two processes would both count up to the last place and take it.
    connection.execute(
        update(counters).where(counters.c.name == _LINE).values(value=counters.c.value + 1)
    )
    _forget(connection, limits, at)
    rate = limits.withheld if caller_index is None else limits.per_caller
    used_up = (
        _count(connection, status_attempts.c.call_id == call_id) >= limits.per_call
        or _within(
            connection, status_attempts.c.caller_index.is_not_distinct_from(caller_index), rate, at
        )
        or (not own and _within(connection, ~status_attempts.c.own, limits.overall, at))
    )
    if not used_up:
        connection.execute(
            insert(status_attempts).values(
                call_id=call_id, caller_index=caller_index, own=own, told=told, at=at
            )
        )
    return not used_up


def was_told(connection: Connection, call_id: str) -> bool:
    """Tell whether a call was told a status."""
    return _count(connection, (status_attempts.c.call_id == call_id) & status_attempts.c.told) > 0


def _forget(connection: Connection, limits: StatusLimits, at: datetime) -> None:
    connection.execute(delete(status_attempts).where(status_attempts.c.at < at - limits.longest))
    # The clock was set back: what seems to come from the future was made before now, and would
    # otherwise count until the clock has caught up.
    connection.execute(update(status_attempts).where(status_attempts.c.at > at).values(at=at))


def _within(connection: Connection, who: ColumnElement[bool], rate: Rate, at: datetime) -> bool:
    """Whether the count of a rate is used up."""
    return _count(connection, who & (status_attempts.c.at > at - rate.within)) >= rate.count


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    found = connection.scalar(select(func.count()).select_from(status_attempts).where(where))
    return int(found or 0)
