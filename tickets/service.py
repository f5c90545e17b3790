"""Tickets for callers on the line: an answer in time, and a number only when it is durable.

When the store does not answer, a ticket is written to the spool instead, with a number leased
before. Only when neither takes it is ``DeskUnavailable`` raised, and no number may be spoken.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from database.engine import StoreUnavailable
from tickets.calls import EndedCall, IncomingCall, Issued, QueueVisit, Refusal, Told
from tickets.ending import ticket_due
from tickets.keeping import DeskSettings, DeskUnavailable, Keeper
from tickets.lane import Lane, LaneAway
from tickets.model import Channel, Step
from tickets.register import Register
from tickets.spool_record import SpoolKind, SpoolRecord, repeatable_id

T = TypeVar("T")
__all__ = ["DeskSettings", "DeskUnavailable", "TicketDesk"]


class TicketDesk:
    """The tickets, for one process and one event loop; every method may raise ``DeskUnavailable``.

    ``start`` it before the first call and ``close`` it after the last.
    """

    def __init__(
        self,
        register: Register,
        settings: DeskSettings,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._register = register
        self._settings = settings
        self._sleep = sleep
        self._keeper = Keeper(register, settings)
        self._reader = Lane("reading tickets", register.probe_reading, StoreUnavailable)

    @property
    def store_is_away(self) -> bool:
        """Whether tickets go to the spool at the moment."""
        return self._keeper.store_is_away

    async def start(self) -> None:
        """Lease the first numbers; a store that does not answer is no reason not to start."""
        await self._keeper.start()

    async def close(self) -> None:
        """End the threads; what was begun is finished first."""
        await self._keeper.close()
        await asyncio.to_thread(self._reader.close)

    async def call_arrived(self, call: IncomingCall) -> None:
        """Leave a record that a call came."""
        await self._keeper.do(lambda: self._register.note_call(call))

    async def issue(
        self, call: IncomingCall, category: str, answers: Mapping[str, str], steps: tuple[Step, ...]
    ) -> Issued:
        """Make a ticket durable and return it: one for a call, however often it is asked for.

        A second request with another category changes the category.
        """
        remembered = self._keeper.remembered(call.call_id)
        now = self._register.clock.now()
        known = self._register.terms.category_or_other(category)
        remembered.asked_at = remembered.asked_at or now
        changed = remembered.issued is not None and remembered.issued.category != known.id
        record = self._record(
            call,
            SpoolKind.TICKET,
            at=now if changed else remembered.asked_at,
            category=known.id,
            answers=answers,
            steps=steps,
            record_id=repeatable_id(SpoolKind.TICKET, call.call_id, known.id, now),
        )
        done = await self._keeper.keep(record, due=True)
        if done.issued is None:
            raise DeskUnavailable("the store gave no ticket")
        return done.issued

    async def status(self, call: IncomingCall, number: str) -> Told | Refusal:
        """Tell what this caller may hear; every answer takes a whole multiple of the same time."""
        monotonic = self._register.clock.monotonic
        began = monotonic()
        answer = await self._keeper.do(lambda: self._register.status(call, number))
        if isinstance(answer, Told):
            self._keeper.remembered(call.call_id).status_told = True
        await self._sleep(until_even(monotonic() - began, self._settings.status_every_s))
        return answer

    async def open_ticket(self, call: IncomingCall) -> Told | None:
        """Find the newest open ticket of the caller's telephone; never a confidential one."""
        return await self._read(lambda: self._register.open_ticket(call))

    async def caller_known(self, call: IncomingCall) -> bool:
        """Tell whether the caller's telephone called within the last days, before this call."""
        return await self._read(lambda: self._register.caller_known(call))

    async def message_left(
        self, call: IncomingCall, recording: Path | None, seconds: float
    ) -> None:
        """Keep the wish to be called back, with a spoken message if there is one."""
        kind = SpoolKind.MESSAGE if recording else SpoolKind.CALL_BACK
        path = str(recording or "")
        await self._keeper.keep(
            self._record(
                call,
                kind,
                message=path,
                seconds=seconds,
                record_id=repeatable_id(kind, call.call_id, path),
            )
        )

    async def call_ended(self, ended: EndedCall) -> Issued | None:
        """Keep how a conversation ended, and return the ticket if that opened one.

        Whoever hung up before a number was given has a ticket all the same, if one is due.
        """
        call = ended.call
        record = self._record(
            call,
            SpoolKind.CALL_ENDED,
            category=ended.category,
            answers=ended.answers,
            steps=ended.steps,
            queue=ended.queue,
            ending=ended.ending,
            last_node=ended.last_node,
            record_id=repeatable_id("ended", call.call_id, call.entry, call.arrived_at),
        )
        due = not record.number and ticket_due(
            ended.ending,
            self._register.terms.category(ended.category),
            status_told=self._keeper.remembered(call.call_id).status_told,
        )
        done = await self._keeper.keep(record, due=due)
        return done.issued if done.opened else None

    async def queue_ended(self, visit: QueueVisit) -> None:
        """Keep how a stay in a queue ended; the same visit told again changes nothing."""
        call = visit.call
        what = ("visit", call.call_id, visit.queue, visit.how, visit.wait_s, visit.operator)
        await self._keeper.keep(
            self._record(
                call,
                SpoolKind.QUEUE_ENDED,
                queue=visit.queue,
                how=visit.how,
                wait_s=visit.wait_s,
                talk_s=visit.talk_s,
                operator=visit.operator,
                record_id=repeatable_id(*what),
            )
        )

    def _record(self, call: IncomingCall, kind: SpoolKind, **more: object) -> SpoolRecord:
        issued = self._keeper.remembered(call.call_id).issued
        values: dict[str, Any] = {
            "at": self._register.clock.now(),
            "number": call.ticket or (issued.number if issued else ""),
            "caller": call.caller,
            "entry": call.entry,
            "dialled": call.dialled,
            "language": call.language,
            "sip_call_id": call.sip_call_id,
            "channel": Channel.PHONE,
            **more,
        }
        return SpoolRecord(call.call_id, kind, **values)

    async def _read(self, job: Callable[[], T]) -> T:
        try:
            return await self._reader.run(job, self._settings.limit_s)
        except LaneAway as away:
            raise DeskUnavailable(str(away)) from away


def until_even(passed_s: float, every_s: float) -> float:
    """Return how long until the next whole multiple of ``every_s``, which is more than 0.

    So the time an answer takes tells nothing about what was found.
    """
    return max(1, math.ceil(passed_s / every_s)) * every_s - passed_s
