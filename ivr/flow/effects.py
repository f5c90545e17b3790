"""What the engine asks for, and what it is answered.

A turn is a list of effects. ``Note`` needs no answer; the last effect of every turn is another one
and waits for one of the outcomes named in its docstring. ``Enqueue``, ``JoinTalk`` and ``EndCall``
end the conversation: nothing comes after them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.call import Collect, Digits, Played, PromptId, QueueEntry, Said, Silence, TooShort
from ivr.desk import IssuedTicket, StatusRefusal, TicketStatus
from ivr.room import RoomAnswer


@dataclass(frozen=True, slots=True)
class Note:
    """For the history: what the caller did, and at which node. Never a number of any kind."""

    node: str
    did: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Play prompts. Answered by ``Played`` or ``Digits``."""

    prompts: tuple[PromptId, ...]
    barge_in: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Play prompts and collect keys, or a word where the question lists some.

    Answered by ``Digits``, ``Silence``, ``TooShort`` or ``Said``.
    """

    prompts: tuple[PromptId, ...]
    collect: Collect


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Record a spoken message and attach it to the ticket, with the wish to be called back.

    Answered by ``Stored``, ``NothingHeard`` or ``Unavailable``.
    """

    prompts: tuple[PromptId, ...]
    ticket: str
    max_s: float
    min_s: float
    silence_s: float
    finish_key: str


@dataclass(frozen=True, slots=True)
class StoreWish:
    """Store the wish to be called back. Answered by ``Stored`` or ``Unavailable``."""

    ticket: str


@dataclass(frozen=True, slots=True)
class FindFact:
    """Find out a fact of ``lexicon.FACTS``. Answered by ``FactFound`` or ``Unavailable``."""

    fact: str
    of: str


@dataclass(frozen=True, slots=True)
class Issue:
    """Commit a ticket. Answered by ``IssuedTicket`` or ``Unavailable``."""

    category: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look a ticket up; "" is the caller's own newest open one.

    Answered by ``TicketStatus``, ``StatusRefusal`` or ``Unavailable``.
    """

    number: str


@dataclass(frozen=True, slots=True)
class InRoom:
    """Ask the room, or do something in it. Answered by ``RoomAnswer`` or ``Unavailable``."""

    do: str
    who: str
    """Who was recognised, "" until then."""
    given: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RecordNotice:
    """Record what callers of a queue shall hear.

    Answered by ``Stored``, ``NothingHeard`` or ``Unavailable``.
    """

    prompts: tuple[PromptId, ...]
    who: str
    queue: str
    max_s: float
    min_s: float
    silence_s: float
    finish_key: str


@dataclass(frozen=True, slots=True)
class RecordTake:
    """Record a prompt anew. Answered by ``RoomAnswer`` or ``Unavailable``."""

    prompts: tuple[PromptId, ...]
    who: str
    number: str
    """Of the prompt, as it was pressed."""
    max_s: float
    min_s: float
    silence_s: float
    finish_key: str


@dataclass(frozen=True, slots=True)
class JoinTalk:
    """Join a supervisor to an operator's talk. Ends the conversation."""

    who: str
    operator: str
    manner: str


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Hand the caller to a queue. Ends the conversation."""

    entry: QueueEntry


@dataclass(frozen=True, slots=True)
class EndCall:
    """End the call. Ends the conversation."""


@dataclass(frozen=True, slots=True)
class FactFound:
    """A fact that was found out."""

    value: str
    waiting: int = 0
    """For ``queue_load``: callers who wait in that queue."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The message or the wish is on disk."""


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """Nothing usable was recorded."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """It could not be done or found out now."""


Ending = Enqueue | JoinTalk | EndCall
"""What ends a conversation."""
Request = (
    Tell
    | Ask
    | RecordMessage
    | StoreWish
    | FindFact
    | Issue
    | LookUp
    | InRoom
    | RecordNotice
    | RecordTake
    | Ending
)
"""What stands last in a turn."""
Effect = Note | Request
Outcome = (
    Played
    | Digits
    | Silence
    | TooShort
    | Said
    | FactFound
    | IssuedTicket
    | TicketStatus
    | StatusRefusal
    | RoomAnswer
    | Stored
    | NothingHeard
    | Unavailable
)
