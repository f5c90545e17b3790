"""Tickets in memory: one ticket a call, a status by number, and a switch that takes it all down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from ivr.call import CallFacts
from ivr.desk import (
    CallEnding,
    CallRecord,
    DeskUnavailable,
    IssuedTicket,
    QueueVisit,
    StatusRefusal,
    Step,
    TicketStatus,
)

LIMITS = {"food": 120, "ration": 1440, "medical": 15, "psych": 15, "law": 60}
NO_TICKET = frozenset({"information", "status"})


@dataclass
class Message:
    ticket: str
    recording: Path | None
    seconds: float


@dataclass
class FakeDesk:
    now: datetime
    down: frozenset[str] = frozenset()
    """Names of methods that raise ``DeskUnavailable``."""
    known: bool = False
    own_open: TicketStatus | None = None
    others: Mapping[str, TicketStatus | StatusRefusal] = field(default_factory=dict)
    promises: bool = True
    arrived: list[CallFacts] = field(default_factory=list)
    tickets: dict[str, IssuedTicket] = field(default_factory=dict)
    """By call id."""
    records: list[CallRecord] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    visits: list[QueueVisit] = field(default_factory=list)

    async def call_arrived(self, facts: CallFacts) -> None:
        self._up("call_arrived")
        self.arrived.append(facts)

    async def issue(
        self, facts: CallFacts, category: str, answers: Mapping[str, str], steps: tuple[Step, ...]
    ) -> IssuedTicket:
        self._up("issue")
        before = self.tickets.get(facts.call_id)
        number = before.number if before else f"48213{len(self.tickets):05d}"
        limit = LIMITS.get(category, 1440) if self.promises else None
        due = self.now + timedelta(minutes=limit) if limit is not None else None
        self.tickets[facts.call_id] = IssuedTicket(number, category, limit, due)
        return self.tickets[facts.call_id]

    async def status(self, facts: CallFacts, number: str) -> TicketStatus | StatusRefusal:
        self._up("status")
        return self.others.get(number, StatusRefusal.NOT_FOUND)

    async def open_ticket(self, facts: CallFacts) -> TicketStatus | None:
        self._up("open_ticket")
        return self.own_open

    async def caller_known(self, facts: CallFacts) -> bool:
        self._up("caller_known")
        return self.known

    async def message_left(
        self, facts: CallFacts, ticket: str, recording: Path | None, seconds: float
    ) -> None:
        self._up("message_left")
        self.messages.append(Message(ticket, recording, seconds))

    async def call_ended(self, record: CallRecord) -> IssuedTicket | None:
        self._up("call_ended")
        self.records.append(record)
        if record.ending is not CallEnding.CALLER_HUNG_UP or record.category in NO_TICKET:
            return None
        return await self.issue(record.facts, record.category or "other", {}, record.steps)

    async def queue_ended(self, visit: QueueVisit) -> None:
        self._up("queue_ended")
        self.visits.append(visit)

    def _up(self, method: str) -> None:
        if method in self.down or "all" in self.down:
            raise DeskUnavailable("switched off by the test")
