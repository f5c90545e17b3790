"""Telling browsers: encoded once, bounded for each, nobody waits for anybody."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console import viewers as telling
from console.board import Board, View
from console.viewers import MOST_FRAMES, Full, Viewer, Viewers
from tests.support.room_server import operator
from tests.unit.console.test_board import change, whole

Told = list[tuple[str, dict[str, Any]]]


def read(frame: bytes) -> Told:
    found = []
    for event in frame.decode().strip().split("\n\n"):
        kind, data = event.split("\n", 1)
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.fixture
async def room(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Viewers]:
    monkeypatch.setattr(telling, "GATHER_S", 0.0)
    made = Viewers(Board(), lambda: 100.0)
    task = asyncio.create_task(made.tell())
    first = made.join(View.WALL)
    await first.next()
    made.heard(whole(operator("201")))
    await first.next()  # What was heard is told: nothing of it comes to who joins later.
    made.leave(first)
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def take(viewer: Viewer) -> Told:
    return read(await asyncio.wait_for(viewer.next(), 5))


async def test_who_joins_gets_everything_first_and_then_what_changes(room: Viewers) -> None:
    room.extra("figures", {"offered": 3})
    viewer = room.join(View.WALL)
    (kind, board), (other, figures) = await take(viewer)
    assert (kind, [one["extension"] for one in board["operators"]]) == ("board", ["201"])
    assert (other, figures) == ("figures", {"offered": 3})
    room.heard(change(operator("201", "talking")))
    ((kind, told),) = await take(viewer)
    assert (kind, told["operators"][0]["state"]) == ("change", "talking")


async def test_a_change_and_its_end_within_a_moment_are_told_together(room: Viewers) -> None:
    viewer = room.join(View.WALL)
    await take(viewer)
    room.heard(change(operator("201", "ringing")))
    room.heard(change(operator("201", "talking")))
    ((_, told),) = await take(viewer)
    assert [one["state"] for one in told["operators"]] == ["talking"]


async def test_a_change_after_a_quiet_while_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "GATHER_S", 3600.0)
    now = 100.0
    viewers = Viewers(Board(), lambda: now)
    viewer = viewers.join(View.WALL)
    await viewer.next()
    task = asyncio.create_task(viewers.tell())
    for state in ("available", "ringing"):
        viewers.heard(change(operator("201", state)))
        ((_, told),) = await take(viewer)
        assert told["operators"][0]["state"] == state
        now += 3600.0
    now -= 3599.0
    viewers.heard(change(operator("201", "talking")))
    for _ in range(5):
        await asyncio.sleep(0)
    assert viewer._frames.empty()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_a_slow_browser_gets_the_whole_in_place_of_a_backlog(room: Viewers) -> None:
    slow, quick = room.join(View.WALL), room.join(View.WALL)
    await take(slow)
    await take(quick)
    for number in range(MOST_FRAMES * 3):
        room.extra("figures", {"offered": number})
        ((_, told),) = await take(quick)
        assert told == {"offered": number}
    assert slow._frames.qsize() <= MOST_FRAMES
    fresh = await take(slow)
    assert [kind for kind, _ in fresh] == ["board", "figures"]
    assert fresh[1][1] == {"offered": MOST_FRAMES * 3 - 1}
    assert room.fresh_wholes == 1


async def test_the_whole_is_never_older_than_what_was_told(room: Viewers) -> None:
    first = room.join(View.WALL)
    await take(first)
    room.heard(change(operator("201", "talking")))
    await take(first)
    ((_, board), *_) = await take(room.join(View.WALL))
    assert board["operators"][0]["state"] == "talking"


async def test_a_lost_room_is_told_at_once(room: Viewers) -> None:
    viewer = room.join(View.DESK)
    await take(viewer)
    room.lost()
    ((kind, told),) = await take(viewer)
    assert (kind, told["live"], told["why"]) == ("beat", False, "room")


async def test_no_more_browsers_than_can_be_served(
    room: Viewers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_VIEWERS", 2)
    first = room.join(View.WALL)
    room.join(View.WALL)
    with pytest.raises(Full):
        room.join(View.WALL)
    room.leave(first)
    assert room.join(View.WALL)
    assert len(room) == 2
