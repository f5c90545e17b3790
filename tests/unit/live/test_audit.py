"""The audit finds each field that differs, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from queue_manager.events import Caller, Device, OperatorRung, Snapshot, Waiting
from queue_manager.live.apply import apply
from queue_manager.live.audit import Difference, audit
from queue_manager.live.picture import Picture
from tests.support.app_queue import AppQueue

AT = 100.0


def truth() -> Snapshot:
    """201 talks, 202 rings, one waits and one is elsewhere."""
    asterisk = AppQueue(["food", "medical"])
    for extension in ("201", "202", "203"):
        asterisk.sit(AT, extension, "food", 0)
    for number, extension in enumerate(("201", "202")):
        caller = asterisk.new_caller()
        asterisk.join(AT + number, "food", caller, 99)
        asterisk.ring(AT + number, "food", extension, caller.channel)
        if number == 0:
            asterisk.connect(AT, extension)
    asterisk.join(AT + 5, "food", asterisk.new_caller(), 99)
    return asterisk.snapshot(AT + 9)


def of(snapshot: Snapshot, field: str, value: object) -> Snapshot:
    """Change a field of the member 203."""
    members = [
        replace(m, **{field: value}) if m.operator == "203" else m  # type: ignore[arg-type]
        for m in snapshot.members
    ]
    return replace(snapshot, members=tuple(members))


Change = Callable[[Snapshot], Snapshot]
CHANGES: dict[str, tuple[Change, list[Difference]]] = {
    "nothing": (lambda s: s, []),
    "penalty": (
        lambda s: of(s, "penalty", 4),
        [Difference("operator 203", "queues", "{'food': 0}", "{'food': 4}")],
    ),
    "pause": (
        lambda s: of(of(s, "paused", True), "pause_reason", "tea"),
        [
            Difference("operator 203", "pause_reason", "", "tea"),
            Difference("operator 203", "paused", "False", "True"),
        ],
    ),
    "device": (
        lambda s: of(s, "device", Device.UNAVAILABLE),
        [Difference("operator 203", "device", "NOT_IN_USE", "UNAVAILABLE")],
    ),
    "another queue": (
        lambda s: of(s, "queue", "medical"),
        [Difference("operator 203", "queues", "{'food': 0}", "{'medical': 0}")],
    ),
    "gone": (
        lambda s: replace(s, members=s.members[:2]),
        [Difference("operator 203", "queues", "{'food': 0}", "{}")],
    ),
    "no talk": (
        lambda s: replace(s, talks=()),
        [Difference("operator 201", "talking", "food c1", "")],
    ),
    "another rings": (
        lambda s: replace(s, rings=(OperatorRung(AT, "food", "203", "c3"),)),
        [
            Difference("operator 202", "ringing", "food c3", ""),
            Difference("operator 203", "ringing", "", "food c3"),
        ],
    ),
    "one waits more": (
        lambda s: replace(s, waiting=(*s.waiting, Waiting("medical", Caller("x"), 1, AT))),
        [Difference("queue medical", "waiting", "", "x")],
    ),
    "another order": (
        lambda s: replace(s, waiting=tuple(replace(w, position=3 - w.position) for w in s.waiting)),
        [Difference("queue food", "waiting", "c3 c4", "c4 c3")],
    ),
    "another start": (
        lambda s: replace(s, boot="later"),
        [Difference("room", "boot", "boot-1", "later")],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_field_is_compared(what: str) -> None:
    picture = apply(Picture(), truth())
    change, expected = CHANGES[what]
    found = audit(picture, change(truth()))
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_picture_put_right_has_no_difference() -> None:
    picture = apply(Picture(), truth())
    for change, _ in CHANGES.values():
        repaired = apply(picture, change(truth()))
        assert audit(repaired, change(truth())) == ()


@pytest.mark.parametrize("moved", [3600.0, -3600.0])
def test_a_clock_of_asterisks_that_was_moved_changes_no_wait(moved: float) -> None:
    snapshot = truth()
    picture = apply(Picture(), snapshot)
    stays = tuple(replace(w, joined_at=w.joined_at - moved) for w in snapshot.waiting)
    again = apply(picture, replace(snapshot, at=AT + 12, waiting=stays))
    assert again.queues["food"].waiting == picture.queues["food"].waiting
    fresh = apply(Picture(), replace(snapshot, at=AT + 12, waiting=stays))
    assert all(w.joined_at <= AT + 12 for w in fresh.queues["food"].waiting)
