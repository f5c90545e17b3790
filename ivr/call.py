"""The port to one telephone call, and the outcomes it answers with.

Everything a conversation may ask of a telephone line is here, in the words of the helpline. The
real line is ``ivr.fastagi.agi_call.AgiCall``; the terminal is ``ivr.simulator``; tests bring a
``FakeCall`` that keeps state. The same contract tests run on all of them.

Exceptions::

    CallEnded
    ├── CallerHungUp     the caller left: an ending, not an error
    └── LineLost         the line or its server went away (time limit, broken socket, bad reply)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

PromptId = str
"""The id of a prompt in ``prompts/<language>/catalogue.yaml``, for example ``main_menu_food``."""

KEYS = "0123456789*#"
"""The keys of a telephone. ``A``-``D`` exist on the wire and count as no key of ours."""


class CallEnded(Exception):
    """The call cannot go on."""


class CallerHungUp(CallEnded):
    """The caller left. One handler, at the edge of the conversation, records where."""


class LineLost(CallEnded):
    """The line broke without a hang-up: time limit, broken socket, a reply that is no reply."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The caller pressed these keys (without the finishing key); never empty."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key within the time limit."""


@dataclass(frozen=True, slots=True)
class TooShort:
    """Fewer keys than asked for; ``keys`` may be empty when only the finishing key was pressed."""

    keys: str


@dataclass(frozen=True, slots=True)
class Said:
    """The caller said one of the phrases that were listened for, instead of pressing a key."""

    phrase: str
    confidence: float
    """0 to 1, as sure as the recogniser is."""


@dataclass(frozen=True, slots=True)
class Played:
    """Everything was played and no key was pressed."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A spoken message, on disk before this is returned."""

    path: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class NotRecorded:
    """Nothing usable was recorded: too short, or the disk would not take it."""

    reason: str


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What is known when a call arrives. Nothing in it has to be trusted; all of it is bounded."""

    call_id: str
    """``system-boot-uniqueid``: unique over machines and restarts; characters ``[A-Za-z0-9.-]``."""
    caller: str
    """The caller's number as the network gave it, only ``[0-9+]``, "" when withheld or rubbish."""
    dialled: str
    """The extension that was dialled, only ``[0-9*#]``."""
    language: str
    """The folder of prompts, for example ``hi``."""
    entry: str
    """Which conversation to begin: a name under ``entries`` in callflows.yaml."""
    arrived_at: datetime
    """Aware, UTC."""
    ticket: str = ""
    """The ticket number this call already has ("" if none): set when a caller leaves a queue."""
    queue: str = ""
    """The queue the caller comes from, "" at the start of a call."""
    sip_call_id: str = ""
    """The SIP Call-ID, to find a call again from the other end; at most 128 characters."""
    parameters: dict[str, str] = field(default_factory=dict)
    """Further values of the AGI query string."""


@dataclass(frozen=True, slots=True)
class Collect:
    """How to collect keys.

    ``first_wait_s`` counts from the end of the prompts; ``gap_s`` between keys. A key pressed while
    a prompt plays ends the prompt when ``barge_in`` is true and is ignored otherwise. Collection
    ends at ``max_keys``, at a key of ``finish_keys`` (not part of the result), or at a time limit.
    """

    min_keys: int = 1
    max_keys: int = 1
    first_wait_s: float = 5.0
    gap_s: float = 3.0
    finish_keys: str = ""
    barge_in: bool = True
    alone: str = ""
    """Keys that end the collection at once when pressed first: ``*`` back, ``0`` operator."""
    typed_ahead: str = ""
    """Keys pressed before, during an earlier prompt: they count first, and stop the prompts."""
    phrases: tuple[str, ...] = ()
    """What may be said instead of a key, where the line can listen; keys count all the same."""
    decoys: tuple[str, ...] = ()
    """What people say that is no answer here: recognised, and taken for silence."""
    invitation: tuple[PromptId, ...] = ()
    """Played after the prompts, only where what is said is listened to."""


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """How to record a spoken message: ends at silence, at a finishing key, or at the time limit."""

    name: str
    """File name without folder or ending; ``[a-z0-9-]``, unique per call."""
    max_s: float = 120.0
    silence_s: float = 4.0
    min_s: float = 1.0
    finish_keys: str = "#"
    beep: bool = True


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """Where a caller goes at the end of the conversation."""

    queue: str
    ticket: str = ""
    priority: int = 0
    recorded: bool = False
    """Whether the talk with the operator may be recorded."""
    extras: dict[str, str] = field(default_factory=dict)


class Call(Protocol):
    """One telephone call. Every method may raise ``CallerHungUp`` or ``LineLost``."""

    @property
    def facts(self) -> CallFacts:
        """What was known when the call arrived."""

    async def play(self, prompts: Sequence[PromptId], *, barge_in: bool = True) -> Played | Digits:
        """Play recordings one after another; a key stops them when ``barge_in`` is true."""

    async def collect(
        self, prompts: Sequence[PromptId], spec: Collect
    ) -> Digits | Silence | TooShort | Said:
        """Play recordings and collect keys, or hear one of ``spec.phrases``: what comes first."""

    async def record(self, prompts: Sequence[PromptId], spec: RecordSpec) -> Recorded | NotRecorded:
        """Play recordings, then record what the caller says.

        Who hangs up after speaking has left a message all the same: ``Recorded`` is returned, and
        the next thing asked of the line raises ``CallerHungUp``.
        """

    async def queue_load(self, queue: str) -> QueueLoad:
        """How full a queue is now, as the PBX knows it."""

    async def note_ticket(self, ticket: str, queue: str) -> None:
        """Leave number and queue with the line: whatever happens later can say it and go on."""

    async def join_queue(self, entry: QueueEntry) -> None:
        """Hand the caller to a queue. The conversation ends here; nothing stays open."""

    async def join_talk(self, who: str, operator: str, manner: str) -> None:
        """Join ``who``, a supervisor, to an operator's talk; the conversation ends here.

        When the supervisor leaves the talk the call goes on at the entry ``after_listening``.
        """

    async def hang_up(self) -> None:
        """End the call from our side, after what was played has been heard."""


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """A queue at this moment."""

    waiting: int
    """Callers waiting."""
    operators: int
    """Operators logged in and reachable, busy or not."""
    free: int
    """Operators who could be rung now."""
