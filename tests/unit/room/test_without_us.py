"""What Asterisk does by itself when nobody of ours lives, and what the room makes of it after."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from queue_manager.duty.declared import Pause, SignOn, WrapUp
from queue_manager.room.came_back import CameBack
from queue_manager.room.deeds import Confirmed
from queue_manager.room.wrap_up_ends import LATER_S, WrapUpEnds
from tests.support.small_room import SmallRoom, now, small_room
from tests.support.waiting import until

AT = datetime(2026, 11, 22, 6, 0, 0, tzinfo=UTC)


async def test_the_end_of_a_wrap_up_lies_with_asterisk_as_long_as_it_lasts() -> None:
    async with small_room(wrap_up_s=60) as one:
        await one.ask("sign_on")
        await one.talk()
        one.hang_up()
        await one.until_state("wrap_up")
        assert timedelta(seconds=50) < one.ends.at["201"] - now() <= timedelta(seconds=60)
        assert await one.ask("pause", reason="tea") == Confirmed()
        assert one.ends.at == {}, "who is at tea is not brought back"


def paused(one: SmallRoom, reason: str) -> None:
    """Signed on and away, in duty and in Asterisk."""
    one.truth.sit(0.0, "201", "food", 0)
    one.duty.declare("201", SignOn({"food": 0}), by="201")
    away = WrapUp(now() + timedelta(seconds=50)) if reason == "wrap_up" else Pause(reason)
    one.duty.declare("201", away, by="room")


@pytest.mark.parametrize("reason", ["wrap_up", "tea", "missed_calls"])
async def test_who_came_back_while_we_were_dead_is_not_sent_away_again(reason: str) -> None:
    def laid(one: SmallRoom) -> None:
        paused(one, reason)
        one.marks.at["201"] = now()

    async with small_room(before=laid, wrap_up_s=60) as one:
        await until(lambda: not one.marks.at, "heeded")
        await one.until_state("available")
        await until(lambda: one.duty.told[-1][1] == "resume", "the database knows")
        assert one.duty.told[-1] == ("201", "resume", "201", "with Asterisk alone")
        assert not [done for done in one.actions.done if done.startswith("pause")]


async def test_a_pause_that_began_after_it_stays() -> None:
    def laid(one: SmallRoom) -> None:
        one.marks.at["201"] = now() - timedelta(minutes=1)
        paused(one, "tea")

    async with small_room(before=laid) as one:
        await one.until_state("paused")
        await until(lambda: not one.marks.at, "heeded")
        assert one.operator("201").pause_reason == "tea"


async def test_who_comes_back_past_a_server_that_is_dead_while_the_room_lives() -> None:
    async with small_room(wrap_up_s=60) as one:
        await one.ask("sign_on")
        await one.ask("pause", reason="tea")
        one.marks.at["201"] = now()
        one.tell(one.truth.pause(time.monotonic(), "201", ""))
        await until(lambda: not one.marks.at, "heeded at once, not at the next look")
        await one.until_state("available")
        assert one.actions.done.count("pause 201 tea") == 1


def test_a_mark_is_a_file_an_extension_and_all_else_is_none(tmp_path: Path) -> None:
    marks = CameBack(tmp_path)
    (tmp_path / "201").write_text("1790000000")
    os.utime(tmp_path / "201", (AT.timestamp(), AT.timestamp()))
    (tmp_path / ".hidden").touch()
    assert marks.read() == {"201": AT}
    marks.forget("201")
    marks.forget("201")
    assert marks.read() == {}
    assert CameBack(tmp_path / "gone").read() == {}


async def test_a_call_file_for_each_wrap_up_and_none_for_one_that_is_over(tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    folder.mkdir()
    earlier = folder / "wrap-up-203-1790000000.call"
    earlier.touch()
    (tmp_path / ".wrap-up-204-1790000000.call").touch()
    ends = WrapUpEnds(folder)
    running = asyncio.create_task(ends.run())

    def there() -> list[str]:
        return sorted(file.name for file in tmp_path.rglob("*") if file.is_file())

    ends.end_at("201", AT)
    ends.end_at("202", AT)
    ends.end_at("203", None)
    ends.end_at("../x", AT)
    stamp = round(AT.timestamp() + LATER_S)
    await until(
        lambda: there() == [f"wrap-up-201-{stamp}.call", f"wrap-up-202-{stamp}.call"], str(there())
    )
    file = folder / f"wrap-up-201-{stamp}.call"
    assert file.stat().st_mtime == stamp, "Asterisk waits for it"
    assert file.read_text().splitlines()[0] == "Channel: Local/201@wrap-up-over"
    ends.end_at("201", AT + timedelta(seconds=30))
    ends.end_at("202", None)
    await until(lambda: there() == [f"wrap-up-201-{stamp + 30}.call"])
    running.cancel()


async def test_a_disk_that_takes_nothing_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ends = WrapUpEnds(tmp_path / "no" / "outgoing")
    running = asyncio.create_task(ends.run())
    ends.end_at("201", AT)
    await until(lambda: "the wrap-up of 201 would not end without us" in caplog.text)
    assert not running.done()
    running.cancel()
