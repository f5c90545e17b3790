"""What the tickets are told about a call, and what they answer.

``ivr`` has a port of its own with types of its own; ``sahayata.desk`` translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tickets.model import Step

HUNG_UP: Final = "caller_hung_up"
COMPLETED: Final = "completed"
"""Endings of a conversation that decide something here; every other is stored as it comes."""


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call as it arrived."""

    call_id: str
    """Unique over machines and restarts, at most 128 characters."""
    caller: str
    """As the network gave it, "" when withheld; need not be a number."""
    dialled: str = ""
    language: str = ""
    entry: str = "inbound"
    arrived_at: datetime | None = None
    """Aware, UTC; now when left out."""
    ticket: str = ""
    """The number this call was already given, "" if none."""
    sip_call_id: str = ""


@dataclass(frozen=True, slots=True)
class EndedCall:
    """A conversation as it ended, once for each session of a call."""

    call: IncomingCall
    ending: str
    last_node: str = ""
    steps: tuple[Step, ...] = ()
    category: str = ""
    queue: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


class QueueEnding(StrEnum):
    """How a stay in a queue ended."""

    SERVED = "served"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    LEFT = "left"
    """The caller left alive by a key, to leave a message."""
    NOBODY = "nobody"
    """The queue was empty, unavailable or full."""


@dataclass(frozen=True, slots=True)
class QueueVisit:
    """A stay in a queue as it ended; may be told more than once."""

    call: IncomingCall
    """Its ``ticket`` says which, where it is known."""
    queue: str
    how: QueueEnding
    wait_s: float
    talk_s: float = 0.0
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A ticket that is on disk; its number may be spoken."""

    number: str
    category: str
    limit_minutes: int | None
    promised_by: datetime | None


class Refusal(StrEnum):
    """Why no status is told."""

    WRONG_NUMBER = "wrong_number"
    """The check digit or the length does not fit: a slip of the finger."""
    NOT_FOUND = "not_found"
    """No such number, or not for this caller to hear."""
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a ticket: to a stranger the number and the state only."""

    number: str
    state: str
    own: bool
    category: str = ""
    opened_at: datetime | None = None
    promised_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within a time."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class StatusLimits:
    """How often a status may be asked for by number."""

    per_call: int = 3
    per_caller: Rate = Rate(10, timedelta(hours=1))
    overall: Rate = Rate(600, timedelta(hours=1))
    """For tickets of others and numbers that do not exist. Whoever asks for his own ticket from
    his own telephone guesses nothing, and is not shut out by one who does."""

    @property
    def withheld(self) -> Rate:
        """All callers without a number together: a tenth of the whole line.

        As one caller they would shut each other out, without a limit they could use up the line's.
        """
        return Rate(max(self.per_caller.count, self.overall.count // 10), self.overall.within)

    @property
    def longest(self) -> timedelta:
        """How long an attempt counts at most; no call is longer than a day."""
        return max(self.per_caller.within, self.overall.within, timedelta(days=1))
