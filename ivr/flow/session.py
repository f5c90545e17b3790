"""Where a conversation stands: frozen, and text between any two steps.

A session holds everything the engine needs to go on; the flows and the district are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from ivr.call import PromptId
from ivr.desk import TicketStatus


class Awaiting(StrEnum):
    """Which answer a session is waiting for: one for each request of ``ivr.flow.effects``."""

    PROMPTS = "prompts"
    KEYS = "keys"
    FACT = "fact"
    TICKET = "ticket"
    STATUS = "status"
    MESSAGE = "message"
    WISH = "wish"
    ROOM = "room"
    NOTICE = "notice"
    NOTHING = "nothing"
    """The conversation is over."""


@dataclass(frozen=True, slots=True)
class CallTicket:
    """The ticket of this call."""

    number: str
    limit_minutes: int | None = None
    promised_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation between two steps."""

    entry: str
    node: str
    awaiting: Awaiting = Awaiting.NOTHING
    caller_shown: bool = True
    """The caller's number was not withheld."""
    from_queue: str = ""
    """The queue the caller came out of, "" when the call has just arrived."""
    may_record: bool = True
    """False when the queue the caller came out of forbids it; else the category decides."""
    category: str = ""
    """What the caller is speaking of, "" when nothing was chosen."""
    ticket: CallTicket | None = None
    looked_up: TicketStatus | None = None
    """The ticket whose status was asked last."""
    who: str = ""
    """The operator or supervisor who was recognised, "" for a citizen."""
    room_said: tuple[PromptId, ...] = ()
    """What the room answered last, in words."""
    answers: tuple[tuple[str, str], ...] = ()
    waiting: tuple[tuple[str, int], ...] = ()
    """Callers waiting, for each queue whose load was asked."""
    tries: int = 0
    """Silences and wrong keys at this question."""
    typed: str = ""
    """Keys pressed while something was said; they count for the next question."""
    late_key: str = ""
    """The finishing key of a question that ended by its last digit: many press it all the same."""
    unsure_of: str = ""
    """What the caller may have said: it is asked whether that was it."""
    turns: int = 0
    """Answers so far; a bound on the whole conversation."""

    @property
    def over(self) -> bool:
        """Whether the conversation has ended."""
        return self.awaiting is Awaiting.NOTHING

    def answer(self, name: str) -> str | None:
        """Return a stored answer."""
        return dict(self.answers).get(name)

    def to_json(self) -> str:
        """Write the session down."""
        return _ADAPTER.dump_json(self).decode()


_ADAPTER = TypeAdapter(Session)


def from_json(text: str | bytes) -> Session:
    """Read a session that ``to_json`` wrote; anything else is a ``ValueError``."""
    return _ADAPTER.validate_json(text)
