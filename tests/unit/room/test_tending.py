"""What the room does by itself: wrap-ups, missed calls, and what a restart lost."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from queue_manager.duty.declared import Pause, SignOn, WrapUp
from queue_manager.live.picture import OperatorState
from queue_manager.room import standing
from queue_manager.room.deeds import Confirmed, NotDone
from tests.support.small_room import SmallRoom, now, small_room
from tests.support.waiting import until


async def test_a_deed_and_the_rooms_own_look_do_it_once() -> None:
    async with small_room() as one:
        both = list(await asyncio.gather(one.ask("sign_on"), one.ask("sign_on", "202")))
        assert both == [Confirmed(), Confirmed()]
        assert await one.ask("pause", reason="tea") == Confirmed()
        assert await one.ask("sign_off", "202") == Confirmed()
        assert sorted(one.actions.done) == [
            "add 201 food 0",
            "add 201 medical 1",
            "add 202 food 0",
            "pause 201 tea",
            "remove 202 food",
        ]
        assert (one.actions.refused, one.room.tally.reapplied) == ([], 0)


async def test_after_a_talk_comes_the_wrap_up_and_ends_by_itself() -> None:
    async with small_room() as one:
        assert await one.ask("sign_on") == Confirmed()
        await one.talk()
        one.hang_up()
        await one.until_state("wrap_up")
        began = one.operator("201").since
        await one.until_state("available")
        assert 0.1 < one.operator("201").since - began < 1.0
        await until(lambda: one.standing.owed == 0, "the database knows")
        assert [kind for _, kind, by, _ in one.duty.told if by == "room"] == ["wrap_up", "ready"]


async def test_an_operator_ends_the_wrap_up() -> None:
    async with small_room(wrap_up_s=60) as one:
        await one.ask("sign_on")
        await one.talk()
        one.hang_up()
        await one.until_state("wrap_up")
        assert await one.ask("ready") == Confirmed()
        assert one.operator("201").state is OperatorState.AVAILABLE


async def test_a_call_that_rang_before_the_wrap_up_is_answered_and_has_its_own() -> None:
    async with small_room(wrap_up_s=60) as one:
        await one.ask("sign_on")
        await one.talk()
        one.hang_up()
        await one.until_state("wrap_up")
        await one.talk()
        await one.until(lambda p: not p.operators["201"].paused)
        one.hang_up()
        await one.until_state("wrap_up")


async def test_a_wrap_up_goes_on_after_a_restart_of_ours_and_ends_in_time() -> None:
    def laid(one: SmallRoom) -> None:
        one.truth.sit(0.0, "201", "food", 0)
        one.truth.pause(0.0, "201", "wrap_up")
        one.duty.declare("201", SignOn({"food": 0}), by="201")
        one.duty.declare("201", WrapUp(now() + timedelta(seconds=0.3)), by="room")

    async with small_room(before=laid, wrap_up_s=60) as one:
        assert one.operator("201").state is OperatorState.WRAP_UP
        await one.until_state("available")


async def test_a_clock_that_was_moved_makes_no_wrap_up_longer() -> None:
    def laid(one: SmallRoom) -> None:
        one.duty.declare("201", SignOn({"food": 0}), by="201")
        one.duty.declare("201", WrapUp(now() + timedelta(hours=1)), by="room")

    async with small_room(before=laid, wrap_up_s=0.3) as one:
        await one.until_state("wrap_up")
        await one.until_state("available")


async def test_operators_at_lunch_stay_at_lunch_when_asterisk_restarts() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        await one.ask("sign_on", "202")
        await one.ask("pause", reason="meal")
        one.link.lose()
        one.truth.operators.clear()  # A restart knows of nobody.
        one.truth.boot = "boot-2"
        one.link.find()
        await one.until_state("paused")
        await one.until_state("available", "202")
        assert one.operator("201").pause_reason == "meal"
        assert one.operator("201").queues == {"food": 0, "medical": 1}
        await until(lambda: one.room.tally.reapplied == 2, "both are put back")
        added = [words for words in one.actions.done if words.startswith("add 201")]
        assert added[-2:] == ["add 201 food 0 meal", "add 201 medical 1 meal"]


async def test_what_somebody_did_behind_our_back_is_put_right() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        at = time.monotonic()
        one.tell(one.truth.rise(at, "201", "medical"))
        one.tell(one.truth.sit(at, "201", "food", 5))
        one.tell(one.truth.pause(at, "201", "strange"))
        await one.until(lambda p: p.operators["201"].queues == {"food": 5})
        one.link.lose()
        one.link.find()
        await one.until(lambda p: p.operators["201"].queues == {"food": 0, "medical": 1})
        await one.until_state("available")


async def test_seats_of_the_configuration_are_let_alone() -> None:
    def laid(one: SmallRoom) -> None:
        one.truth.sit(0.0, "241", "medical", 3)
        one.truth.pause(0.0, "241", "tea")

    async with small_room(before=laid) as one:
        one.link.lose()
        one.link.find()
        await one.ask("sign_on")
        assert one.operator("241").pause_reason == "tea"
        assert not [words for words in one.actions.done if "241" in words]


async def test_seats_of_the_configuration_have_their_wrap_up_too() -> None:
    def laid(one: SmallRoom) -> None:
        one.truth.sit(0.0, "241", "food", 0)

    async with small_room({}, before=laid) as one:
        await one.talk("241")
        one.hang_up("241")
        await one.until_state("wrap_up", "241")
        await one.until_state("available", "241")
        assert one.duty.told == []


async def test_a_seat_ends_its_wrap_up_without_a_pin() -> None:
    async with small_room({}, before=seat_241, wrap_up_s=60) as one:
        await one.talk("241")
        one.hang_up("241")
        await one.until_state("wrap_up", "241")
        assert await one.ask("ready", "241") == Confirmed()
        assert one.operator("241").state is OperatorState.AVAILABLE


async def test_a_seat_paused_for_missed_calls_comes_back_without_a_pin() -> None:
    async with small_room({}, before=seat_241, missed_calls=1) as one:
        caller = one.truth.new_caller()
        one.tell(one.truth.join(time.monotonic(), "food", caller, 99))
        one.tell(one.truth.ring(time.monotonic(), "food", "241", caller.channel))
        one.tell(one.truth.miss(time.monotonic(), "241"))
        await one.until_state("paused", "241")
        assert one.operator("241").pause_reason == "missed_calls"
        assert await one.ask("ready", "241") == Confirmed()
        assert one.operator("241").state is OperatorState.AVAILABLE


async def test_the_end_of_a_wrap_up_ends_no_pause() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        await one.ask("pause", reason="meal")
        assert await one.ask("ready") == NotDone("201 is paused (meal), which is no wrap-up")
        assert one.operator("201").pause_reason == "meal"


def seat_241(one: SmallRoom) -> None:
    one.truth.sit(0.0, "241", "food", 0)


async def test_a_seat_left_in_wrap_up_by_a_process_before_us_comes_out_of_it() -> None:
    def laid(one: SmallRoom) -> None:
        one.truth.sit(0.0, "241", "food", 0)
        one.truth.pause(0.0, "241", "wrap_up")

    async with small_room({}, before=laid) as one:
        await one.until_state("available", "241")


async def test_who_misses_too_many_calls_is_paused() -> None:
    async with small_room(missed_calls=2) as one:
        await one.ask("sign_on")
        for _ in range(2):
            caller = one.truth.new_caller()
            one.tell(one.truth.join(time.monotonic(), "food", caller, 99))
            one.tell(one.truth.ring(time.monotonic(), "food", "201", caller.channel))
            one.tell(one.truth.miss(time.monotonic(), "201"))
        await one.until_state("paused")
        assert one.operator("201").pause_reason == "missed_calls"
        assert one.operator("201").missed == 2
        assert await one.ask("resume") == Confirmed()
        assert one.operator("201").state is OperatorState.AVAILABLE


async def test_an_answered_call_forgives_what_was_missed() -> None:
    async with small_room(missed_calls=2, wrap_up_s=0) as one:
        await one.ask("sign_on")
        for _ in range(3):
            caller = one.truth.new_caller()
            one.tell(one.truth.join(time.monotonic(), "food", caller, 99))
            one.tell(one.truth.ring(time.monotonic(), "food", "201", caller.channel))
            one.tell(one.truth.miss(time.monotonic(), "201"))
            one.tell(one.truth.abandon(time.monotonic(), "food", caller.channel))
            await one.talk()
            one.hang_up()
            await one.until_state("available")
        assert "missed_calls" not in " ".join(one.actions.done)


async def test_without_the_database_everything_goes_on_and_is_told_it_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "RETRY_S", 0.05)
    async with small_room() as one:
        await one.ask("sign_on")
        one.duty.away = "the disk is gone"
        await one.talk()
        one.hang_up()
        await one.until_state("wrap_up")
        await one.until_state("available")
        assert await one.ask("pause", reason="tea") == Confirmed()
        assert await one.ask("sign_on", "202") == Confirmed()
        assert one.health.report().duty_owed == 4
        one.duty.away = ""
        await until(lambda: one.standing.owed == 0, "the database knows")
        kinds = [(extension, kind) for extension, kind, _, _ in one.duty.told]
        assert kinds[-4:] == [
            ("201", "wrap_up"),
            ("201", "ready"),
            ("201", "pause"),
            ("202", "sign_on"),
        ]
        assert one.duty.known["201"].pause_reason == "tea"
        assert one.operator("201").state is OperatorState.PAUSED


async def test_what_another_process_declared_is_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "READ_EVERY_S", 0.05)
    async with small_room() as one:
        await one.ask("sign_on")
        one.duty.declare("201", Pause("tea"), by="console")
        await one.until(lambda p: p.operators["201"].pause_reason == "tea")
