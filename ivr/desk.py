"""The port to the tickets, as a conversation needs it.

``ivr`` defines it; ``sahayata.desk.DeskAdapter`` satisfies it with the tickets.
Every method answers within the limit the desk was built with, or raises ``DeskUnavailable``: a
caller is never kept waiting for a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from ivr.call import CallFacts


class DeskUnavailable(Exception):
    """The tickets cannot be reached, or could not make a number durable. Let the caller through."""


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket that is on disk; its number may be spoken."""

    number: str
    """Ten digits."""
    category: str
    limit_minutes: int | None
    """The promise in minutes, ``None`` when the category promises nothing."""
    promised_by: datetime | None
    """When the promise falls due: aware, UTC."""


class StatusRefusal(StrEnum):
    """Why no status is told."""

    WRONG_NUMBER = "wrong_number"
    """The check digit does not fit or the length is wrong: a slip of the finger."""
    NOT_FOUND = "not_found"
    """No such number, or one whose owner alone may hear it: the caller cannot tell which."""
    TOO_MANY = "too_many"
    """The limit of attempts for this call, this calling number, or the line is used up."""


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """What may be told about a ticket to the one who asks."""

    number: str
    state: str
    """A value of ``tickets.model.TicketState``."""
    own: bool
    """The asker calls from the telephone the ticket was opened from."""
    category: str = ""
    """"" unless ``own``."""
    opened_at: datetime | None = None
    """``None`` unless ``own``; aware, UTC."""
    promised_by: datetime | None = None
    """``None`` unless ``own``; aware, UTC."""


class CallEnding(StrEnum):
    """How a conversation ended."""

    TO_QUEUE = "to_queue"
    COMPLETED = "completed"
    CALLER_HUNG_UP = "caller_hung_up"
    LINE_LOST = "line_lost"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the caller did, for the history of the ticket."""

    node: str
    did: str
    """``key 2``, ``silence``, ``wrong key 7``, ``answered pin``, ``hung up``; no phone number."""
    at: datetime


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A conversation as it ended, written once per AGI session."""

    facts: CallFacts
    ending: CallEnding
    last_node: str
    steps: tuple[Step, ...]
    category: str = ""
    queue: str = ""
    ticket: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


class QueueOutcome(StrEnum):
    """How a stay in a queue ended."""

    SERVED = "served"
    """An operator answered."""
    ABANDONED = "abandoned"
    """The caller hung up while waiting."""
    TIMED_OUT = "timed_out"
    """The wait passed the limit of the queue."""
    LEFT = "left"
    """The caller left alive by a key, to leave a message."""
    NOBODY = "nobody"
    """The queue took no caller or let its callers go: empty, unavailable or full."""


@dataclass(frozen=True, slots=True)
class QueueVisit:
    """A stay in a queue as it ended; told once per ``Queue()``, perhaps twice after a fault."""

    facts: CallFacts
    """Its ``ticket`` and ``queue`` say which; ``ticket`` may be "" after a fall-back."""
    outcome: QueueOutcome
    waited_s: int
    talked_s: int
    """0 unless served; wrap-up not counted."""
    operator: str = ""
    """The interface that answered, for example ``PJSIP/201``; "" unless served."""


class Desk(Protocol):
    """Tickets, for a caller on the line. Each method may raise ``DeskUnavailable``."""

    async def call_arrived(self, facts: CallFacts) -> None:
        """Leave a record that this call came; begun before anything is said, not waited for."""

    async def issue(
        self, facts: CallFacts, category: str, answers: Mapping[str, str], steps: tuple[Step, ...]
    ) -> IssuedTicket:
        """Commit a ticket and return it. The same call gets the same ticket however often it asks.

        A second request of one call with another category changes the category, with an event.
        """

    async def status(self, facts: CallFacts, number: str) -> TicketStatus | StatusRefusal:
        """Tell what this caller may hear about ``number``; every refusal takes the same time."""

    async def open_ticket(self, facts: CallFacts) -> TicketStatus | None:
        """Find the newest open ticket of this caller's telephone, ``None`` if there is none."""

    async def caller_known(self, facts: CallFacts) -> bool:
        """Tell whether this telephone called within the last days (a setting)."""

    async def message_left(
        self, facts: CallFacts, ticket: str, recording: Path | None, seconds: float
    ) -> None:
        """Attach a spoken message and store the wish to be called back.

        ``recording`` is ``None`` where nothing may be recorded: then only the wish is stored.
        """

    async def call_ended(self, record: CallRecord) -> IssuedTicket | None:
        """Store how a conversation ended.

        A caller who hung up before a number was given has a ticket all the same, unless the
        matter needed none (information, status); that ticket is returned.
        """

    async def queue_ended(self, visit: QueueVisit) -> None:
        """Store how a stay in a queue ended; the same visit told again changes nothing."""
