"""How a citizen's call went: what was heard, which ticket, which queue, how it ended."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from sahayata.telephone.call import HeardCall
from sahayata.telephone.outgoing import Ending

OPERATOR_PROMPT: Final = "operator_hello"
_WAITING: Final = re.compile(r"connecting|connecting_now|wait_on_text|q_[a-z0-9]+")
"""Prompts that are said to one who goes to a queue or waits in it."""


class Outcome(StrEnum):
    """How a call ended, for the caller."""

    ANSWERED = "answered"
    """An operator spoke."""
    QUEUED = "queued"
    """Still waiting in a queue when the call ended."""
    MESSAGE = "message"
    """A spoken message was left."""
    COMPLETED = "completed"
    """The helpline ended the call when everything was said."""
    CALLER_HUNG_UP = "caller_hung_up"
    FAILED = "failed"
    """Never answered, or broken off by a fault."""


@dataclass(frozen=True, slots=True)
class CallFound:
    """A call as the instance's database has it."""

    call_id: str
    ticket: str = ""
    queue: str = ""
    ending: str = ""
    """A value of ``ivr.desk.CallEnding``, "" while the conversation goes on."""
    queue_how: str = ""
    """A value of ``ivr.desk.QueueOutcome``, "" without a stay in a queue or while it goes on."""
    message: bool = False
    """A spoken message is stored."""

    @property
    def settled(self) -> bool:
        """Whether all that is to be told of this call has been told."""
        return self.ending not in ("", "to_queue") or bool(self.queue_how)


@dataclass(frozen=True, slots=True)
class CallResult:
    """What ``sahayata dial`` answers."""

    call_id: str | None
    """As the tickets know it; ``None`` when they know nothing of this call."""
    sip_call_id: str
    heard: tuple[str, ...]
    """Prompt ids found in the recorded sound, in order."""
    keys: str
    ticket: str | None
    """The ticket number that was heard; of who pressed on through it, the one that is stored."""
    ticket_heard: str | None
    """The ticket number that was heard, ten digits."""
    queue: str | None
    outcome: Outcome
    ended_by: Ending
    reason: str
    """A fault in words, "" without one."""
    duration_s: float
    recording: Path | None
    lost_packets: int = 0

    def to_json(self) -> dict[str, object]:
        """Return what ``--json`` prints."""
        return {
            "call_id": self.call_id,
            "heard": list(self.heard),
            "keys": self.keys,
            "ticket": self.ticket,
            "ticket_heard": self.ticket_heard,
            "queue": self.queue,
            "outcome": self.outcome.value,
            "duration_s": round(self.duration_s, 2),
            "recording": str(self.recording) if self.recording else None,
            "ended_by": self.ended_by.value,
            "reason": self.reason,
            "sip_call_id": self.sip_call_id,
            "lost_packets": self.lost_packets,
        }


def outcome_of(call: HeardCall, heard: Sequence[str], found: CallFound | None) -> Outcome:
    """Say how a call ended, from what was heard first and from the database after that."""
    if not call.answered:
        return Outcome.FAILED
    if OPERATOR_PROMPT in heard or (found and found.queue_how == "served"):
        return Outcome.ANSWERED
    if found and found.message:
        return Outcome.MESSAGE
    if found and found.ending == "completed":
        return Outcome.COMPLETED
    waited = found.ending == "to_queue" if found and found.ending else _heard_waiting(heard)
    if waited or (found and found.queue_how in ("abandoned", "timed_out", "nobody")):
        return Outcome.QUEUED
    if call.ending is Ending.LOST or (found and found.ending == "line_lost"):
        return Outcome.FAILED
    return Outcome.COMPLETED if call.ending is Ending.FAR_END else Outcome.CALLER_HUNG_UP


def _heard_waiting(heard: Sequence[str]) -> bool:
    return any(_WAITING.fullmatch(prompt) for prompt in heard)


_ENDINGS: Final = {
    Outcome.ANSWERED: "an operator answered",
    Outcome.QUEUED: "still waiting in the queue",
    Outcome.MESSAGE: "a spoken message was left",
    Outcome.COMPLETED: "the helpline had said everything",
    Outcome.CALLER_HUNG_UP: "the caller hung up",
    Outcome.FAILED: "the call failed",
}
_ENDED_BY: Final = {
    Ending.FAR_END: "the helpline hung up",
    Ending.CALLER: "we hung up",
    Ending.LOST: "the line broke",
    Ending.BUSY: "busy",
    Ending.DECLINED: "declined",
    Ending.NO_ANSWER: "nobody answered",
    Ending.ABSENT: "the helpline is not there",
}


def describe(result: CallResult) -> str:
    """Tell a person how the call went, in a few lines."""
    ended = f"{_ENDINGS[result.outcome]}; {_ENDED_BY[result.ended_by]}"
    if result.duration_s:
        ended += f" after {result.duration_s:.0f} s"
    lines = [
        ("Heard", " ".join(result.heard) or "nothing that we know"),
        ("Keys", result.keys),
        ("Ticket", _ticket(result)),
        ("Queue", result.queue or "none"),
        ("Ended", ended),
        ("Fault", result.reason),
        ("Recording", str(result.recording or "")),
    ]
    return "\n".join(
        textwrap.fill(
            f"{name + ':':<11}{text}",
            width=100,
            subsequent_indent=" " * 11,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for name, text in lines
        if text
    )


def _ticket(result: CallResult) -> str:
    if result.ticket is None:
        return "none was heard"
    return _spoken(result.ticket) + ("" if result.ticket_heard else ", stored but not heard whole")


def _spoken(number: str) -> str:
    """Write a ticket number as it is spoken, 3-3-4, after itself."""
    return f"{number} ({number[:3]} {number[3:6]} {number[6:]})"
