"""Which operators an event may have changed: so that nobody looks at all of them each time."""

from __future__ import annotations

from collections.abc import Iterable

from queue_manager.events import (
    CallerAbandoned,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    HoldChanged,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
)
from queue_manager.live.picture import Picture


def touched(before: Picture, event: RoomEvent, after: Picture) -> Iterable[str]:
    """Return the extensions, each once; all others are the same in both pictures."""
    match event:
        case MemberIs():  # the most frequent of all
            return (event.member.operator,)
        case OperatorRung() | RingMissed() | Completed() | MemberGone():
            return (event.operator,)
        case ChannelGone(channel=channel) | HoldChanged(channel=channel):
            return (before.legs[channel],) if channel in before.legs else ()
        case CallerLeft(channel=channel) | CallerAbandoned(channel=channel):
            return before.rings.get(channel, ())
        case Connected():
            channel = event.caller.channel
            found = {event.operator, *before.rings.get(channel, ())}
            if channel in before.legs:
                found.add(before.legs[channel])
            return found
        case Snapshot():
            return {**before.operators, **after.operators}
        case _:
            return ()
