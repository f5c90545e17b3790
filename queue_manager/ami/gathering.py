"""A snapshot, gathered from the answers to three questions that are asked at once.

- ``CoreStatus`` says when Asterisk was started: that tells two starts apart.
- ``CoreShowChannels`` has the talks: a caller's channel that runs ``Queue`` and an operator's leg
  in one bridge. The leg inherits the call id and the ticket, the caller has them anyway.
- ``QueueStatus`` has the members and who waits, not the ticket: that comes from the channel.

Asterisk answers one question after another and sends no event within an answer, but may between
two. A caller who was answered between them is in a talk and not waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_manager.ami import values
from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import Fields, Malformed, fields
from queue_manager.ami.hearing import caller_of, member_of
from queue_manager.events import Caller, Member, Snapshot, Talk, Waiting

QUEUES: Final = "QueueStatus"
CHANNELS: Final = "CoreShowChannels"
LISTED: Final = frozenset(
    {
        *(b"QueueParams", b"QueueMember", b"QueueEntry", b"QueueStatusComplete"),
        *(b"CoreShowChannel", b"CoreShowChannelsComplete"),
    }
)
"""The events that answers consist of."""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A channel that is in a bridge."""

    caller: Caller
    name: str
    application: str
    data: str
    since: float


class Gathering:
    """The answers so far. ``queues`` and ``channels`` are the ActionIDs of the two lists."""

    def __init__(self, asked_at: float, queues: str, channels: str, spelling: Spelling) -> None:
        self._asked_at = asked_at
        self._open = {queues, channels}
        self._ours = frozenset(self._open)
        self._spelling = spelling
        self._members: list[Member] = []
        self._entries: list[Waiting] = []
        self._callers: dict[str, Caller] = {}
        self._bridges: dict[str, list[_Leg]] = {}

    @property
    def whole(self) -> bool:
        """Whether both lists have come to their end."""
        return not self._open

    def take(self, block: bytes, name: bytes, at: float) -> None:
        """Take one event of ``LISTED``.

        Raises:
            Malformed: it is left out of the snapshot.
        """
        found = fields(block)
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
        talks = tuple(talk for legs in self._bridges.values() for talk in self._talks(legs))
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
        return Snapshot(self._asked_at, boot, tuple(self._members), waiting, talks)

    def _entry(self, found: Fields, at: float) -> Waiting:
        return Waiting(
            values.queue_of(found["Queue"], self._spelling.queue_prefix),
            caller_of(found, self._spelling),
            values.whole(found["Position"]),
            at - values.whole(found["Wait"]),
        )

    def _channel(self, found: Fields, at: float) -> None:
        caller = caller_of(found, self._spelling)
        self._callers[caller.channel] = caller
        if bridge := found["BridgeId"]:
            since = at - values.duration_s(found["Duration"])
            leg = _Leg(
                caller, found["Channel"], found["Application"], found["ApplicationData"], since
            )
            self._bridges.setdefault(bridge, []).append(leg)

    def _talks(self, legs: list[_Leg]) -> list[Talk]:
        """Find the talk of one bridge. A queue that is not ours, or an odd name, is no talk."""
        callers = [leg for leg in legs if leg.application == "Queue"]
        operators = [leg for leg in legs if leg.application == "AppQueue"]
        if len(callers) != 1 or len(operators) != 1:
            return []
        caller, leg = callers[0], operators[0]
        interface, _, _ = leg.name.rpartition("-")
        queue, _, _ = caller.data.partition(",")
        try:
            return [
                Talk(
                    values.queue_of(queue, self._spelling.queue_prefix),
                    values.extension_of(interface),
                    caller.caller,
                    leg.caller.channel,
                    leg.since,
                )
            ]
        except Malformed:
            return []
