"""What comes broken, forged, or by the thousand: looked after, told as a gap, blinding nobody."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from queue_manager.ami import hearing
from queue_manager.ami.hearing import READERS
from queue_manager.events import LinkLoss, MemberIs, RoomEvent, Snapshot
from tests.support.ami_ear import QUICK, WAIT_S, listening
from tests.support.ami_recorded import event
from tests.support.ami_server import AmiServer


async def test_an_event_without_an_end_ends_the_connection(asterisk: AmiServer) -> None:
    async with listening(asterisk, replace(QUICK, block_bytes=10_000)) as ear:
        await ear.snapshot()
        asterisk.say(b"Event: Hangup\r\n" + b"x" * 20_000)
        assert (await ear.lost()).why is LinkLoss.ENDED
        await ear.snapshot()


async def test_what_is_broken_is_counted_and_looked_after(asterisk: AmiServer) -> None:
    broken = event("talks", "AgentConnect").replace(b"DestUniqueid", b"DestUnique")
    async with listening(asterisk) as ear:
        await ear.snapshot()
        asterisk.tell(broken)
        await ear.snapshot()
        asterisk.tell(b"Event: Newchannel\r\nChannel: x", b"no header at all", b"", b"X: y")
        asterisk.tell(event("rings", "QueueMemberPause"))
        assert isinstance(await ear.next(), MemberIs)
    counted = ear.link.counters
    assert (counted.unknown, counted.connections) == (1, 1)
    assert counted.malformed == 3


async def test_broken_events_in_a_row_are_no_way_to_keep_it_looking(asterisk: AmiServer) -> None:
    async with listening(asterisk, replace(QUICK, doubt_s=3600.0)) as ear:
        await ear.snapshot()
        asterisk.tell(*[b"Event: Hangup\r\nUniqueid: ?"] * 50)
        await ear.snapshot()
        asterisk.tell(*[b"Event: Hangup\r\nUniqueid: ?"] * 50)
        asterisk.tell(event("rings", "QueueMemberPause"))
        assert isinstance(await ear.next(), MemberIs)
    assert len(asterisk.asked("QueueStatus")) == 2
    assert ear.link.counters.malformed == 100


async def test_a_forged_answer_is_no_answer(asterisk: AmiServer) -> None:
    forged = b"Event: QueueMember\r\nActionID: guess\r\nQueue: q_food\r\nLocation: PJSIP/201"
    async with listening(asterisk, replace(QUICK, doubt_s=3600.0)) as ear:
        asterisk.before = {"QueueStatus": forged + b"\r\n\r\n"}
        assert len((await ear.snapshot()).members) == 36
    assert ear.link.counters.malformed == 1


async def test_a_fault_of_ours_in_one_event_blinds_nobody(
    asterisk: AmiServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(*_: object) -> RoomEvent:
        raise ZeroDivisionError

    monkeypatch.setattr(hearing, "READERS", {**READERS, b"Hangup": (faulty, ())})
    async with listening(asterisk, replace(QUICK, doubt_s=3600.0)) as ear:
        await ear.snapshot()
        asterisk.tell(event("talks", "Hangup"), event("rings", "QueueMemberPause"))
        told = {type(await ear.next()), type(await ear.next())}
    assert told == {Snapshot, MemberIs}
    assert "could not be read" in caplog.text


async def test_a_flood_ends_in_a_gap_and_not_in_memory(asterisk: AmiServer) -> None:
    flood = [event("rings", "QueueMemberPause")] * 500
    async with listening(asterisk, size=100) as ear:
        await ear.snapshot()
        asterisk.tell(*flood)
        async with asyncio.timeout(WAIT_S):
            while not ear.link.counters.losses["flooded"]:
                await asyncio.sleep(0)
        assert ear.queue.full()
        assert not ear.link.live
        for _ in range(100):
            assert isinstance(await ear.next(), MemberIs)
        assert (await ear.lost()).why is LinkLoss.FLOODED
        await ear.snapshot()
        assert ear.queue.empty()
    assert ear.link.counters.connections == 2


async def test_a_flood_while_a_snapshot_is_gathered(asterisk: AmiServer) -> None:
    flood = event("rings", "QueueMemberPause") + b"\r\n\r\n"
    asterisk.before = {"QueueStatus": flood * 200}
    async with listening(asterisk, replace(QUICK, held_events=100)) as ear:
        assert (await ear.lost()).why is LinkLoss.FLOODED
        await ear.snapshot()
        assert ear.queue.empty()


async def test_a_queue_with_room_for_nothing_gets_its_events_in_order_later(
    asterisk: AmiServer,
) -> None:
    async with listening(asterisk, size=1) as ear:
        await ear.snapshot()
        asterisk.cut()
        async with asyncio.timeout(WAIT_S):
            while ear.link.counters.connections < 2:
                await asyncio.sleep(0)
                if ear.queue.full():
                    break
        assert (await ear.lost()).why is LinkLoss.ENDED
        await ear.snapshot()


async def test_ten_thousand_events_a_second_are_all_told_to_who_takes_them(
    asterisk: AmiServer,
) -> None:
    count, batch = 20_000, [event("rings", "QueueMemberPause")] * 100

    async def say() -> None:
        for _ in range(count // len(batch)):
            asterisk.tell(*batch)
            await asyncio.sleep(0)

    async with listening(asterisk, size=5_000) as ear:
        await ear.snapshot()
        saying = asyncio.create_task(say())
        for _ in range(count):
            assert isinstance(await ear.next(), MemberIs)
        await saying
        assert ear.link.live
        assert ear.queue.empty()
    assert ear.link.counters.events["QueueMemberPause"] == count
