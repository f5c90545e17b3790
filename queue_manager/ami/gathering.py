"""A snapshot, gathered from the answers to three questions that are asked at once.

- ``CoreStatus`` says when Asterisk was started: that tells two starts apart.
- ``CoreShowChannels`` has the talks: a caller's channel that runs ``Queue`` and an operator's leg,
  ``AppQueue``, in one bridge. A leg that rings is in none and is linked to its caller.
- ``QueueStatus`` has the members and who waits, not the ticket: that comes from the channel.

Asterisk answers one question after another and sends no event within an answer, but may between
two. A caller who was answered between them is in a talk and not waiting.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_manager.ami import values
from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import Fields, Malformed
from queue_manager.ami.hearing import CALLER, MEMBER, caller_of, member_of, pickers
from queue_manager.events import Caller, Member, OperatorRung, Snapshot, Talk, Waiting

QUEUES: Final = "QueueStatus"
CHANNELS: Final = "CoreShowChannels"
QUEUE: Final = "Queue"
LEG: Final = "AppQueue"
"""What Asterisk says that a caller's channel runs, and an operator's."""
RINGING: Final = "Ringing"
LISTED: Final[Mapping[bytes, tuple[str, ...]]] = {
    b"QueueParams": ("ActionID",),
    b"QueueMember": ("ActionID", *MEMBER, "Location"),
    b"QueueEntry": ("ActionID", *CALLER, "Queue", "Position", "Wait"),
    b"QueueStatusComplete": ("ActionID",),
    b"CoreShowChannel": (
        *("ActionID", *CALLER, "Channel", "ChannelStateDesc", "Linkedid", "Duration"),
        *("Application", "ApplicationData", "BridgeId"),
    ),
    b"CoreShowChannelsComplete": ("ActionID",),
}
"""The events that answers consist of, and the fields that are read of each."""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A channel that has to do with a queue: a caller's or an operator's."""

    caller: Caller
    name: str
    state: str
    linked: str
    """The unique id of the channel that it was made for."""
    application: str
    data: str
    bridge: str
    since: float


class Gathering:
    """The answers so far. ``queues`` and ``channels`` are the ActionIDs of the two lists."""

    def __init__(self, asked_at: float, queues: str, channels: str, spelling: Spelling) -> None:
        self._asked_at = asked_at
        self._open = {queues, channels}
        self._ours = frozenset(self._open)
        self._spelling = spelling
        self._picks = pickers(LISTED, spelling)
        self._members: list[Member] = []
        self._entries: list[Waiting] = []
        self._callers: dict[str, Caller] = {}
        self._legs: list[_Leg] = []

    @property
    def whole(self) -> bool:
        """Whether both lists have come to their end."""
        return not self._open

    def take(self, block: bytes, name: bytes, at: float) -> None:
        """Take one event of ``LISTED``.

        Raises:
            Malformed: it is left out of the snapshot.
        """
        found = self._picks[name](block)
        try:
            # Nobody else can know the id: what a stranger slips in has none, or a wrong one.
            if found["ActionID"] not in self._ours:
                raise Malformed("an answer to no question of ours")
            match name:
                case b"QueueMember":
                    self._members.append(member_of(found, "Location", self._spelling))
                case b"QueueEntry":
                    self._entries.append(self._entry(found, at))
                case b"CoreShowChannel":
                    self._channel(found, at)
                case b"QueueStatusComplete" | b"CoreShowChannelsComplete":
                    self._open.discard(found["ActionID"])
        except KeyError as missing:
            raise Malformed(f"{missing} is missing or unknown") from None

    def snapshot(self, boot: str) -> Snapshot:
        """Put it together. ``at`` is when the questions were asked."""
        talks, rings = self._joined()
        talking = {talk.caller.channel for talk in talks}
        waiting = tuple(
            Waiting(
                entry.queue,
                self._callers.get(entry.caller.channel, entry.caller),
                entry.position,
                entry.joined_at,
            )
            for entry in self._entries
            if entry.caller.channel not in talking
        )
        return Snapshot(self._asked_at, boot, tuple(self._members), waiting, talks, rings)

    def _entry(self, found: Fields, at: float) -> Waiting:
        return Waiting(
            values.queue_of(found["Queue"], self._spelling.queue_prefix),
            caller_of(found, self._spelling),
            values.whole(found["Position"]),
            at - values.seconds(found["Wait"]),
        )

    def _channel(self, found: Fields, at: float) -> None:
        caller = caller_of(found, self._spelling)
        self._callers[caller.channel] = caller
        if found["Application"] in (QUEUE, LEG):
            self._legs.append(
                _Leg(
                    caller,
                    found["Channel"],
                    found["ChannelStateDesc"],
                    found["Linkedid"],
                    found["Application"],
                    found["ApplicationData"],
                    found["BridgeId"],
                    at - values.duration_s(found["Duration"]),
                )
            )

    def _joined(self) -> tuple[tuple[Talk, ...], tuple[OperatorRung, ...]]:
        """Find who talks with whom, and whose telephone rings for whom."""
        callers = [leg for leg in self._legs if leg.application == QUEUE]
        bridged = {leg.bridge: leg for leg in callers if leg.bridge}
        by_channel = {leg.caller.channel: leg for leg in callers}
        talks: list[Talk] = []
        rings: list[OperatorRung] = []
        for leg in self._legs:
            if leg.application != LEG:
                continue
            # A queue that is not ours, or an interface that is no operator's, is no talk of ours.
            with contextlib.suppress(Malformed):
                operator = values.extension_of(leg.name.rpartition("-")[0])
                if leg.bridge in bridged:
                    caller = bridged[leg.bridge]
                    talks.append(
                        Talk(
                            self._queue(caller),
                            operator,
                            caller.caller,
                            leg.caller.channel,
                            leg.since,
                        )
                    )
                elif leg.state == RINGING and leg.linked in by_channel:
                    queue = self._queue(by_channel[leg.linked])
                    rings.append(OperatorRung(leg.since, queue, operator, leg.linked))
        return tuple(talks), tuple(rings)

    def _queue(self, caller: _Leg) -> str:
        name, _, _ = caller.data.partition(",")
        return values.queue_of(name, self._spelling.queue_prefix)
