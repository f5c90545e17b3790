"""The room's picture: audited, repaired when it has to be, honest about its gaps and its age."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from queue_manager.events import CallerJoined, Completed, LinkLoss, LinkLost, Snapshot
from queue_manager.live.picture import WINDOW_S
from queue_manager.room import room as module
from queue_manager.room.room import Room
from tests.support.app_queue import AppQueue
from tests.support.small_room import ModelLink, Noted, SmallRoom, small_room
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUND_S", 0.01)
    monkeypatch.setattr(module, "AUDIT_EVERY_S", 0.05)
    monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.05)


def silently_paused(one: SmallRoom) -> None:
    """Something changes and no event tells of it."""
    one.truth.pause(time.monotonic(), "241", "tea")


def seated(one: SmallRoom) -> None:
    one.truth.sit(0.0, "241", "food", 0)


async def test_what_no_event_told_is_found_and_put_right() -> None:
    async with small_room({}, before=seated) as one:
        await until(lambda: one.room.tally.audits > 1, "it is audited")
        assert one.room.tally.repairs == 0
        silently_paused(one)
        await one.until_state("paused", "241")
        assert (one.room.tally.repairs, one.room.tally.differences) == (1, 2)
        assert isinstance(one.journal.noted[-1], Snapshot), "the journal knows of the change"
        await until(lambda: one.room.tally.audits > 6, "it is audited further")
        assert one.room.tally.repairs == 1


async def test_what_is_only_on_its_way_is_no_difference() -> None:
    async with small_room({}, before=seated) as one:
        looks = one.link.looks
        silently_paused(one)
        await until(lambda: one.link.looks > looks, "a look before the event")
        one.tell(one.truth.told(time.monotonic(), "241"))
        await until(lambda: one.room.tally.audits > looks + 3, "it is audited further")
        assert one.room.tally.repairs == 0
        assert one.operator("241").state == "paused"


async def test_a_gap_begins_where_the_last_event_was_told() -> None:
    async with small_room({}, before=seated) as one:
        at = time.monotonic()
        one.tell(one.truth.pause(at, "241", "tea"))
        await one.until_state("paused", "241")
        last = one.room.picture.at
        one.link._tell(LinkLost(last + 0.1, last + 0.09, LinkLoss.FLOODED))
        await until(lambda: not one.room.picture.live, "it is grey")
        assert one.room.picture.gap_since == pytest.approx(last - WINDOW_S)


async def test_a_gap_after_a_quiet_time_is_no_longer_than_the_silence() -> None:
    async with small_room({}, before=seated) as one:
        heard = one.room.picture.at + 60.0
        one.link._tell(LinkLost(heard + 3, heard, LinkLoss.SILENT))
        await until(lambda: not one.room.picture.live, "it is grey")
        assert one.room.picture.gap_since == pytest.approx(heard - 0.25 - WINDOW_S)


async def test_more_than_can_be_kept_is_refused_and_the_age_says_how_far_behind_it_is() -> None:
    now = 100.0
    link = ModelLink(AppQueue(["food"]))
    room = Room(link, Noted(), ["food"], lambda: now)
    events = room._events
    caller = link.truth.new_caller()
    for _ in range(module.MOST_WAITING):
        events.put_nowait(CallerJoined(90.0, "food", caller, 1))
    with pytest.raises(asyncio.QueueFull):
        events.put_nowait(CallerJoined(90.0, "food", caller, 1))
    link.last_byte_at = now
    assert room.behind == module.MOST_WAITING
    assert room.age_s == pytest.approx(now - room.picture.at)


async def test_queues_of_the_district_are_there_before_anybody_is() -> None:
    room = Room(ModelLink(AppQueue([])), Noted(), ["food", "psych"], time.monotonic)
    assert list(room.picture.queues) == ["food", "psych"]
    assert not room.picture.live
    assert room.picture.gap_since is None


@pytest.mark.parametrize("leg_gone_first", [False, True])
async def test_the_end_of_a_talk_whose_channels_are_forgotten_has_its_caller(
    leg_gone_first: bool,
) -> None:
    async with small_room({}, before=seated) as one:
        await one.talk("241")
        over = one.truth.complete(time.monotonic(), "241", "operator")
        completed = over[0]
        assert isinstance(completed, Completed)
        nameless = replace(completed, channel="")
        one.tell([over[1], nameless, *over[2:]] if leg_gone_first else [nameless, *over[1:]])
        await one.until(lambda picture: picture.operators["241"].talking is None)
        await until(
            lambda: completed.channel in [getattr(e, "channel", "") for e in one.journal.noted],
            "it is noted",
        )
        (noted,) = [event for event in one.journal.noted if isinstance(event, Completed)]
        assert noted.channel == completed.channel
