"""Leasing blocks of the sequence of ticket numbers: what was leased once is never leased again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from tickets.store.schema import counters, number_blocks

_NEXT: Final = "numbers"
_COUNT_ON: Final = (
    update(counters)
    .where(counters.c.name == _NEXT)
    .values(value=counters.c.value + bindparam("places"))
    .returning(counters.c.value)
)
_NOTE: Final = insert(number_blocks)


def lease_block(connection: Connection, holder: str, size: int, at: datetime) -> range:
    """Lease the next ``size`` places of the sequence to ``holder``."""
    after = connection.scalars(_COUNT_ON, {"places": size}).one()
    start = after - size
    values = {"holder": holder[:128], "start": start, "size": size, "at": at}
    connection.execute(_NOTE, values)
    return range(start, after)


def touch(connection: Connection) -> None:
    """Write something that means nothing, to see whether the store takes it."""
    connection.execute(
        update(counters).where(counters.c.name == _NEXT).values(value=counters.c.value)
    )
