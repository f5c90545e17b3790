"""Everything that can happen to a ticket, and its form in the store.

An event is written once and never changed. Fields may be added with a default; a field or a kind
is never renamed, because histories of years must stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Discriminator, TypeAdapter, ValidationError

from tickets.call_events import (
    CallBackWished,
    CallEnded,
    CategoryChanged,
    MessageTranscribed,
    NumberAdded,
    Opened,
    OperatorNoted,
    QueueEnded,
    StatusTold,
)
from tickets.model import Channel
from tickets.promise_events import (
    ConfirmationBegun,
    Confirmed,
    CrossCheckBegun,
    CrossChecked,
    Disposed,
    HandedOver,
    NotReached,
    Reopened,
    ReportedSolved,
    WaitingBegun,
    WaitingEnded,
)


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
