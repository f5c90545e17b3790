"""One event of Asterisk as one event of the room.

Snapshot answers say ``Location`` and ``Name`` where live events say ``Interface`` and
``MemberName`` (app_queue.c): the lists of a snapshot are read in ``gathering``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from queue_manager.ami import values
from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import Fields, Malformed, picker, variable
from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    HoldChanged,
    Member,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
)

NAMES: Final = (
    *("Uniqueid", "DestUniqueid", "CallerIDNum", "Queue", "Interface", "Position", "Reason"),
    *("Penalty", "Paused", "PausedReason", "Status", "InCall", "Membership"),
    *("HoldTime", "RingTime", "TalkTime"),
)
"""The fields that are read."""
ENDED_BY: Final = {"caller": "caller", "agent": "operator", "transfer": "transfer"}


class Hearing:
    """Reads events, spelt as this district spells them."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._pick = picker(NAMES, (spelling.call_id, spelling.ticket))

    def hear(self, block: bytes, name: bytes, at: float) -> RoomEvent:
        """Read the event ``name``, one of ``READERS``, that came at ``at``.

        Raises:
            Malformed: a field is missing, stands twice, or has a value that it cannot have.
        """
        try:
            return READERS[name](self._pick(block), at, self._spelling)
        except KeyError as missing:
            raise Malformed(f"{missing} is missing or unknown") from None


def caller_of(found: Fields, spelling: Spelling) -> Caller:
    """Read who the first channel of an event is."""
    return Caller(
        values.channel_id(found["Uniqueid"]),
        values.call_id_of(found.get(variable(spelling.call_id), "")),
        values.ticket_of(found.get(variable(spelling.ticket), "")),
        values.masked(found["CallerIDNum"]),
    )


def member_of(found: Fields, interface: str, spelling: Spelling) -> Member:
    """Read all that is said of a member; ``interface`` is the field with its interface."""
    return Member(
        values.queue_of(found["Queue"], spelling.queue_prefix),
        values.extension_of(found[interface]),
        values.whole(found["Penalty"]),
        values.TRUTH[found["Paused"]],
        values.reason_of(found["PausedReason"]),
        values.DEVICES[found["Status"]],
        values.TRUTH[found["InCall"]],
        found["Membership"] == "dynamic",
    )


def _joined(found: Fields, at: float, spelling: Spelling) -> CallerJoined:
    return CallerJoined(
        at, _queue(found, spelling), caller_of(found, spelling), values.whole(found["Position"])
    )


def _left(found: Fields, at: float, spelling: Spelling) -> CallerLeft:
    return CallerLeft(at, _queue(found, spelling), _channel(found))


def _abandoned(found: Fields, at: float, spelling: Spelling) -> CallerAbandoned:
    return CallerAbandoned(at, _queue(found, spelling), _channel(found))


def _rung(found: Fields, at: float, spelling: Spelling) -> OperatorRung:
    return OperatorRung(at, _queue(found, spelling), _operator(found), _channel(found))


def _missed(found: Fields, at: float, spelling: Spelling) -> RingMissed:
    rang_s = values.whole(found["RingTime"]) / 1000
    return RingMissed(at, _queue(found, spelling), _operator(found), _channel(found), rang_s)


def _dumped(found: Fields, at: float, spelling: Spelling) -> RingMissed:
    # Answered, and gone before being joined: to the caller as good as not answered.
    return RingMissed(at, _queue(found, spelling), _operator(found), _channel(found), 0.0)


def _connected(found: Fields, at: float, spelling: Spelling) -> Connected:
    return Connected(
        at,
        _queue(found, spelling),
        _operator(found),
        caller_of(found, spelling),
        values.channel_id(found["DestUniqueid"]),
        values.whole(found["HoldTime"]),
        values.whole(found["RingTime"]),
    )


def _completed(found: Fields, at: float, spelling: Spelling) -> Completed:
    return Completed(
        at,
        _queue(found, spelling),
        _operator(found),
        _channel(found),
        values.whole(found["TalkTime"]),
        ENDED_BY[found["Reason"]],
    )


def _member(found: Fields, at: float, spelling: Spelling) -> MemberIs:
    return MemberIs(at, member_of(found, "Interface", spelling))


def _gone(found: Fields, at: float, spelling: Spelling) -> MemberGone:
    return MemberGone(at, _queue(found, spelling), _operator(found))


def _hold(found: Fields, at: float, _: Spelling) -> HoldChanged:
    return HoldChanged(at, _channel(found), held=True)


def _unhold(found: Fields, at: float, _: Spelling) -> HoldChanged:
    return HoldChanged(at, _channel(found), held=False)


def _hangup(found: Fields, at: float, _: Spelling) -> ChannelGone:
    return ChannelGone(at, _channel(found))


def _queue(found: Fields, spelling: Spelling) -> str:
    return values.queue_of(found["Queue"], spelling.queue_prefix)


def _operator(found: Fields) -> str:
    return values.extension_of(found["Interface"])


def _channel(found: Fields) -> str:
    return values.channel_id(found["Uniqueid"])


READERS: Final[Mapping[bytes, Callable[[Fields, float, Spelling], RoomEvent]]] = {
    b"QueueCallerJoin": _joined,
    b"QueueCallerLeave": _left,
    b"QueueCallerAbandon": _abandoned,
    b"AgentCalled": _rung,
    b"AgentRingNoAnswer": _missed,
    b"AgentDump": _dumped,
    b"AgentConnect": _connected,
    b"AgentComplete": _completed,
    b"QueueMemberAdded": _member,
    b"QueueMemberPause": _member,
    b"QueueMemberPenalty": _member,
    b"QueueMemberRinginuse": _member,
    b"QueueMemberStatus": _member,
    b"QueueMemberRemoved": _gone,
    b"Hold": _hold,
    b"Unhold": _unhold,
    b"Hangup": _hangup,
}
"""By Asterisk's name. What is not here is dropped before anything of it is read."""
