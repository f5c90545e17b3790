"""One event of Asterisk as one event of the room.

Snapshot answers say ``Location`` and ``Name`` where live events say ``Interface`` and
``MemberName`` (app_queue.c): the lists of a snapshot are read in ``gathering``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Final

from queue_manager.ami import values
from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import Fields, Malformed, Picker, variable
from queue_manager.ami.hang_ups import HangUpAsked
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

CALLER: Final = ("Uniqueid", "CallerIDNum")
MEMBER: Final = ("Queue", "Penalty", "Paused", "PausedReason", "Status", "InCall", "Membership")
"""What is read of a caller, and of a member beside its interface."""
ENDED_BY: Final = {"caller": "caller", "agent": "operator", "transfer": "transfer"}


def pickers(kinds: Mapping[bytes, tuple[str, ...]], spelling: Spelling) -> dict[bytes, Picker]:
    """Make what takes its fields out of each kind of event."""
    variables = (spelling.call_id, spelling.ticket)
    return {
        name: Picker(wanted, variables if set(CALLER) <= set(wanted) else ())
        for name, wanted in kinds.items()
    }


class Hearing:
    """Reads events, spelt as this district spells them."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        picks = pickers({name: wanted for name, (_, wanted) in READERS.items()}, spelling)
        self._kinds = {name: (picks[name], read) for name, (read, _) in READERS.items()}

    def hear(self, block: bytes, name: bytes, at: float) -> RoomEvent | HangUpAsked | None:
        """Read the event ``name`` that came at ``at``; ``None`` when it is none of ``READERS``.

        Raises:
            Malformed: a field is missing, stands twice, or has a value that it cannot have.
        """
        kind = self._kinds.get(name)
        if kind is None:
            return None
        pick, read = kind
        try:
            return read(pick(block), at, self._spelling)
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


_state_of: Final[Callable[[Fields], tuple[str, ...]]] = itemgetter(*MEMBER)


def member_of(found: Fields, interface: str, spelling: Spelling) -> Member:
    """Read all that is said of a member; ``interface`` is the field with its interface."""
    return _member_in(found[interface], _state_of(found), spelling.queue_prefix)


@lru_cache(maxsize=16384)
def _member_in(interface: str, state: tuple[str, ...], prefix: str) -> Member:
    """Read it once: most of what Asterisk says is of members, and each is in few states."""
    queue, penalty, paused, reason, status, in_call, membership = state
    return Member(
        values.queue_of(queue, prefix),
        values.extension_of(interface),
        values.whole(penalty),
        values.TRUTH[paused],
        values.reason_of(reason),
        values.DEVICES[status],
        values.TRUTH[in_call],
        membership == "dynamic",
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
    rang_s = _span(found, "RingTime") / 1000
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
        _span(found, "HoldTime"),
        _span(found, "RingTime"),
    )


def _completed(found: Fields, at: float, spelling: Spelling) -> Completed:
    return Completed(
        at,
        _queue(found, spelling),
        _operator(found),
        # With both channels gone before it was told, app_queue says nothing of either.
        _channel(found) if "Uniqueid" in found else "",
        _span(found, "TalkTime"),
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


def _asked(found: Fields, at: float, _: Spelling) -> HangUpAsked:
    return HangUpAsked(at, _channel(found))


def _span(found: Fields, name: str) -> int:
    return max(0, values.seconds(found[name]))


def _queue(found: Fields, spelling: Spelling) -> str:
    return values.queue_of(found["Queue"], spelling.queue_prefix)


def _operator(found: Fields) -> str:
    return values.extension_of(found["Interface"])


def _channel(found: Fields) -> str:
    return values.channel_id(found["Uniqueid"])


_STAY: Final = ("Queue", "Uniqueid")
_RING: Final = (*_STAY, "Interface")
_OF_MEMBER: Final = (_member, (*MEMBER, "Interface"))

Read = Callable[[Fields, float, Spelling], RoomEvent | HangUpAsked]
READERS: Final[Mapping[bytes, tuple[Read, tuple[str, ...]]]] = {
    b"QueueCallerJoin": (_joined, (*CALLER, "Queue", "Position")),
    b"QueueCallerLeave": (_left, _STAY),
    b"QueueCallerAbandon": (_abandoned, _STAY),
    b"AgentCalled": (_rung, _RING),
    b"AgentRingNoAnswer": (_missed, (*_RING, "RingTime")),
    b"AgentDump": (_dumped, _RING),
    b"AgentConnect": (
        _connected,
        (*CALLER, "Queue", "Interface", "DestUniqueid", "HoldTime", "RingTime"),
    ),
    b"AgentComplete": (_completed, (*_RING, "TalkTime", "Reason")),
    b"QueueMemberAdded": _OF_MEMBER,
    b"QueueMemberPause": _OF_MEMBER,
    b"QueueMemberPenalty": _OF_MEMBER,
    b"QueueMemberRinginuse": _OF_MEMBER,
    b"QueueMemberStatus": _OF_MEMBER,
    b"QueueMemberRemoved": (_gone, ("Queue", "Interface")),
    b"Hold": (_hold, ("Uniqueid",)),
    b"Unhold": (_unhold, ("Uniqueid",)),
    b"HangupRequest": (_asked, ("Uniqueid",)),
    b"SoftHangupRequest": (_asked, ("Uniqueid",)),
    b"Hangup": (_hangup, ("Uniqueid",)),
}
"""Asterisk's name -> how it is read, and the fields that are. What is not here is dropped before
anything of it is read."""
