"""Holds one conversation: feeds the engine from a ``Call`` and performs what it asks for.

Whatever breaks, the caller is let through: tickets that cannot be reached become the flow's
``unavailable``, a fault of ours becomes the rescue queue, and when even that fails the fault is
raised, so that the line closes without the done-flag and the dialplan's fall-back takes the caller.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ivr.call import Call, CallEnded, CallerHungUp, LineLost, QueueEntry
from ivr.desk import CallEnding, CallRecord, Desk, DeskUnavailable, Step
from ivr.errands import Errands
from ivr.flow import engine
from ivr.flow.effects import EndCall, Enqueue, JoinTalk, Note, Request
from ivr.flow.model import Flows
from ivr.flow.session import Session
from ivr.flow.view import DistrictView
from ivr.room import NoRoom, Room

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
"""The time now: aware, UTC."""


async def converse(
    call: Call,
    desk: Desk,
    flows: Flows,
    view: DistrictView,
    clock: Clock,
    *,
    room: Room | None = None,
) -> CallRecord:
    """Hold the conversation that ``call.facts.entry`` names, to its end, and store how it ended.

    A hang-up and a lost line are endings and not raised. What is raised is a fault of ours that
    left the caller in no queue: the caller of this function must close the line.
    """
    talk = _Talk(call, desk, flows, view, clock=clock, room=room or NoRoom())
    # Begun before anything is said; the first word does not wait for the disk.
    arrival = asyncio.get_running_loop().create_task(talk.arrive())
    try:
        ending = await talk.hold()
    except CallerHungUp:
        ending = talk.cut_off("hung up", CallEnding.CALLER_HUNG_UP)
    except LineLost:
        ending = talk.cut_off("line lost", CallEnding.LINE_LOST)
    finally:
        await arrival
    return await talk.close(ending)


class _Talk:
    """One conversation while it is held."""

    def __init__(
        self,
        call: Call,
        desk: Desk,
        flows: Flows,
        view: DistrictView,
        *,
        clock: Clock,
        room: Room,
    ) -> None:
        self.call, self.desk, self.flows, self.view, self.clock = call, desk, flows, view, clock
        self.errands = Errands(call, desk, view, room)
        self.session = Session(entry=call.facts.entry, node=flows.rescue)
        self.steps: tuple[Step, ...] = ()
        self.queue = ""

    async def arrive(self) -> None:
        """Leave a record that the call came. Never raises: the call goes on without."""
        if self._of_the_staff:
            return
        try:
            await self.desk.call_arrived(self.call.facts)
        except DeskUnavailable:
            log.warning("the arrival of a call could not be stored", extra=self._at)
        except Exception:
            log.exception("the arrival of a call could not be stored", extra=self._at)

    async def hold(self) -> CallEnding:
        """Talk until a queue or a hang-up of ours; on a fault of ours, until the rescue queue."""
        try:
            turn = engine.begin(self.flows, self.view, self.call.facts, self.clock())
            while True:
                match self._take(turn):
                    case Enqueue(entry):
                        return await self._join(entry)
                    case JoinTalk(who, operator, manner):
                        await self.call.join_talk(who, operator, manner)
                        return CallEnding.COMPLETED
                    case EndCall():
                        await self.call.hang_up()
                        return CallEnding.COMPLETED
                    case request:
                        outcome = await self.errands.run(request, self.steps)
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
        seconds = max(0.0, (self.clock() - self.call.facts.arrived_at).total_seconds())
        fields = {**self._at, "ending": ending.value, "seconds": round(seconds, 1)}
        log.info(_sentence(record, seconds), extra={**fields, "queue": self.queue})
        if self._of_the_staff:
            if ending in (CallEnding.CALLER_HUNG_UP, CallEnding.LINE_LOST):
                await self.errands.room.talk_left(self.call.facts, heard=False)
            return record
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
    def _of_the_staff(self) -> bool:
        """Whether this is no citizen's call: it opens no ticket, and its answers hold a PIN."""
        return self.call.facts.entry in self.flows.staff

    @property
    def _at(self) -> dict[str, str]:
        return {"call": self.call.facts.call_id, "node": self.session.node}

    def _take(self, turn: engine.Turn) -> Request:
        """Keep the session and the notes of a turn, and return what it waits for."""
        self.session, (*notes, request) = turn
        for note in notes:
            assert isinstance(note, Note)
            self._note(note)
        assert not isinstance(request, Note)
        return request

    def _note(self, note: Note) -> None:
        self.steps += (Step(note.node, note.did, self.clock()),)

    async def _join(self, entry: QueueEntry) -> CallEnding:
        self.queue = entry.queue
        await self.call.join_queue(entry)
        return CallEnding.TO_QUEUE

    async def _let_through(self) -> CallEnding:
        """Join the rescue queue after a fault of ours."""
        rescue = engine.rescue(self.flows, self.view, self.session, "a fault", self.clock())
        match self._take(rescue):
            case Enqueue(entry):
                return await self._join(entry)
            case _:
                await self.call.hang_up()
                return CallEnding.COMPLETED


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
