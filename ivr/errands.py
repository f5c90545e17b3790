"""Does what the engine asks for, on the line and at the desk, and brings back the outcome."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Final

from ivr.call import Call, NotRecorded, Recorded, RecordSpec
from ivr.desk import Desk, DeskUnavailable, StatusRefusal, Step
from ivr.flow.effects import (
    Ask,
    FactFound,
    FindFact,
    InRoom,
    Issue,
    LookUp,
    NothingHeard,
    Outcome,
    RecordMessage,
    RecordNotice,
    RecordTake,
    Request,
    Stored,
    StoreWish,
    Tell,
    Unavailable,
)
from ivr.flow.view import DistrictView
from ivr.room import NO_VOICE, Room, RoomAnswer, RoomUnavailable

log = logging.getLogger(__name__)

NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Errands:
    """The errands of one conversation."""

    call: Call
    desk: Desk
    view: DistrictView
    room: Room
    messages: int = 0
    """Recordings begun, so that each has a name of its own."""

    async def run(self, request: Request, steps: tuple[Step, ...]) -> Outcome:
        """Do one thing. Tickets or a room that cannot be reached are an outcome: ``Unavailable``.

        ``steps`` is what the caller did so far, for the history of a ticket. Raises what the call
        raises, and ``TypeError`` for a request that ends the conversation.
        """
        try:
            match request:
                case Tell(prompts, barge_in):
                    return await self.call.play(prompts, barge_in=barge_in)
                case Ask(prompts, collect):
                    return await self.call.collect(prompts, collect)
                case FindFact():
                    return await self._find(request)
                case Issue():
                    return await self._issue(request, steps)
                case LookUp(number):
                    return await self._look_up(number)
                case RecordMessage():
                    return await self._record(request)
                case StoreWish(ticket):
                    await self.desk.message_left(self.call.facts, ticket, None, 0.0)
                    return Stored()
                case InRoom(do, who, given):
                    return await self.room.ask(self.call.facts, who, do, dict(given))
                case RecordNotice():
                    return await self._record_notice(request)
                case RecordTake():
                    return await self._record_take(request)
        except DeskUnavailable as reason:
            log.warning(
                "the tickets cannot be reached: %s", reason, extra={"call": self.call.facts.call_id}
            )
            return Unavailable()
        except RoomUnavailable as reason:
            log.warning(
                "the room cannot be asked: %s", reason, extra={"call": self.call.facts.call_id}
            )
            return Unavailable()
        raise TypeError(f"this ends the conversation: {type(request).__name__}")

    async def _find(self, request: FindFact) -> Outcome:
        facts = self.call.facts
        match request.fact:
            case "open_ticket":
                return _yes_or_no(await self.desk.open_ticket(facts) is not None)
            case "caller_known":
                return _yes_or_no(await self.desk.caller_known(facts))
            case "queue_load" if request.of:
                load = await self.call.queue_load(request.of)
                return FactFound(self.view.load_fact(request.of, load), max(0, load.waiting))
        return Unavailable()

    async def _issue(self, request: Issue, steps: tuple[Step, ...]) -> Outcome:
        issued = await self.desk.issue(
            self.call.facts, request.category, dict(request.answers), steps
        )
        # On the line before it is spoken: whatever breaks from here on can still say it.
        await self.call.note_ticket(issued.number, self.view.queue_of(issued.category))
        return issued

    async def _look_up(self, number: str) -> Outcome:
        if number:
            return await self.desk.status(self.call.facts, number)
        return await self.desk.open_ticket(self.call.facts) or StatusRefusal.NOT_FOUND

    async def _record(self, request: RecordMessage) -> Outcome:
        recorded = await self._recorded(request)
        if isinstance(recorded, NotRecorded):
            return NothingHeard()
        await self.desk.message_left(
            self.call.facts, request.ticket, recorded.path, recorded.seconds
        )
        return Stored()

    async def _record_notice(self, request: RecordNotice) -> Outcome:
        recorded = await self._recorded(request)
        if isinstance(recorded, NotRecorded):
            return NothingHeard()
        await self.room.notice(self.call.facts, request.who, request.queue, recorded.path)
        return Stored()

    async def _record_take(self, request: RecordTake) -> Outcome:
        recorded = await self._recorded(request)
        if isinstance(recorded, NotRecorded):
            return RoomAnswer(NO_VOICE)
        return await self.room.take(self.call.facts, request.who, request.number, recorded.path)

    async def _recorded(
        self, request: RecordMessage | RecordNotice | RecordTake
    ) -> Recorded | NotRecorded:
        self.messages += 1
        name = NOT_IN_NAMES.sub("-", self.call.facts.call_id.lower())
        spec = RecordSpec(
            name=f"{name}-{self.messages}",
            max_s=request.max_s,
            silence_s=request.silence_s,
            min_s=request.min_s,
            finish_keys=request.finish_key,
        )
        recorded = await self.call.record(request.prompts, spec)
        if isinstance(recorded, NotRecorded):
            log.info("no message: %s", recorded.reason, extra={"call": self.call.facts.call_id})
        return recorded


def _yes_or_no(value: bool) -> FactFound:
    return FactFound("yes" if value else "no")
