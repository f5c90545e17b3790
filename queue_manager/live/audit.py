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
