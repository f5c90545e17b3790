"""Holds one conversation: feeds the engine from a ``Call`` and performs what it asks for.

Whatever breaks, the caller is let through: tickets that cannot be reached become the flow's
``unavailable``, a fault of ours becomes the rescue queue, and when even that fails the fault is
raised, so that the line closes without the done-flag and the dialplan's fall-back takes the caller.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from ivr.call import (
    Call,
    CallEnded,
    CallerHungUp,
    LineLost,
    NotRecorded,
    QueueEntry,
    RecordSpec,
)
from ivr.desk import CallEnding, CallRecord, Desk, DeskUnavailable, StatusRefusal, Step
from ivr.flow import engine
from ivr.flow.effects import (
    Ask,
    Effect,
    EndCall,
    Enqueue,
    FactFound,
    FindFact,
    Issue,
    LookUp,
    Note,
    NothingHeard,
    Outcome,
    RecordMessage,
    Stored,
    StoreWish,
    Tell,
    Unavailable,
)
from ivr.flow.model import Flows
from ivr.flow.session import Session
from ivr.flow.view import DistrictView

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
"""The time now: aware, UTC."""

NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


async def converse(
    call: Call, desk: Desk, flows: Flows, view: DistrictView, clock: Clock
) -> CallRecord:
    """Hold the conversation that ``call.facts.entry`` names, to its end, and store how it ended.

    A hang-up and a lost line are endings and not raised. What is raised is a fault of ours that
    left the caller in no queue: the caller of this function must close the line.
    """
    talk = _Talk(call, desk, flows, view, clock)
    try:
        ending = await talk.hold()
    except CallerHungUp:
        ending = talk.cut_off("hung up", CallEnding.CALLER_HUNG_UP)
    except LineLost:
        ending = talk.cut_off("line lost", CallEnding.LINE_LOST)
    return await talk.close(ending)


class _Talk:
    """One conversation while it is held."""

    def __init__(
        self, call: Call, desk: Desk, flows: Flows, view: DistrictView, clock: Clock
    ) -> None:
        self.call, self.desk, self.flows, self.view, self.clock = call, desk, flows, view, clock
        self.session = Session(entry=call.facts.entry, node=flows.rescue)
        self.steps: tuple[Step, ...] = ()
        self.queue = ""
        self.messages = 0

    async def hold(self) -> CallEnding:
        """Talk until a queue or a hang-up of ours; on a fault of ours, until the rescue queue."""
        try:
            await self._arrive()
            turn = engine.begin(self.flows, self.view, self.call.facts, self.clock())
            while True:
                match self._take(turn):
                    case Enqueue(entry):
                        return await self._join(entry)
                    case EndCall():
                        await self.call.hang_up()
                        return CallEnding.COMPLETED
                    case request:
                        outcome = await self._perform(request)
                turn = engine.step(self.flows, self.view, self.session, outcome, self.clock())
        except CallEnded:
            raise
        except Exception:
            log.exception("the conversation failed; the caller goes to an operator", extra=self._at)
            return await self._let_through()

    def cut_off(self, how: str, ending: CallEnding) -> CallEnding:
        """Note that the call ended in the middle."""
        self._note(Note(self.session.node, how))
        return ending

    async def close(self, ending: CallEnding) -> CallRecord:
        """Store how the conversation ended and log it. Never raises: the call is over."""
        record = CallRecord(
            facts=self.call.facts,
            ending=ending,
            last_node=self.session.node,
            steps=self.steps,
            category=self.session.category,
            queue=self.queue,
            ticket=self.session.ticket.number if self.session.ticket else "",
            answers=dict(self.session.answers),
        )
        seconds = (self.clock() - self.call.facts.arrived_at).total_seconds()
        fields = {**self._at, "ending": ending.value, "seconds": round(seconds, 1)}
        log.info(_sentence(record, seconds), extra={**fields, "queue": self.queue})
        try:
            given = await self.desk.call_ended(record)
        except DeskUnavailable:
            log.warning("how the call ended could not be stored", extra=fields)
        except Exception:
            log.exception("how the call ended could not be stored", extra=fields)
        else:
            record = replace(record, ticket=given.number) if given else record
        return record

    @property
    def _at(self) -> dict[str, str]:
        return {"call": self.call.facts.call_id, "node": self.session.node}

    def _take(self, turn: engine.Turn) -> Effect:
        """Keep the session and the notes of a turn, and return what it waits for."""
        self.session, effects = turn
        for effect in effects[:-1]:
            if isinstance(effect, Note):
                self._note(effect)
        return effects[-1]

    def _note(self, note: Note) -> None:
        self.steps += (Step(note.node, note.did, self.clock()),)

    async def _arrive(self) -> None:
        try:
            await self.desk.call_arrived(self.call.facts)
        except DeskUnavailable:
            log.warning("the arrival of a call could not be stored", extra=self._at)

    async def _join(self, entry: QueueEntry) -> CallEnding:
        self.queue = entry.queue
        await self.call.join_queue(entry)
        return CallEnding.TO_QUEUE

    async def _let_through(self) -> CallEnding:
        """Join the rescue queue after a fault of ours."""
        rescue = engine.rescue(self.flows, self.view, self.session, "a fault", self.clock())
        effect = self._take(rescue)
        assert isinstance(effect, Enqueue)
        return await self._join(effect.entry)

    async def _perform(self, request: Effect) -> Outcome:
        """Do what the engine asked for; tickets that cannot be reached are an answer too."""
        try:
            match request:
                case Tell(prompts, barge_in):
                    return await self.call.play(prompts, barge_in=barge_in)
                case Ask(prompts, collect):
                    return await self.call.collect(prompts, collect)
                case FindFact():
                    return await self._find(request)
                case Issue():
                    return await self._issue(request)
                case LookUp(number):
                    return await self._look_up(number)
                case RecordMessage():
                    return await self._record(request)
                case StoreWish(ticket):
                    await self.desk.message_left(self.call.facts, ticket, None, 0.0)
                    return Stored()
        except DeskUnavailable as reason:
            log.warning("the tickets cannot be reached: %s", reason, extra=self._at)
            return Unavailable()
        raise TypeError(f"nothing to perform: {type(request).__name__}")

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

    async def _issue(self, request: Issue) -> Outcome:
        issued = await self.desk.issue(
            self.call.facts, request.category, dict(request.answers), self.steps
        )
        # On the line before it is spoken: whatever breaks from here on can still say it.
        await self.call.note_ticket(issued.number)
        return issued

    async def _look_up(self, number: str) -> Outcome:
        if number:
            return await self.desk.status(self.call.facts, number)
        return await self.desk.open_ticket(self.call.facts) or StatusRefusal.NOT_FOUND

    async def _record(self, request: RecordMessage) -> Outcome:
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
            log.info("no message: %s", recorded.reason, extra=self._at)
            return NothingHeard()
        await self.desk.message_left(
            self.call.facts, request.ticket, recorded.path, recorded.seconds
        )
        return Stored()


def _yes_or_no(value: bool) -> FactFound:
    return FactFound("yes" if value else "no")


def _sentence(record: CallRecord, seconds: float) -> str:
    match record.ending:
        case CallEnding.TO_QUEUE:
            return f"caller joined {record.queue} after {seconds:.0f} s"
        case CallEnding.COMPLETED:
            return f"call completed at {record.last_node} after {seconds:.0f} s"
        case CallEnding.CALLER_HUNG_UP:
            return f"caller left at {record.last_node} after {seconds:.0f} s"
        case CallEnding.LINE_LOST:
            return f"line lost at {record.last_node} after {seconds:.0f} s"
