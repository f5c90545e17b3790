"""Between the conversation's port to the tickets and the tickets: each has words of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ivr.call import CallFacts
from ivr.desk import (
    CallRecord,
    DeskUnavailable,
    IssuedTicket,
    QueueVisit,
    StatusRefusal,
    Step,
    TicketStatus,
)
from tickets import calls, model, service


class DeskAdapter:
    """An ``ivr.desk.Desk`` on top of ``tickets.service.TicketDesk``."""

    def __init__(self, tickets: service.TicketDesk) -> None:
        self._tickets = tickets

    async def call_arrived(self, facts: CallFacts) -> None:
        """Leave a record that this call came."""
        with _reported():
            await self._tickets.call_arrived(_call(facts))

    async def issue(
        self, facts: CallFacts, category: str, answers: Mapping[str, str], steps: tuple[Step, ...]
    ) -> IssuedTicket:
        """Commit a ticket and return it."""
        with _reported():
            return _issued(
                await self._tickets.issue(_call(facts), category, answers, _steps(steps))
            )

    async def status(self, facts: CallFacts, number: str) -> TicketStatus | StatusRefusal:
        """Tell what this caller may hear about a number."""
        with _reported():
            answer = await self._tickets.status(_call(facts), number)
        if isinstance(answer, calls.Refusal):
            return StatusRefusal(answer.value)
        return _status(answer)

    async def open_ticket(self, facts: CallFacts) -> TicketStatus | None:
        """Find the newest open ticket of this caller's telephone."""
        with _reported():
            found = await self._tickets.open_ticket(_call(facts))
        return None if found is None else _status(found)

    async def caller_known(self, facts: CallFacts) -> bool:
        """Tell whether this telephone called within the last days."""
        with _reported():
            return await self._tickets.caller_known(_call(facts))

    async def message_left(
        self, facts: CallFacts, ticket: str, recording: Path | None, seconds: float
    ) -> None:
        """Attach a spoken message and store the wish to be called back."""
        call = _call(facts)
        with _reported():
            await self._tickets.message_left(
                replace(call, ticket=ticket or call.ticket), recording, seconds
            )

    async def call_ended(self, record: CallRecord) -> IssuedTicket | None:
        """Store how a conversation ended."""
        call = _call(record.facts)
        ended = calls.EndedCall(
            call=replace(call, ticket=record.ticket or call.ticket),
            ending=record.ending.value,
            last_node=record.last_node,
            steps=_steps(record.steps),
            category=record.category,
            queue=record.queue,
            answers=record.answers,
        )
        with _reported():
            opened = await self._tickets.call_ended(ended)
        return None if opened is None else _issued(opened)

    async def queue_ended(self, visit: QueueVisit) -> None:
        """Store how a stay in a queue ended."""
        with _reported():
            await self._tickets.queue_ended(
                calls.QueueVisit(
                    call=_call(visit.facts),
                    queue=visit.facts.queue,
                    how=calls.QueueEnding(visit.outcome.value),
                    wait_s=float(visit.waited_s),
                    talk_s=float(visit.talked_s),
                    operator=visit.operator,
                )
            )


@contextmanager
def _reported() -> Iterator[None]:
    """Say in the port's words that the tickets did not answer."""
    try:
        yield
    except service.DeskUnavailable as fault:
        raise DeskUnavailable(str(fault)) from fault


def _call(facts: CallFacts) -> calls.IncomingCall:
    return calls.IncomingCall(
        call_id=facts.call_id,
        caller=facts.caller,
        dialled=facts.dialled,
        language=facts.language,
        entry=facts.entry,
        arrived_at=facts.arrived_at,
        ticket=facts.ticket,
        sip_call_id=facts.sip_call_id,
    )


def _steps(steps: tuple[Step, ...]) -> tuple[model.Step, ...]:
    return tuple(model.Step(step.node, step.did, step.at) for step in steps)


def _issued(ticket: calls.Issued) -> IssuedTicket:
    return IssuedTicket(ticket.number, ticket.category, ticket.limit_minutes, ticket.promised_by)


def _status(told: calls.Told) -> TicketStatus:
    return TicketStatus(
        told.number, told.state, told.own, told.category, told.opened_at, told.promised_by
    )
