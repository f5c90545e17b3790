"""The picture beside a model of app_queue: whatever happens, told twice or out of order, or lost
with the link, after every settled step the two are equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from queue_manager.events import Device, LinkLoss, LinkLost, MemberGone, MemberIs, RoomEvent
from queue_manager.live.apply import apply
from queue_manager.live.audit import _same, audit
from queue_manager.live.picture import Operator, OperatorState, Picture
from queue_manager.live.touched import touched
from tests.support.app_queue import AppQueue, Seated

QUEUES = ["food", "medical", "psych"]
EXTENSIONS = ["201", "202", "203", "204"]
REACH_S = 0.045
"""How far an event may come from where it belongs: within the window of 50 ms."""
CHANCE = st.randoms(use_true_random=True)
HUMAN_S = 0.12
"""No person, and no ring, is faster than this."""


class Room(RuleBasedStateMachine):
    """Events keep the time at which they happened, and arrive up to 45 ms later."""

    restamped = False
    """Events have the time of their arrival instead."""

    def __init__(self) -> None:
        super().__init__()
        self.truth = AppQueue(QUEUES)
        self.picture = Picture()
        self.now = 1000.0
        self.touched: dict[str, float] = {}
        self.on_the_way: list[RoomEvent] = []
        self.lately: list[RoomEvent] = []
        self.down = False

    @initialize(chance=CHANCE)
    def begin(self, chance: Random) -> None:
        for extension in EXTENSIONS:
            for queue in chance.sample(QUEUES, chance.randint(0, 3)):
                self.truth.sit(self.now, extension, queue, 0)
        self.picture = apply(self.picture, self.truth.snapshot(self.now))

    @rule(chance=CHANCE, steps=st.integers(1, 12), twice=st.integers(0, 3))
    def a_while(self, chance: Random, steps: int, twice: int) -> None:
        """Some of all this happens, more of it within milliseconds than in any room."""
        for _ in range(steps):
            happening, often = zip(*self.possible(), strict=True)
            told = chance.choices(happening, often)[0](chance)
            self.lately = list(told)
            if not self.down:
                self.on_the_way += told
        if not self.down:
            self.arrive(chance, twice)
            self.equal()

    # What happens in the room. Different people may do things within a few milliseconds.

    def possible(self) -> Iterator[tuple[Callable[[Random], Sequence[RoomEvent]], int]]:
        """What may happen now, and how often beside the others."""
        yield self.join, 3
        yield self.sit, 1
        if self.rings_possible:
            yield self.ring, 8
        if self.ringing:
            yield self.connect, 4
            yield self.miss, 2
        if self.talking:
            yield self.complete, 3
            yield self.hold, 2
        if self.stays:
            yield self.caller_goes, 1
        if self.seated:
            yield self.pause, 1
            yield self.rise, 1
        if any(o.idle for o in self.seated):
            yield self.telephone, 1

    def join(self, chance: Random) -> Sequence[RoomEvent]:
        again = sorted(self.truth.elsewhere)
        known = bool(again) and chance.random() < 0.5
        caller = self.truth.elsewhere[chance.choice(again)] if known else self.truth.new_caller()
        place = chance.randint(1, 3) if chance.random() < 0.3 else 99
        at = self.moment(chance, caller.channel)
        return self.truth.join(at, chance.choice(QUEUES), caller, place)

    def ring(self, chance: Random) -> Sequence[RoomEvent]:
        queue, extension, channel = chance.choice(self.rings_possible)
        at = self.moment(chance, extension, channel)
        return self.truth.ring(at, queue, extension, channel)

    def miss(self, chance: Random) -> Sequence[RoomEvent]:
        operator = chance.choice(self.ringing)
        assert operator.ringing
        at = self.moment(chance, operator.extension, operator.ringing[1])
        return self.truth.miss(at, operator.extension)

    def connect(self, chance: Random) -> Sequence[RoomEvent]:
        operator = chance.choice(self.ringing)
        assert operator.ringing
        at = self.moment(chance, *self.around(operator.ringing[1]))
        return self.truth.connect(at, operator.extension)

    def complete(self, chance: Random) -> Sequence[RoomEvent]:
        operator = chance.choice(self.talking)
        assert operator.talk
        at = self.moment(chance, operator.extension, operator.talk.caller.channel)
        ended_by = chance.choice(["caller", "operator", "transfer"])
        return self.truth.complete(at, operator.extension, ended_by)

    def hold(self, chance: Random) -> Sequence[RoomEvent]:
        extension = chance.choice(self.talking).extension
        on_hold, by_caller = chance.random() < 0.5, chance.random() < 0.5
        at = self.moment(chance, extension)
        return self.truth.hold(at, extension, on_hold=on_hold, by_caller=by_caller)

    def caller_goes(self, chance: Random) -> Sequence[RoomEvent]:
        queue, channel = chance.choice(self.stays)
        goes = chance.choice([self.truth.leave, self.truth.abandon])
        return goes(self.moment(chance, *self.around(channel)), queue, channel)

    def pause(self, chance: Random) -> Sequence[RoomEvent]:
        extension = chance.choice(self.seated).extension
        reason = chance.choice(["", "tea", "wrap_up"])
        return self.truth.pause(self.moment(chance, extension), extension, reason)

    def sit(self, chance: Random) -> Sequence[RoomEvent]:
        extension, queue = chance.choice(EXTENSIONS), chance.choice(QUEUES)
        at = self.moment(chance, extension)
        return self.truth.sit(at, extension, queue, chance.randint(0, 2))

    def rise(self, chance: Random) -> Sequence[RoomEvent]:
        operator = chance.choice(self.seated)
        queue = chance.choice(sorted(operator.penalties))
        return self.truth.rise(self.moment(chance, operator.extension), operator.extension, queue)

    def telephone(self, chance: Random) -> Sequence[RoomEvent]:
        """It is unplugged, plugged in, or used for a call that comes through no queue."""
        extension = chance.choice([o.extension for o in self.seated if o.idle])
        device = chance.choice([Device.UNAVAILABLE, Device.BUSY, Device.NOT_IN_USE])
        return self.truth.device(self.moment(chance, extension), extension, device)

    # The link.

    @precondition(lambda self: not self.down)
    @rule()
    def link_lost(self) -> None:
        self.down = True
        self.now += HUMAN_S
        before = self.picture
        self.take(LinkLost(self.now, self.now - 0.1, LinkLoss.ENDED))
        assert not self.picture.live
        assert self.picture.gap_since == self.now - 0.1
        assert self.picture.operators is before.operators

    @precondition(lambda self: self.down)
    @rule(again=st.booleans(), restarted=st.booleans())
    def link_back(self, again: bool, restarted: bool) -> None:
        """``again``: what happened last was heard while the snapshot was gathered."""
        self.down = False
        self.now += HUMAN_S
        if restarted and not again:
            self.truth.boot += "'"
        self.take(self.truth.snapshot(self.now))
        for event in self.lately if again else ():
            self.take(dataclasses.replace(event, at=self.now))
        assert self.picture.live
        assert self.picture.gap_since is None
        for extension, operator in self.truth.operators.items():
            # Nobody saw what was missed in the gap.
            known = self.picture.operators.get(extension)
            operator.missed = known.missed if known is not None else 0
            if known is not None and operator.talk and known.talking:
                operator.talk = dataclasses.replace(operator.talk, since=known.talking.since)
                operator.held = known.talking.held
        self.equal()

    # Told, and compared.

    def arrive(self, chance: Random, twice: int) -> None:
        """All that is on its way arrives, some of it twice, none of it far from its place."""
        events, self.on_the_way = self.on_the_way, []
        told = events + chance.choices(events, k=twice)
        coming = [(e.at + chance.uniform(0, REACH_S), n, e) for n, e in enumerate(told)]
        coming.sort(key=lambda each: each[:2])
        for arrival, event in self.as_told(coming):
            self.take(dataclasses.replace(event, at=arrival) if self.restamped else event)
        self.now += HUMAN_S

    def as_told(self, coming: list[tuple[float, int, RoomEvent]]) -> list[tuple[float, RoomEvent]]:
        return [(arrival, event) for arrival, _, event in coming]

    def equal(self) -> None:
        for extension, truth in self.truth.operators.items():
            shown = self.picture.operators.get(extension, Operator(extension))
            self.operator_equal(shown, truth)
        assert set(self.picture.operators) <= set(self.truth.operators)
        for queue, line in self.truth.lines.items():
            told = self.picture.queues[queue].waiting if queue in self.picture.queues else ()
            shown_line = [waiting.caller.channel for waiting in told]
            self.line_equal(shown_line, [waiting.caller.channel for waiting in line])
        assert audit(self.picture, self.truth.snapshot(self.now)) == ()
        assert _same(self.picture, self.truth.snapshot(self.now))

    def line_equal(self, shown: list[str], truth: list[str]) -> None:
        assert shown == truth

    def operator_equal(self, shown: Operator, truth: Seated) -> None:
        assert dict(shown.queues) == truth.penalties
        assert (shown.paused, shown.pause_reason) == (truth.paused, truth.reason)
        assert shown.missed == truth.missed
        assert shown.state is state_of(truth)
        if truth.penalties:
            assert shown.device is truth.device
        ring = shown.ringing and (shown.ringing.queue, shown.ringing.caller.channel)
        assert ring == truth.ringing
        if truth.talk is None:
            assert shown.talking is None
        else:
            assert shown.talking is not None
            assert shown.talking.caller == truth.talk.caller
            assert shown.talking.operator_channel == truth.talk.operator_channel
            assert abs(shown.talking.since - truth.talk.since) <= REACH_S
            assert shown.talking.held == truth.held

    @invariant()
    def indexes_hold(self) -> None:
        check_indexes(self.picture)

    # Around.

    @property
    def seated(self) -> list[Seated]:
        return [o for o in self.truth.operators.values() if o.penalties]

    @property
    def rings_possible(self) -> list[tuple[str, str, str]]:
        return [
            (queue, o.extension, waiting.caller.channel)
            for queue, line in self.truth.lines.items()
            for waiting in line
            for o in self.seated
            if o.idle and not o.paused and o.device is Device.NOT_IN_USE and queue in o.penalties
        ]

    @property
    def ringing(self) -> list[Seated]:
        return [o for o in self.truth.operators.values() if o.ringing]

    @property
    def talking(self) -> list[Seated]:
        return [o for o in self.truth.operators.values() if o.talk]

    @property
    def stays(self) -> list[tuple[str, str]]:
        return [(q, w.caller.channel) for q, line in self.truth.lines.items() for w in line]

    def around(self, channel: str) -> list[str]:
        """A caller with everybody who rings for it."""
        return [
            channel,
            *(o.extension for o in self.ringing if o.ringing and o.ringing[1] == channel),
        ]

    def moment(self, chance: Random, *whose: str) -> float:
        """Go on a little, and so far that each of these had time for what they did last."""
        after = max(self.touched.get(one, 0.0) for one in whose) + HUMAN_S
        self.now = max(self.now + chance.choice([0.001, 0.02, 1.0]), after)
        for one in whose:
            self.touched[one] = self.now
        return self.now

    def take(self, event: RoomEvent) -> None:
        before, self.picture = self.picture, apply(self.picture, event)
        check_indexes(self.picture)
        changed = set(touched(before, event, self.picture))
        for extension in {*before.operators, *self.picture.operators} - changed:
            assert before.operators[extension] is self.picture.operators[extension]


class RestampedRoom(Room):
    """Nothing tells when an event happened: it has the time of its arrival. What Asterisk says of
    one member keeps its order, as it does; who joined before whom within 50 ms nobody can know."""

    restamped = True

    def as_told(self, coming: list[tuple[float, int, RoomEvent]]) -> list[tuple[float, RoomEvent]]:
        told = super().as_told(coming)
        for extension in EXTENSIONS:
            places = [n for n, (_, event) in enumerate(told) if _of_member(event, extension)]
            in_order = sorted((told[n][1] for n in places), key=lambda event: event.at)
            for n, event in zip(places, in_order, strict=True):
                told[n] = (told[n][0], event)
        return told

    def line_equal(self, shown: list[str], truth: list[str]) -> None:
        assert sorted(shown) == sorted(truth)
        # What follows is about these callers, in the order that is shown.
        for line in self.truth.lines.values():
            line.sort(key=lambda waiting: _place(shown, waiting.caller.channel))


def _place(shown: list[str], channel: str) -> int:
    return shown.index(channel) if channel in shown else 0


def _of_member(event: RoomEvent, extension: str) -> bool:
    match event:
        case MemberIs(member=member):
            return member.operator == extension
        case MemberGone(operator=operator):
            return operator == extension
        case _:
            return False


def state_of(truth: Seated) -> OperatorState:
    if truth.talk is not None:
        return OperatorState.HOLDING if truth.held else OperatorState.TALKING
    if truth.ringing is not None:
        return OperatorState.RINGING
    if not truth.penalties:
        return OperatorState.OFFLINE
    if truth.device is Device.BUSY:
        return OperatorState.TALKING
    if truth.device is Device.UNAVAILABLE:
        return OperatorState.OFFLINE
    if truth.paused:
        return OperatorState.WRAP_UP if truth.reason == "wrap_up" else OperatorState.PAUSED
    return OperatorState.AVAILABLE


def check_indexes(picture: Picture) -> None:
    legs: dict[str, str] = {}
    rings: dict[str, Any] = {}
    for extension, operator in picture.operators.items():
        if operator.talking is not None:
            for leg in (operator.talking.caller.channel, operator.talking.operator_channel):
                assert leg not in legs, f"{leg} talks with {legs[leg]} and {extension}"
                legs[leg] = extension
        if operator.ringing is not None:
            rings.setdefault(operator.ringing.caller.channel, set()).add(extension)
    assert dict(picture.legs) == legs
    assert {channel: set(who) for channel, who in picture.rings.items()} == rings


quick = settings(
    max_examples=40,
    stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestRoom = Room.TestCase
TestRoom.settings = quick
TestRestampedRoom = RestampedRoom.TestCase
TestRestampedRoom.settings = quick
