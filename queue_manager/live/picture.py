"""The picture of the room at one moment: immutable, times in seconds on the steady clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from queue_manager.events import Caller, CallerAbandoned, CallerJoined, CallerLeft, Device, Member

NONE: Final[Mapping[str, int]] = MappingProxyType({})

WINDOW_S: Final = 0.05
"""What belongs together may come in any order, or twice, within this time."""


class OperatorState(StrEnum):
    """What an operator does. The first that holds, in this order, is shown."""

    HOLDING = "holding"
    TALKING = "talking"
    """With a caller, or, with ``talking`` empty, on a call that came through no queue."""
    RINGING = "ringing"
    OFFLINE = "offline"
    """In no queue, or the telephone is not there."""
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    AVAILABLE = "available"


WRAP_UP_REASON: Final = "wrap_up"
"""The pause reason that stands for wrap-up, which is ours and not app_queue's."""


@dataclass(frozen=True, slots=True)
class OnCall:
    """What an operator rings for, talks about, or holds."""

    queue: str
    caller: Caller
    operator_channel: str = ""
    since: float = 0.0
    held: bool = False
    held_told_at: float = 0.0
    """When ``held`` was told: an older word does not change it."""


@dataclass(frozen=True, slots=True)
class Past:
    """A ring or a talk that is over."""

    call: OnCall
    ended_at: float


@dataclass(frozen=True, slots=True)
class Seat:
    """What was told last of an operator in one queue; ``member`` is ``None`` of one who left it."""

    member: Member | None
    told_at: float


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator; ``state`` is derived from the rest and kept, ``since`` is when it began."""

    extension: str
    state: OperatorState = OperatorState.OFFLINE
    since: float = 0.0
    queues: Mapping[str, int] = field(default_factory=lambda: NONE)
    """The queues signed on to, with the penalty in each; none of an operator who is signed off."""
    device: Device = Device.UNKNOWN
    paused: bool = False
    """In all queues: who is paused in one queue only is rung by the others."""
    pause_reason: str = ""
    """As in Asterisk: a name of the district's pause reasons, ``wrap_up``, or ``missed_calls``."""
    ringing: OnCall | None = None
    talking: OnCall | None = None
    missed: int = 0
    """Rings in a row that were not answered, since the last talk or sign-on."""
    last_ring: Past | None = None
    last_talk: Past | None = None
    seats: Mapping[str, Seat] = field(default_factory=lambda: MappingProxyType({}))
    """What ``queues``, ``paused`` and ``pause_reason`` are derived from."""
    device_told_at: float = 0.0


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """One caller in one queue."""

    caller: Caller
    joined_at: float


Move = CallerJoined | CallerLeft | CallerAbandoned
"""What changes who waits."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue; those who wait in order of position, the first of them at position 1."""

    name: str
    waiting: tuple[WaitingCaller, ...] = ()
    settled: tuple[WaitingCaller, ...] = ()
    """Who waited before ``recent``."""
    recent: tuple[Move, ...] = ()
    """The moves of the last moment in order of time: one that comes late is put in its place."""

    @property
    def longest_since(self) -> float | None:
        """When the one who waits longest joined; ``None`` when nobody waits."""
        return min((w.joined_at for w in self.waiting), default=None)


@dataclass(frozen=True, slots=True)
class Picture:
    """The room. While ``live`` is false it is what was last known, and must be shown as that."""

    at: float = 0.0
    """When the last event was applied."""
    live: bool = False
    gap_since: float | None = None
    """While not live: when Asterisk was last heard; ``None`` while nothing was ever heard."""
    boot: str = ""
    operators: Mapping[str, Operator] = field(default_factory=lambda: MappingProxyType({}))
    queues: Mapping[str, Queue] = field(default_factory=lambda: MappingProxyType({}))
    legs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Channel, of either leg of a talk -> the operator who talks."""
    rings: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """Caller's channel -> the operators whose telephones ring for it."""
