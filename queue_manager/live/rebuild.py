"""The room anew from a snapshot: what is not in it is not so; what was known longer is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_manager.events import Caller, Member, OperatorRung, Snapshot, Talk, Waiting
from queue_manager.live.operator import member_told, settled
from queue_manager.live.picture import OnCall, Operator, Picture, Queue, WaitingCaller
from queue_manager.live.tables import frozen
from queue_manager.live.waiting import merged

SAME_STAY_S: Final = 2.0
"""A snapshot tells waits in whole seconds: a time of joining this near is the one we know."""
_BEFORE_ALL: Final = float("-inf")
"""What is told after a snapshot may be older than it, and still counts."""


def rebuilt(before: Picture, snapshot: Snapshot) -> Picture:
    """Return the room as a snapshot shows it.

    Where something is as it was before, the moment since when it is so is kept, and so is what a
    snapshot does not know of a caller.
    """
    callers = _known_callers(before)
    queues = _queues(before, snapshot, callers)
    callers = {
        **callers,
        **{w.caller.channel: w.caller for queue in queues.values() for w in queue.waiting},
    }
    members: dict[str, list[Member]] = {}
    for member in snapshot.members:
        members.setdefault(member.operator, []).append(member)
    talks = _one_operator_each(snapshot)
    rung = {ring.operator: ring for ring in snapshot.rings}
    operators = {
        extension: _operator(
            before.operators.get(extension),
            extension,
            members.get(extension, []),
            _talk(before.operators.get(extension), talks.get(extension), callers),
            _ring(before.operators.get(extension), rung.get(extension), callers),
            at=snapshot.at,
        )
        for extension in dict.fromkeys((*members, *talks, *rung))
    }
    legs: dict[str, str] = {}
    rings: dict[str, frozenset[str]] = {}
    for extension, operator in operators.items():
        if operator.talking is not None:
            legs[operator.talking.caller.channel] = extension
            if operator.talking.operator_channel:
                legs[operator.talking.operator_channel] = extension
        if operator.ringing is not None:
            channel = operator.ringing.caller.channel
            rings[channel] = rings.get(channel, frozenset()) | {extension}
    return Picture(
        at=max(before.at, snapshot.at),
        live=True,
        gap_since=None,
        boot=snapshot.boot,
        operators=frozen(operators),
        queues=frozen(queues),
        legs=frozen(legs),
        rings=frozen(rings),
    )


def _known_callers(before: Picture) -> Mapping[str, Caller]:
    waiting = (w.caller for queue in before.queues.values() for w in queue.waiting)
    calls = (c for o in before.operators.values() for c in (o.ringing, o.talking) if c)
    return {c.channel: c for c in (*waiting, *(call.caller for call in calls))}


def _queues(before: Picture, snapshot: Snapshot, callers: Mapping[str, Caller]) -> dict[str, Queue]:
    known_stays = {
        (name, w.caller.channel): w.joined_at
        for name, queue in before.queues.items()
        for w in queue.waiting
    }
    lines: dict[str, list[Waiting]] = {
        name: [] for name in (*before.queues, *(member.queue for member in snapshot.members))
    }
    for stay in snapshot.waiting:
        lines.setdefault(stay.queue, []).append(stay)
    queues = {}
    for name, stays in lines.items():
        line = tuple(
            WaitingCaller(_caller(callers, stay.caller), _joined_at(known_stays, stay, snapshot.at))
            for stay in sorted(stays, key=lambda stay: stay.position)
        )
        queues[name] = Queue(name, line, settled=line)
    return queues


def _joined_at(known_stays: Mapping[tuple[str, str], float], stay: Waiting, at: float) -> float:
    """Say since when a caller waits.

    Nobody joined before being seen to join, or after ``at``: there Asterisk's clock was moved.
    """
    known, told = known_stays.get((stay.queue, stay.caller.channel)), stay.joined_at
    if known is not None and (told <= known + SAME_STAY_S or told > at + SAME_STAY_S):
        return known
    return min(told, at)


def _one_operator_each(snapshot: Snapshot) -> Mapping[str, Talk]:
    """Give each operator the talk that began last, and each caller one operator."""
    by_caller: dict[str, Talk] = {}
    for talk in sorted(snapshot.talks, key=lambda talk: talk.since):
        by_caller[talk.caller.channel] = talk
    return {talk.operator: talk for talk in sorted(by_caller.values(), key=lambda t: t.since)}


def _talk(
    known: Operator | None, talk: Talk | None, callers: Mapping[str, Caller]
) -> OnCall | None:
    if talk is None:
        return None
    caller = _caller(callers, talk.caller)
    was = known.talking if known is not None else None
    this = (talk.queue, talk.caller.channel, talk.operator_channel)
    if was is not None and (was.queue, was.caller.channel, was.operator_channel) == this:
        return OnCall(was.queue, caller, was.operator_channel, was.since, was.held)
    return OnCall(talk.queue, caller, talk.operator_channel, talk.since)


def _ring(
    known: Operator | None, ring: OperatorRung | None, callers: Mapping[str, Caller]
) -> OnCall | None:
    if ring is None:
        return None
    was = known.ringing if known is not None else None
    if was is not None and (was.queue, was.caller.channel) == (ring.queue, ring.channel):
        return was
    return OnCall(ring.queue, _caller(callers, Caller(ring.channel)), since=ring.at)


def _caller(callers: Mapping[str, Caller], told: Caller) -> Caller:
    known = callers.get(told.channel)
    return told if known is None else merged(known, told)


def _operator(
    known: Operator | None,
    extension: str,
    members: list[Member],
    talking: OnCall | None,
    ringing: OnCall | None,
    *,
    at: float,
) -> Operator:
    was = known or Operator(extension, since=at)
    bare = Operator(
        extension,
        was.state,
        was.since,
        talking=talking,
        missed=was.missed if was.queues else 0,
        last_talk=was.last_talk,
        device_told_at=_BEFORE_ALL,
    )
    told = bare
    for member in members:
        told = member_told(told, member.queue, member, _BEFORE_ALL)
    return settled(
        Operator(
            extension,
            was.state,
            was.since,
            told.queues,
            told.device,
            told.paused,
            told.pause_reason,
            None if talking is not None else ringing,
            talking,
            told.missed if was.queues else 0,
            None,
            was.last_talk,
            told.seats,
            _BEFORE_ALL,
        ),
        at,
    )
