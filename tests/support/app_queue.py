"""A small app_queue: who waits, rings and talks, and what Asterisk would tell of each step.

Times are the test's. Each method returns the events of one thing that happened, in their order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    Device,
    HoldChanged,
    Member,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
    Talk,
    Waiting,
)

STEP_S = 0.003
"""Between two events of one happening."""


@dataclass
class Seated:
    """One operator."""

    extension: str
    device: Device = Device.NOT_IN_USE
    penalties: dict[str, int] = field(default_factory=dict)
    paused: bool = False
    reason: str = ""
    ringing: tuple[str, str] | None = None
    """Queue and caller's channel."""
    rung_at: float = 0.0
    talk: Talk | None = None
    held: bool = False
    missed: int = 0

    @property
    def idle(self) -> bool:
        return self.ringing is None and self.talk is None


@dataclass
class Line:
    """One who waits."""

    caller: Caller
    joined_at: float


class AppQueue:
    """What a small Asterisk knows."""

    def __init__(self, queues: list[str]) -> None:
        self.boot = "boot-1"
        self.lines: dict[str, list[Line]] = {queue: [] for queue in queues}
        self.operators: dict[str, Seated] = {}
        self.elsewhere: dict[str, Caller] = {}
        """Callers who are in no queue and talk with nobody, and may join again."""
        self._channels = 0

    # What happens.

    def new_caller(self) -> Caller:
        self._channels += 1
        channel = f"c{self._channels}"
        return Caller(channel, f"call-{channel}", f"{self._channels:010d}", "…42")

    def join(self, at: float, queue: str, caller: Caller, position: int) -> list[RoomEvent]:
        self.elsewhere.pop(caller.channel, None)
        line = self.lines[queue]
        position = min(position, len(line) + 1)
        line.insert(position - 1, Line(caller, at))
        return [CallerJoined(at, queue, caller, position)]

    def ring(self, at: float, queue: str, extension: str, channel: str) -> list[RoomEvent]:
        operator = self.operators[extension]
        operator.ringing, operator.rung_at, operator.device = (queue, channel), at, Device.BUSY
        rung = OperatorRung(at, queue, extension, channel)
        return [rung, *self.told(at + STEP_S, extension)]

    def miss(self, at: float, extension: str) -> list[RoomEvent]:
        operator = self.operators[extension]
        assert operator.ringing is not None
        queue, channel = operator.ringing
        operator.ringing, operator.device = None, Device.NOT_IN_USE
        operator.missed += 1
        missed = RingMissed(at, queue, extension, channel, at - operator.rung_at)
        return [missed, *self.told(at + STEP_S, extension)]

    def connect(self, at: float, extension: str) -> list[RoomEvent]:
        operator = self.operators[extension]
        assert operator.ringing is not None
        queue, channel = operator.ringing
        line = self._out(queue, channel)
        operator.ringing = None
        self._channels += 1
        leg, joined = f"o{self._channels}", at + STEP_S
        operator.talk = Talk(queue, extension, line.caller, leg, joined)
        operator.missed, operator.held = 0, False
        waited = at - line.joined_at
        return [
            CallerLeft(at, queue, channel),
            Connected(joined, queue, extension, line.caller, leg, waited, at - operator.rung_at),
            *self.told(joined, extension),
            *self._rings_cancelled(joined, channel),
        ]

    def complete(self, at: float, extension: str, ended_by: str) -> list[RoomEvent]:
        operator = self.operators[extension]
        talk = operator.talk
        assert talk is not None
        channel = talk.caller.channel
        operator.talk, operator.held, operator.device = None, False, Device.NOT_IN_USE
        over = Completed(at, talk.queue, extension, channel, at - talk.since, ended_by)
        gone: list[RoomEvent] = [ChannelGone(at + STEP_S, talk.operator_channel)]
        if ended_by == "transfer":
            self.elsewhere[channel] = talk.caller
        else:
            gone.append(ChannelGone(at + STEP_S, channel))
        return [over, *gone, *self.told(at + 2 * STEP_S, extension)]

    def abandon(self, at: float, queue: str, channel: str) -> list[RoomEvent]:
        self._out(queue, channel)
        return [
            CallerAbandoned(at, queue, channel),
            CallerLeft(at + STEP_S, queue, channel),
            ChannelGone(at + 2 * STEP_S, channel),
            *self._rings_cancelled(at + 2 * STEP_S, channel),
        ]

    def leave(self, at: float, queue: str, channel: str) -> list[RoomEvent]:
        self.elsewhere[channel] = self._out(queue, channel).caller
        cancelled = self._rings_cancelled(at + STEP_S, channel)
        return [CallerLeft(at, queue, channel), *cancelled]

    def hold(self, at: float, extension: str, *, on_hold: bool, by_caller: bool) -> list[RoomEvent]:
        operator = self.operators[extension]
        assert operator.talk is not None
        operator.held = on_hold
        talk = operator.talk
        leg = talk.caller.channel if by_caller else talk.operator_channel
        return [HoldChanged(at, leg, on_hold)]

    def pause(self, at: float, extension: str, reason: str) -> Sequence[RoomEvent]:
        operator = self.operators[extension]
        operator.paused, operator.reason = bool(reason), reason
        return self.told(at, extension)

    def sit(self, at: float, extension: str, queue: str, penalty: int) -> Sequence[RoomEvent]:
        operator = self.operators.setdefault(extension, Seated(extension))
        if not operator.penalties:
            operator.missed = 0
        operator.penalties[queue] = penalty
        return [e for e in self.told(at, extension) if e.member.queue == queue]

    def rise(self, at: float, extension: str, queue: str) -> list[RoomEvent]:
        operator = self.operators[extension]
        del operator.penalties[queue]
        if not operator.penalties:
            operator.paused, operator.reason = False, ""
        return [MemberGone(at, queue, extension)]

    def device(self, at: float, extension: str, device: Device) -> Sequence[RoomEvent]:
        """By way of another state, a few milliseconds long."""
        passing = Device.RINGING if device is Device.BUSY else Device.UNKNOWN
        self.operators[extension].device = passing
        first = self.told(at, extension)
        self.operators[extension].device = device
        return [*first, *self.told(at + STEP_S, extension)]

    # What it tells.

    def members(self, extension: str) -> list[Member]:
        operator = self.operators[extension]
        return [
            Member(
                queue,
                extension,
                penalty,
                operator.paused,
                operator.reason,
                operator.device,
                in_call=operator.talk is not None,
                dynamic=True,
            )
            for queue, penalty in operator.penalties.items()
        ]

    def told(self, at: float, extension: str) -> list[MemberIs]:
        return [MemberIs(at + n * 1e-4, m) for n, m in enumerate(self.members(extension))]

    def snapshot(self, at: float) -> Snapshot:
        operators = self.operators.values()
        return Snapshot(
            at,
            self.boot,
            tuple(member for o in operators for member in self.members(o.extension)),
            tuple(
                Waiting(queue, Caller(waiting.caller.channel), position, waiting.joined_at + 0.4)
                for queue, line in self.lines.items()
                for position, waiting in enumerate(line, 1)
            ),
            tuple(dataclasses.replace(o.talk, since=at - 1) for o in operators if o.talk),
            tuple(
                OperatorRung(o.rung_at, o.ringing[0], o.extension, o.ringing[1])
                for o in operators
                if o.ringing
            ),
        )

    def _out(self, queue: str, channel: str) -> Line:
        line = self.lines[queue]
        found = next(n for n, waiting in enumerate(line) if waiting.caller.channel == channel)
        return line.pop(found)

    def _rings_cancelled(self, at: float, channel: str) -> list[RoomEvent]:
        told: list[RoomEvent] = []
        for operator in self.operators.values():
            if operator.ringing is not None and operator.ringing[1] == channel:
                operator.ringing, operator.device = None, Device.NOT_IN_USE
                told += self.told(at, operator.extension)
        return told
