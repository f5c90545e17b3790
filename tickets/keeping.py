"""Making a record durable in time: in the store, or else in the spool.

Whatever becomes of the store's own attempt, a call is promised one number and a record is taken in
once: a late commit and the spool agree.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from database.engine import StoreUnavailable
from tickets import spool
from tickets.calls import Issued
from tickets.deeds import Done
from tickets.lane import Lane, LaneAway
from tickets.pool import NumberPool, PoolEmpty
from tickets.register import Register
from tickets.reserve import Remembered, Reserve
from tickets.spool_record import SpoolKind, SpoolRecord
from tickets.store.ticket_rows import NumberTaken

log = logging.getLogger(__name__)
T = TypeVar("T")
_STORE_SHARE: Final = 0.7
"""How much of the time limit the store has; what is left is for the spool."""
_SPOOL_LEAST_S: Final = 0.3
"""The spool has so long in any case: a machine that stood still must not cost it its turn."""
_MAY_OPEN: Final = (
    SpoolKind.TICKET,
    SpoolKind.CALL_ENDED,
    SpoolKind.MESSAGE,
    SpoolKind.CALL_BACK,
)


class DeskUnavailable(Exception):
    """Nothing could be made durable in time, or nothing be looked up. Let the caller through."""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How the desk of one process works."""

    spool: Path
    holder: str
    """Who leases numbers: system and process, for a person who reads the table."""
    limit_s: float = 2.0
    """No caller waits longer for any answer, but for what the spool has in any case."""
    block: int = 500
    """How many numbers are leased at once; the unused ones are lost when the process ends."""
    status_every_s: float = 0.25
    """Every answer about a status takes a whole multiple of this."""
    pool: NumberPool | None = None
    """Where numbers come from when none is left in memory and the store is away."""


class Keeper:
    """Store, spool and numbers of one process and one event loop."""

    def __init__(self, register: Register, settings: DeskSettings) -> None:
        self._register = register
        self._settings = settings
        self._reserve = Reserve(low=max(1, settings.block // 2))
        self._writer = Lane(
            "the store of tickets", register.probe, StoreUnavailable, together=register.together
        )
        self._disk = Lane("the spool of tickets", lambda: spool.probe(settings.spool), OSError)
        self._refilling: asyncio.Task[None] | None = None

    @property
    def store_is_away(self) -> bool:
        """Whether records go to the spool at the moment."""
        return self._writer.is_away

    async def start(self) -> None:
        """Lease the first numbers; a store that does not answer is no reason not to start."""
        self._refill()
        if self._refilling is not None:
            await self._refilling

    async def close(self) -> None:
        """End the threads; what was begun is finished first."""
        if self._refilling is not None:
            self._refilling.cancel()
            await asyncio.gather(self._refilling, return_exceptions=True)
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._disk.close)

    def remembered(self, call_id: str) -> Remembered:
        """Return what this process did for a call."""
        return self._reserve.call(call_id)

    async def do(self, job: Callable[[], T]) -> T:
        """Do a job in the store alone. Raises ``DeskUnavailable``."""
        try:
            return await self._writer.run(job, self._settings.limit_s)
        except LaneAway as away:
            raise DeskUnavailable(str(away)) from away

    async def keep(self, record: SpoolRecord, *, due: bool = False) -> Done:
        """Make a record durable and return what it came to.

        ``due``: the call is owed a ticket, so a record that goes to the spool gets a number.
        Raises ``DeskUnavailable`` when neither store nor spool took it.
        """
        remembered = self._reserve.call(record.call_id)
        deadline = self._now() + self._settings.limit_s
        try:
            done = await self._stored(record, remembered)
        except LaneAway:
            done = await self._spooled(record, remembered, due, deadline)
        except Exception:
            # A fault of ours must not cost the caller his ticket: the intake meets it again.
            log.exception("the store did not accept a record of call %s", record.call_id)
            done = await self._spooled(record, remembered, due, deadline)
        if done.issued is not None:
            remembered.issued = done.issued
        return done

    async def _stored(self, record: SpoolRecord, remembered: Remembered) -> Done:
        number = ""
        if not record.number and record.kind in _MAY_OPEN:
            number = self._reserve.promise(record.call_id)
            self._refill()
        fresh = (lambda: number) if number else None
        try:
            return await self._writer.run(
                lambda: self._register.take_in(record, fresh_number=fresh),
                self._settings.limit_s * _STORE_SHARE,
            )
        except NumberTaken:
            remembered.number = ""
            raise

    async def _spooled(
        self, record: SpoolRecord, remembered: Remembered, due: bool, deadline: float
    ) -> Done:
        known = remembered.issued
        if record.kind is SpoolKind.TICKET and known and known.category == record.category:
            return Done(known)  # asked for again: it is durable already, here or there
        if due and not record.number:
            number = await self._promised(record.call_id, remembered, deadline)
            record = replace(record, number=number)
        await self._on_disk(lambda: spool.append(self._settings.spool, record), deadline)
        if not due:
            return Done(remembered.issued)
        category = self._register.terms.category_or_other(record.category)
        since = remembered.asked_at or record.at
        issued = Issued(
            record.number, category.id, category.limit_minutes(), category.promised_by(since)
        )
        return Done(issued, opened=remembered.issued is None)

    async def _promised(self, call_id: str, remembered: Remembered, deadline: float) -> str:
        """Promise a number without the store."""
        number = self._reserve.promise(call_id)
        pool = self._settings.pool
        if not number and pool is not None:
            try:
                number = remembered.number = await self._on_disk(pool.take, deadline)
            except PoolEmpty as empty:
                raise DeskUnavailable(f"no number is left: {empty}") from empty
        if not number:
            raise DeskUnavailable("no number is left, and the store is away")
        return number

    async def _on_disk(self, job: Callable[[], T], deadline: float) -> T:
        try:
            left_s = max(_SPOOL_LEAST_S, deadline - self._now())
            return await self._disk.run(job, left_s)
        except LaneAway as away:
            raise DeskUnavailable(str(away)) from away

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _refill(self) -> None:
        """Lease the next block in the background before the last one is used up."""
        busy = self._refilling is not None and not self._refilling.done()
        if self._reserve.is_low and not busy and not self._writer.is_away:
            self._refilling = asyncio.create_task(self._lease())

    async def _lease(self) -> None:
        holder, size = self._settings.holder, self._settings.block
        try:
            numbers = await self._writer.run(
                lambda: self._register.lease(holder, size), self._settings.limit_s
            )
        except LaneAway:
            return  # the lane has logged it; the next call tries again
        self._reserve.add(numbers)
