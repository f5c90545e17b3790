"""``apply(picture, event)``: the room after an event.

An event that is told twice, or within ``WINDOW_S`` before or after another it belongs to, leads to
the same picture: a beginning told after its end begins nothing, an end told first is remembered.
Events that change nothing known only move ``at`` on.
"""

from __future__ import annotations

from collections.abc import Iterable

from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    HoldChanged,
    LinkLost,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
)
from queue_manager.live import operator as one
from queue_manager.live.picture import Move, OnCall, Operator, Picture, Queue
from queue_manager.live.rebuild import rebuilt
from queue_manager.live.tables import copy_of, frozen
from queue_manager.live.waiting import left_lately, merged, moved


def apply(picture: Picture, event: RoomEvent) -> Picture:
    """Return the room after ``event``; ``picture`` itself never changes."""
    match event:
        case MemberIs(at, member):
            known = _operator(picture, member.operator)
            return _after(picture, at, [one.member_told(known, member.queue, member, at)])
        case MemberGone(at, queue, extension):
            known = _operator(picture, extension)
            return _after(picture, at, [one.member_told(known, queue, None, at)])
        case ChannelGone(at, channel):
            return _channel_gone(picture, at, channel)
        case CallerJoined():
            return _moved(picture, event)
        case CallerLeft() | CallerAbandoned():
            ended = _moved(picture, event)
            return _after(ended, event.at, _rings_over(ended, event.channel, event.at))
        case OperatorRung():
            return _rung(picture, event)
        case RingMissed(at, queue, extension, channel):
            ring = OnCall(queue, _waiting(picture, queue, channel), since=at)
            known = _operator(picture, extension)
            return _after(picture, at, [one.ring_over(known, ring, at, missed=True)])
        case Connected():
            return _connected(picture, event)
        case Completed():
            return _completed(picture, event)
        case HoldChanged(at, channel, on_hold):
            holder = picture.legs.get(channel)
            told = [] if holder is None else [one.held(picture.operators[holder], on_hold, at)]
            return _after(picture, at, told)
        case LinkLost(at, last_heard):
            return _lost(picture, at, last_heard)
        case Snapshot():
            return rebuilt(picture, event)


def _operator(picture: Picture, extension: str) -> Operator:
    return picture.operators.get(extension) or Operator(extension, since=picture.at)


def _waiting(picture: Picture, queue: str, channel: str) -> Caller:
    line = picture.queues[queue].waiting if queue in picture.queues else ()
    return next((w.caller for w in line if w.caller.channel == channel), Caller(channel))


def _moved(picture: Picture, move: Move) -> Picture:
    known = picture.queues.get(move.queue) or Queue(move.queue)
    queue = moved(known, move)
    if queue is known:
        return picture
    queues = copy_of(picture.queues)
    queues[queue.name] = queue
    return Picture(
        max(picture.at, move.at),
        picture.live,
        picture.gap_since,
        picture.boot,
        picture.operators,
        frozen(queues),
        picture.legs,
        picture.rings,
    )


def _rung(picture: Picture, event: OperatorRung) -> Picture:
    at, channel = event.at, event.channel
    queue = picture.queues.get(event.queue)
    if queue is not None and left_lately(queue, channel, at):
        return _after(picture, at, [])
    call = OnCall(event.queue, _waiting(picture, event.queue, channel), since=at)
    return _after(picture, at, [one.rung(_operator(picture, event.operator), call)])


def _rings_over(picture: Picture, channel: str, at: float) -> list[Operator]:
    over = OnCall("", Caller(channel), since=at)
    return [
        one.ring_over(picture.operators[extension], over, at, missed=False)
        for extension in picture.rings.get(channel, ())
    ]


