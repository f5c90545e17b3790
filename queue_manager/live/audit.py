"""Comparing the picture with what Asterisk says, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from queue_manager.events import Snapshot
from queue_manager.live.picture import OnCall, Operator, Picture
from queue_manager.live.rebuild import rebuilt


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the picture had wrong."""

    of: str
    """``operator 201`` or ``queue food``."""
    field: str
    ours: str
    theirs: str


_ABSENT: Final = Operator("")


def audit(picture: Picture, snapshot: Snapshot) -> tuple[Difference, ...]:
    """Return where the picture differs from Asterisk; times are not compared.

    Who is no operator of any queue and talks with nobody is as good as absent. The boot counts as
    a field of the room.
    """
    if _same(picture, snapshot):
        return ()
    theirs = rebuilt(picture, snapshot)
    return tuple(
        Difference(of, field, ours, truth)
        for of, field, ours, truth in (
            ("room", "boot", picture.boot, theirs.boot),
            *_operators(picture, theirs),
            *_queues(picture, theirs),
        )
        if ours != truth
    )


def _same(picture: Picture, snapshot: Snapshot) -> bool:
    """Tell at a tenth of the price that nothing differs, as is so nearly always.

    False says nothing: then both are compared field by field.
    """
    operators = picture.operators
    sitting = 0
    for member in snapshot.members:
        operator = operators.get(member.operator)
        seat = operator.seats.get(member.queue) if operator is not None else None
        if operator is None or seat is None or seat.member is None:
            return False
        ours = seat.member
        if (ours.penalty, ours.paused, ours.pause_reason, operator.device) != (
            member.penalty,
            member.paused,
            member.pause_reason,
            member.device,
        ):
            return False
        sitting += 1
    known = sum(len(operator.queues) for operator in operators.values())
    return (
        picture.boot == snapshot.boot
        and known == sitting
        and _calls(picture) == _told_calls(snapshot)
        and _lines(picture) == _told_lines(snapshot)
    )


_Calls = set[tuple[str, str, str, str]]


def _calls(picture: Picture) -> _Calls:
    talking = {
        ("talk", o.extension, o.talking.queue, o.talking.caller.channel)
        for o in picture.operators.values()
        if o.talking is not None
    }
    return talking | {
        ("ring", o.extension, o.ringing.queue, o.ringing.caller.channel)
        for o in picture.operators.values()
        if o.ringing is not None
    }


def _told_calls(snapshot: Snapshot) -> _Calls:
    talks = {("talk", t.operator, t.queue, t.caller.channel) for t in snapshot.talks}
    return talks | {("ring", ring.operator, ring.queue, ring.channel) for ring in snapshot.rings}


def _lines(picture: Picture) -> dict[str, list[str]]:
    return {
        name: [waiting.caller.channel for waiting in queue.waiting]
        for name, queue in picture.queues.items()
        if queue.waiting
    }


def _told_lines(snapshot: Snapshot) -> dict[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for waiting in sorted(snapshot.waiting, key=lambda waiting: waiting.position):
        lines.setdefault(waiting.queue, []).append(waiting.caller.channel)
    return lines


def _operators(ours: Picture, theirs: Picture) -> Iterator[tuple[str, str, str, str]]:
    for extension in sorted({*ours.operators, *theirs.operators}):
        left = ours.operators.get(extension, _ABSENT)
        right = theirs.operators.get(extension, _ABSENT)
        of = f"operator {extension}"
        yield (
            of,
            "queues",
            str(dict(sorted(left.queues.items()))),
            str(dict(sorted(right.queues.items()))),
        )
        yield of, "paused", str(left.paused), str(right.paused)
        yield of, "pause_reason", left.pause_reason, right.pause_reason
        if right.queues:
            yield of, "device", left.device.name, right.device.name
        yield of, "ringing", _with_whom(left.ringing), _with_whom(right.ringing)
        yield of, "talking", _with_whom(left.talking), _with_whom(right.talking)


def _with_whom(call: OnCall | None) -> str:
    return f"{call.queue} {call.caller.channel}" if call else ""


def _queues(ours: Picture, theirs: Picture) -> Iterator[tuple[str, str, str, str]]:
    for name in sorted({*ours.queues, *theirs.queues}):
        yield f"queue {name}", "waiting", _line(ours, name), _line(theirs, name)


def _line(picture: Picture, name: str) -> str:
    waiting = picture.queues[name].waiting if name in picture.queues else ()
    return " ".join(w.caller.channel for w in waiting)
