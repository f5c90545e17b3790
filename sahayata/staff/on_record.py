"""A deed by telephone, on record before it is done and after it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from database.engine import StoreUnavailable
from ivr.room import RoomUnavailable
from queue_manager.room.orders import Outcome
from sahayata.staff.ports import Deeds

log = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT_S: Final = 2.0
"""Somebody listens: what the database does not answer by then counts as away."""


@dataclass(slots=True)
class End:
    """What became of a deed."""

    outcome: Outcome = Outcome.CONFIRMED


async def within_limit(job: Callable[..., T], *given: object) -> T:
    """Do a job of the database in a thread. Raises ``RoomUnavailable``."""
    waiting: Awaitable[T] = asyncio.to_thread(job, *given)
    try:
        async with asyncio.timeout(LIMIT_S):
            return await waiting
    except (StoreUnavailable, TimeoutError) as away:
        raise RoomUnavailable(f"the database: {away or 'no answer in time'}") from away


@asynccontextmanager
async def on_record(
    records: Deeds, who: str, what: str, whom: str = "", *, queue: str = ""
) -> AsyncIterator[End]:
    """Put a deed on record, and how it ended. Raises ``RoomUnavailable`` before it is done."""
    asked = Outcome.ASKED.value
    number = await within_limit(records.audit, who, what, whom, queue, asked)
    end = End()
    try:
        yield end
    except BaseException:  # Hung up in the middle, too: nobody knows.
        end.outcome = Outcome.UNKNOWN
        raise
    finally:
        try:
            await within_limit(records.ended, number, who, what, end.outcome.value)
        except RoomUnavailable as away:
            # It stays "asked" on record, and is shown as that: nobody knows.
            log.error("the end of a deed is not on record", extra={"fault": str(away)})
