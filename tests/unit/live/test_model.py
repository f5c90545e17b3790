"""The picture beside a model of app_queue: whatever happens, told twice or out of order, or lost
with the link, after every settled step the two are equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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
from queue_manager.live.audit import audit
from queue_manager.live.picture import Operator, OperatorState, Picture
from tests.support.app_queue import AppQueue, Seated

QUEUES = ["food", "medical", "psych"]
EXTENSIONS = ["201", "202", "203", "204"]
REACH_S = 0.045
"""How far an event may come from where it belongs: within the window of 50 ms."""
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

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        for extension in EXTENSIONS:
            seats: list[str] = data.draw(st.lists(st.sampled_from(QUEUES), unique=True))
            for queue in seats:
                self.truth.sit(self.now, extension, queue, 0)
        self.picture = apply(self.picture, self.truth.snapshot(self.now))

    # What happens in the room. Different people may do things within a few milliseconds.

    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        again = sorted(self.truth.elsewhere)
        if again and data.draw(st.booleans()):
            caller = self.truth.elsewhere[data.draw(st.sampled_from(again))]
        else:
            caller = self.truth.new_caller()
        queue = data.draw(st.sampled_from(QUEUES))
        place = data.draw(st.integers(1, 3)) if data.draw(st.booleans()) else 99
        at = self.moment(data, caller.channel)
        self.tell(self.truth.join(at, queue, caller, place))

    @rule(data=st.data())
    def ring(self, data: st.DataObject) -> None:
        pairs = [
            (queue, o.extension, waiting.caller.channel)
            for queue, line in self.truth.lines.items()
            for waiting in line
            for o in self.truth.operators.values()
            if o.idle and not o.paused and o.device is Device.NOT_IN_USE and queue in o.penalties
        ]
        if pairs:
            queue, extension, channel = data.draw(st.sampled_from(pairs))
            at = self.moment(data, extension, channel)
            self.tell(self.truth.ring(at, queue, extension, channel))

    @precondition(lambda self: self.ringing)
    @rule(data=st.data())
    def miss(self, data: st.DataObject) -> None:
        operator = data.draw(st.sampled_from(self.ringing))
        assert operator.ringing
        at = self.moment(data, operator.extension, operator.ringing[1])
        self.tell(self.truth.miss(at, operator.extension))

    @precondition(lambda self: self.ringing)
    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        operator = data.draw(st.sampled_from(self.ringing))
        assert operator.ringing
        at = self.moment(data, *self.around(operator.ringing[1]))
        self.tell(self.truth.connect(at, operator.extension))

    @precondition(lambda self: self.talking)
    @rule(data=st.data(), ended_by=st.sampled_from(["caller", "operator", "transfer"]))
    def complete(self, data: st.DataObject, ended_by: str) -> None:
        operator = data.draw(st.sampled_from(self.talking))
        assert operator.talk
        at = self.moment(data, operator.extension, operator.talk.caller.channel)
        self.tell(self.truth.complete(at, operator.extension, ended_by))

    @precondition(lambda self: self.talking)
    @rule(data=st.data(), on_hold=st.booleans(), by_caller=st.booleans())
    def hold(self, data: st.DataObject, on_hold: bool, by_caller: bool) -> None:
        operator = data.draw(st.sampled_from(self.talking))
        at = self.moment(data, operator.extension)
        self.tell(self.truth.hold(at, operator.extension, on_hold=on_hold, by_caller=by_caller))

    @precondition(lambda self: self.stays)
    @rule(data=st.data(), by_key=st.booleans())
    def caller_goes(self, data: st.DataObject, by_key: bool) -> None:
        queue, channel = data.draw(st.sampled_from(self.stays))
        at = self.moment(data, *self.around(channel))
        goes = self.truth.leave if by_key else self.truth.abandon
        self.tell(goes(at, queue, channel))

    @precondition(lambda self: self.truth.operators)
    @rule(data=st.data(), reason=st.sampled_from(["", "tea", "wrap_up"]))
    def pause(self, data: st.DataObject, reason: str) -> None:
        extension = data.draw(st.sampled_from(sorted(self.truth.operators)))
        if self.truth.operators[extension].penalties:
            self.tell(self.truth.pause(self.moment(data, extension), extension, reason))

    @rule(data=st.data(), extension=st.sampled_from(EXTENSIONS), penalty=st.integers(0, 2))
    def sit(self, data: st.DataObject, extension: str, penalty: int) -> None:
        queue = data.draw(st.sampled_from(QUEUES))
        self.tell(self.truth.sit(self.moment(data, extension), extension, queue, penalty))

    @rule(data=st.data())
    def rise(self, data: st.DataObject) -> None:
        seats = [(o.extension, q) for o in self.truth.operators.values() for q in o.penalties]
        if seats:
            extension, queue = data.draw(st.sampled_from(seats))
            self.tell(self.truth.rise(self.moment(data, extension), extension, queue))

    @rule(
        data=st.data(),
        device=st.sampled_from([Device.UNAVAILABLE, Device.BUSY, Device.NOT_IN_USE]),
    )
    def telephone(self, data: st.DataObject, device: Device) -> None:
        """It is unplugged, plugged in, or used for a call that comes through no queue."""
        idle = [e for e, o in self.truth.operators.items() if o.idle and o.penalties]
        if idle:
            extension = data.draw(st.sampled_from(idle))
            self.tell(self.truth.device(self.moment(data, extension), extension, device))

    # The link.

    @precondition(lambda self: not self.down)
    @rule(data=st.data())
    def link_lost(self, data: st.DataObject) -> None:
        self.arrive(data)
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

    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """All that is on its way arrives, some of it twice, none of it far from its place."""
        if not self.down:
            self.arrive(data)
            self.equal()

    def arrive(self, data: st.DataObject) -> None:
        events, self.on_the_way = self.on_the_way, []
        jitter = st.floats(0, REACH_S)
        coming = [(event.at + data.draw(jitter), n, event) for n, event in enumerate(events)]
        if events:
            twice = data.draw(st.lists(st.sampled_from(events), max_size=3))
            coming += [(e.at + data.draw(jitter), -n, e) for n, e in enumerate(twice, 1)]
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

    def moment(self, data: st.DataObject, *whose: str) -> float:
        """Go on a little, and so far that each of these had time for what they did last."""
        after = max(self.touched.get(one, 0.0) for one in whose) + HUMAN_S
        self.now = max(self.now + data.draw(st.sampled_from([0.001, 0.02, 1.0])), after)
        for one in whose:
            self.touched[one] = self.now
        return self.now

    def tell(self, events: Sequence[RoomEvent]) -> None:
        self.lately = list(events)
        if not self.down:
            self.on_the_way += events

    def take(self, event: RoomEvent) -> None:
        self.picture = apply(self.picture, event)
        check_indexes(self.picture)


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
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestRoom = Room.TestCase
TestRoom.settings = quick
TestRestampedRoom = RestampedRoom.TestCase
TestRestampedRoom.settings = quick
