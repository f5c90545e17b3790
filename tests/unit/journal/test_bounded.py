"""What is remembered between two events does not grow with them."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

import pytest

from queue_manager.events import Device, RoomEvent
from queue_manager.journal import visits
from queue_manager.journal.derive import Ledger
from queue_manager.live.apply import apply
from queue_manager.live.picture import Picture
from tests.support.journals import (
    CLOCK,
    abandoned,
    completed,
    connected,
    empty_room,
    joined,
    left,
    missed,
    rung,
    sat,
    shown,
)

REMEMBERED = 16
OPERATORS = ("201", "202", "203")


def calls(first: int, many: int) -> Iterator[RoomEvent]:
    """Calls that are missed, answered, wrapped up; every fifth caller hangs up."""
    for number in range(first, first + many):
        at, channel = 10.0 * number, f"c{number:06}"
        one, other = OPERATORS[number % 3], OPERATORS[(number + 1) % 3]
        yield joined(at, channel)
        yield rung(at + 1, one, channel)
        yield missed(at + 2, one, channel)
        if number % 5 == 0:
            yield abandoned(at + 3, channel)
            yield left(at + 3, channel)
            continue
        yield rung(at + 3, other, channel)
        yield left(at + 4, channel)
        yield connected(at + 4, other, channel)
        yield completed(at + 5, other, channel)
        yield shown(at + 5, sat(other, reason="wrap_up"))
        yield shown(at + 7, sat(other, device=Device.NOT_IN_USE))


def test_picture_and_ledger_level_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "REMEMBERED", REMEMBERED)
    ledger, picture = Ledger(CLOCK), apply(Picture(), empty_room(0, *map(sat, OPERATORS)))

    def held_after(first: int, many: int) -> int:
        nonlocal picture
        for event in calls(first, many):
            after = apply(picture, event)
            ledger.entries(picture, event, after)
            picture = after
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        early = held_after(1000, 5 * REMEMBERED)
        late = held_after(1000 + 5 * REMEMBERED, 20 * REMEMBERED)
    finally:
        tracemalloc.stop()
    # A visit is about 1 kB: a fifth of the later ones would be seen.
    assert late - early < 4 * REMEMBERED * 1000
