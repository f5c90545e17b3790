"""What calls bring to a ticket: it is opened, a caller waits and talks, leaves a message, asks.

An event is written once and never changed: see ``tickets.events``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tickets.model import Step


@dataclass(frozen=True, slots=True)
class Opened:
    """The ticket began, with what the caller had done until then."""

    category: str
    number: str
    limit_minutes: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    category_said: bool = True
    """False when the caller had not said what it is about, and the category is a guess."""
    kind: Literal["opened"] = "opened"


@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """The same call turned out to be about something else."""

    category: str
    before: str
    limit_minutes: int | None = None
    kind: Literal["category_changed"] = "category_changed"


@dataclass(frozen=True, slots=True)
class NumberAdded:
    """The same call was told a second number, by the fall-back; both lead here."""

    number: str
    kind: Literal["number_added"] = "number_added"


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A conversation ended; ``steps`` is the whole path of keys."""

    ending: str
    last_node: str = ""
    queue: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    kind: Literal["call_ended"] = "call_ended"


@dataclass(frozen=True, slots=True)
class QueueEnded:
    """The caller came out of a queue: served, abandoned, timed_out or key."""

    queue: str
    how: str
    wait_s: float
    talk_s: float = 0.0
    operator: str = ""
    kind: Literal["queue_ended"] = "queue_ended"


@dataclass(frozen=True, slots=True)
class OperatorNoted:
    """What the operator said of the talk.

    ``what`` is ``disposition`` (how it ended) or ``mark`` (it was none: blank, abusive).
    """

    what: str
    code: str
    operator: str
    kind: Literal["operator_noted"] = "operator_noted"


@dataclass(frozen=True, slots=True)
class CallBackWished:
    """The caller wishes to be called back; ``recording`` is "" where nothing was recorded."""

    recording: str = ""
    seconds: float = 0.0
    kind: Literal["call_back_wished"] = "call_back_wished"


@dataclass(frozen=True, slots=True)
class MessageTranscribed:
    """What a machine made of a spoken message: to find it by, never to be taken for what was said.

    ``text`` is "" where it understood nothing; whoever decides listens to the recording.
    """

    recording: str
    text: str
    model: str
    confidence: float
    """0 to 1: of all words in the mean, as sure as the recogniser is."""
    machine_made: Literal[True] = True
    kind: Literal["message_transcribed"] = "message_transcribed"


@dataclass(frozen=True, slots=True)
class StatusTold:
    """Somebody asked by number and was told: from the caller's own telephone or another."""

    own: bool
    kind: Literal["status_told"] = "status_told"
