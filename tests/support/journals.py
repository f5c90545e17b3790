"""Events in, entries out: the journal of a story, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    Completed,
    Connected,
    Device,
    LinkLoss,
    LinkLost,
    Member,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
    Talk,
    Waiting,
)
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Entry, Kind
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from queue_manager.metrics.visits import VisitRecord, visits
from queue_manager.staffing.replay import VirtualClock

MIDNIGHT: Final = datetime(2026, 6, 1, 18, 30, tzinfo=UTC)
"""Midnight in the district, and the zero of the steady clock."""
CLOCK: Final = VirtualClock(MIDNIGHT)
FOOD: Final = "food"


def moment(seconds: float) -> datetime:
    """Return the moment so many seconds after midnight."""
    return MIDNIGHT + timedelta(seconds=seconds)


def told(
    events: Iterable[RoomEvent], ledger: Ledger | None = None, picture: Picture | None = None
) -> list[Entry]:
    """Return the journal of these events; of the same key the first, as the table would."""
    book, now = ledger or Ledger(CLOCK), picture or Picture()
    found: dict[str, Entry] = {}
    for event in events:
        after = apply(now, event)
        for entry in book.entries(now, event, after):
            found.setdefault(entry.key, entry)
        now = after
    return list(found.values())


def one_visit(events: Sequence[RoomEvent]) -> VisitRecord:
    """Return the only visit of these events."""
    (visit,) = visits(told(events))
    return visit


def kinds(entries: Iterable[Entry]) -> list[Kind]:
    """Return the kinds of entries about visits, in order."""
    return [entry.kind for entry in entries if entry.kind is not Kind.STATE]


def empty_room(at: float = 0.0, *members: Member, boot: str = "b1") -> Snapshot:
    """Return a snapshot of nobody waiting and nobody talking."""
    return Snapshot(at, boot, members, (), ())


def sat(
    operator: str = "201",
    device: Device = Device.NOT_IN_USE,
    *,
    reason: str = "",
    in_call: bool = False,
) -> Member:
    """Return an operator of the food queue."""
    return Member(FOOD, operator, 0, bool(reason), reason, device, in_call, dynamic=True)


def shown(at: float, member: Member) -> MemberIs:
    """Return that an operator is so now."""
    return MemberIs(at, member)


def joined(at: float, channel: str = "c1") -> CallerJoined:
    """Return that a caller joined."""
    caller = Caller(channel, call_id=f"call-{channel}", ticket="1234567890")
    return CallerJoined(at, FOOD, caller, 1)


def left(at: float, channel: str = "c1") -> CallerLeft:
    """Return that a caller waits no more."""
    return CallerLeft(at, FOOD, channel)


def abandoned(at: float, channel: str = "c1") -> CallerAbandoned:
    """Return that a caller hung up."""
    return CallerAbandoned(at, FOOD, channel)


def rung(at: float, operator: str = "201", channel: str = "c1") -> OperatorRung:
    """Return that a telephone rings."""
    return OperatorRung(at, FOOD, operator, channel)


def missed(at: float, operator: str = "201", channel: str = "c1") -> RingMissed:
    """Return that it rang in vain."""
    return RingMissed(at, FOOD, operator, channel, 15.0)


def connected(at: float, operator: str = "201", channel: str = "c1") -> Connected:
    """Return that a caller and an operator are joined."""
    return Connected(at, FOOD, operator, Caller(channel), f"{channel}.leg", 7.0, 3.0)


def completed(at: float, operator: str = "201", channel: str = "c1") -> Completed:
    """Return that their talk is over."""
    return Completed(at, FOOD, operator, channel, 60.0, "caller")


def cut(at: float) -> LinkLost:
    """Return that Asterisk is heard no more."""
    return LinkLost(at, at - 1.0, LinkLoss.ENDED)


def found_waiting(joined_at: float, channel: str = "c1") -> Waiting:
    """Return a caller found waiting by a snapshot."""
    return Waiting(FOOD, Caller(channel), 1, joined_at)


def found_talking(since: float, channel: str = "c1", operator: str = "201") -> Talk:
    """Return a talk found going on by a snapshot."""
    return Talk(FOOD, operator, Caller(channel), f"{channel}.leg", since)
