"""What can happen to a ticket, as types, and their form in the store.

An event is written once and never changed. Fields may be added with a default; a field or a kind
is never renamed, because histories of years must stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, TypeAdapter, ValidationError

from tickets.model import Channel, Step


class ConfirmationAnswer(StrEnum):
    """What the citizen pressed when we asked whether the matter is solved."""

    DONE = "done"
    NOT_DONE = "not_done"
    PARTLY = "partly"
    PERSON = "person"


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


@dataclass(frozen=True, slots=True)
class HandedOver:
    """An officer of a level has the matter now."""

    level: int
    officer: str
    kind: Literal["handed_over"] = "handed_over"


@dataclass(frozen=True, slots=True)
class ReportedSolved:
    """The officer says it is solved; nobody has asked the citizen yet."""

    report: str
    kind: Literal["reported_solved"] = "reported_solved"


@dataclass(frozen=True, slots=True)
class CrossCheckBegun:
    """A verifier looks at what was reported."""

    verifier: str
    kind: Literal["cross_check_begun"] = "cross_check_begun"


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """The verifier found it solved, or not."""

    solved: bool
    note: str = ""
    kind: Literal["cross_checked"] = "cross_checked"


@dataclass(frozen=True, slots=True)
class ConfirmationBegun:
    """We begin to call the citizen."""

    kind: Literal["confirmation_begun"] = "confirmation_begun"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The citizen answered our call and pressed a key."""

    answer: ConfirmationAnswer
    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nobody answered an attempt; ``last`` when there will be no other."""

    attempt: int
    last: bool = False
    kind: Literal["not_reached"] = "not_reached"


@dataclass(frozen=True, slots=True)
class WaitingBegun:
    """Only the citizen can take the matter further; the clock stops."""

    reason: str
    kind: Literal["waiting_begun"] = "waiting_begun"


@dataclass(frozen=True, slots=True)
class WaitingEnded:
    """The citizen did; the clock runs on."""

    kind: Literal["waiting_ended"] = "waiting_ended"


@dataclass(frozen=True, slots=True)
class Disposed:
    """L-2 closes the matter with a report, though the citizen does not call it solved."""

    report: str
    kind: Literal["disposed"] = "disposed"


@dataclass(frozen=True, slots=True)
class Reopened:
    """A ticket that was over is taken up again."""

    reason: str
    kind: Literal["reopened"] = "reopened"


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a newer version of this program, or one that cannot be read: kept, not used."""

    kind: str


Known = (
    Opened
    | CategoryChanged
    | NumberAdded
    | CallEnded
    | QueueEnded
    | OperatorNoted
    | CallBackWished
    | MessageTranscribed
    | StatusTold
    | HandedOver
    | ReportedSolved
    | CrossCheckBegun
    | CrossChecked
    | ConfirmationBegun
    | Confirmed
    | NotReached
    | WaitingBegun
    | WaitingEnded
    | Disposed
    | Reopened
)
"""Every event this version writes."""

Event = Known | Unknown
"""Every event that may be found in a history."""

_FORM: TypeAdapter[Known] = TypeAdapter(Annotated[Known, Discriminator("kind")])


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a ticket's history. ``id`` gives the order; ``at`` may go back with the clock."""

    id: int
    at: datetime
    who: str
    channel: Channel
    event: Event


def to_json(event: Known) -> str:
    """Return the form of an event in the store."""
    return _FORM.dump_json(event).decode()


def from_json(kind: str, text: str) -> Event:
    """Read what ``to_json`` wrote, by this version or another."""
    try:
        return _FORM.validate_json(text)
    except ValidationError:
        return Unknown(kind)