def _connected(picture: Picture, event: Connected) -> Picture:
    at, channel = event.at, event.caller.channel
    known = _waiting(picture, event.queue, channel)
    rings = _rings_over(picture, channel, at)
    others = [operator for operator in rings if operator.extension != event.operator]
    holder = picture.legs.get(channel)
    if holder is not None and holder != event.operator:
        # One caller talks with one operator: who was joined last.
        talking = picture.operators[holder].talking
        if talking is not None and talking.since > at:
            return _after(picture, at, others)
        others = [operator for operator in others if operator.extension != holder]
        over = OnCall(event.queue, event.caller, since=at)
        others.append(one.talk_over(picture.operators[holder], over, at))
    joined = Connected(
        at,
        event.queue,
        event.operator,
        merged(known, event.caller),
        event.operator_channel,
        event.waited_s,
        event.rang_s,
    )
    own = one.connected(_operator(picture, event.operator), joined)
    left = _moved(picture, CallerLeft(at, event.queue, channel))
    return _after(left, at, [*others, own])


def _completed(picture: Picture, event: Completed) -> Picture:
    if not event.channel:
        return _after(picture, event.at, [])  # Whose talk nobody knows: the channel's end tells.
    talk = OnCall(event.queue, Caller(event.channel), since=event.at)
    known = _operator(picture, event.operator)
    return _after(picture, event.at, [one.talk_over(known, talk, event.at)])


def _channel_gone(picture: Picture, at: float, channel: str) -> Picture:
    holder = picture.legs.get(channel)
    operator = None if holder is None else picture.operators[holder]
    if operator is None or operator.talking is None:
        return _after(picture, at, [])
    return _after(picture, at, [one.talk_over(operator, operator.talking, at)])


def _lost(picture: Picture, at: float, last_heard: float) -> Picture:
    known = picture.gap_since
    return Picture(
        max(picture.at, at),
        False,
        last_heard if known is None else min(known, last_heard),
        picture.boot,
        picture.operators,
        picture.queues,
        picture.legs,
        picture.rings,
    )


def _after(picture: Picture, at: float, changed: Iterable[Operator]) -> Picture:
    """Put changed operators into the picture, and keep the two indexes true to them."""
    operators: dict[str, Operator] | None = None
    legs: dict[str, str] | None = None
    rings: dict[str, frozenset[str]] | None = None
    for operator in changed:
        before = picture.operators.get(operator.extension)
        if operator is before:
            continue
        operators = operators or copy_of(picture.operators)
        operators[operator.extension] = operator
        was_talk, was_ring = (before.talking, before.ringing) if before else (None, None)
        if operator.talking is not was_talk:
            legs = copy_of(picture.legs) if legs is None else legs
            _index_talk(legs, operator.extension, was_talk, operator.talking)
        if operator.ringing is not was_ring:
            rings = copy_of(picture.rings) if rings is None else rings
            _index_ring(rings, operator.extension, was_ring, operator.ringing)
    return Picture(
        max(picture.at, at),
        picture.live,
        picture.gap_since,
        picture.boot,
        picture.operators if operators is None else frozen(operators),
        picture.queues,
        picture.legs if legs is None else frozen(legs),
        picture.rings if rings is None else frozen(rings),
    )


def _index_talk(
    legs: dict[str, str], extension: str, was: OnCall | None, now: OnCall | None
) -> None:
    for leg in (was.caller.channel, was.operator_channel) if was else ():
        if legs.get(leg) == extension:
            del legs[leg]
    for leg in (now.caller.channel, now.operator_channel) if now else ():
        if leg:
            legs[leg] = extension


def _index_ring(
    rings: dict[str, frozenset[str]], extension: str, was: OnCall | None, now: OnCall | None
) -> None:
    if was is not None:
        left = rings.get(was.caller.channel, frozenset()) - {extension}
        if left:
            rings[was.caller.channel] = left
        else:
            rings.pop(was.caller.channel, None)
    if now is not None:
        channel = now.caller.channel
        rings[channel] = rings.get(channel, frozenset()) | {extension}
