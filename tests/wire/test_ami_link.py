"""The link against a manager that the test plays: what it tells, in which order, after what."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace

import pytest

from queue_manager.events import LinkLoss
from tests.support.ami_ear import QUICK, WAIT_S, events, listening, without_time
from tests.support.ami_recorded import event
from tests.support.ami_recorded import heard as told_of
from tests.support.ami_server import BOOTED, AmiServer


async def test_a_snapshot_first_then_every_event_in_order(asterisk: AmiServer) -> None:
    began = time.monotonic()
    async with listening(asterisk) as ear:
        snapshot = await ear.snapshot()
        asterisk.tell(*events("talks"))
        told = [await ear.next() for _ in events("talks")]
    assert (len(snapshot.members), len(snapshot.talks)) == (36, 1)
    assert snapshot.boot == "2026-11-21T23:34:54"
    assert [without_time(one) for one in told] == told_of(events("talks"))
    times = [began, snapshot.at, *(one.at for one in told), time.monotonic()]
    assert times == sorted(times)
    counted = ear.link.counters
    assert (counted.connections, counted.malformed, counted.unknown) == (1, 0, 0)
    assert counted.events["AgentConnect"] == 3


async def test_what_comes_between_two_answers_comes_after_the_snapshot(asterisk: AmiServer) -> None:
    first, second = event("rings", "QueueMemberPause"), event("rings", "QueueMemberPenalty")
    asterisk.before = {
        "CoreShowChannels": first + b"\r\n\r\n",
        "QueueStatus": second + b"\r\n\r\n",
    }
    async with listening(asterisk) as ear:
        snapshot = await ear.snapshot()
        told = [await ear.next(), await ear.next()]
    assert [without_time(one) for one in told] == told_of([first, second])
    assert snapshot.at <= told[0].at


async def test_a_further_look_comes_in_its_place(asterisk: AmiServer) -> None:
    async with listening(asterisk) as ear:
        await ear.snapshot()
        asterisk.recording = "rings"
        asterisk.mute = {"QueueStatus"}
        ear.link.look_again()
        ear.link.look_again()
        asked = await asterisk.until_asked("QueueStatus", 2)
        asterisk.tell(*events("rings")[:5])
        asterisk.say(asterisk.answer(asked))
        snapshot = await ear.snapshot()
        told = [await ear.next() for _ in range(5)]
        assert ear.queue.empty()
    assert len(snapshot.waiting) == 3
    assert [without_time(one) for one in told] == told_of(events("rings")[:5])
    assert len(asterisk.asked("QueueStatus")) == 2


async def test_asterisk_that_goes_and_comes_back(asterisk: AmiServer) -> None:
    async with listening(asterisk) as ear:
        await ear.snapshot()
        asterisk.tell(event("rings", "QueueMemberPause"))
        await ear.next()
        heard_at = ear.link.last_byte_at
        await asterisk.close()
        lost = await ear.lost()
        assert (lost.why, lost.last_heard) == (LinkLoss.ENDED, heard_at)
        async with asyncio.timeout(WAIT_S):
            while not ear.link.counters.losses["unreachable"]:
                await asyncio.sleep(0)
        await asterisk.open()
        await ear.snapshot()
        assert ear.queue.empty()
        assert ear.link.live
    assert ear.link.trouble == ""


async def test_nobody_there_at_first(asterisk: AmiServer) -> None:
    await asterisk.close()
    began = time.monotonic()
    async with listening(asterisk) as ear:
        lost = await ear.lost()
        assert lost.why is LinkLoss.UNREACHABLE
        assert began <= lost.last_heard <= lost.at
        assert "nothing answers" in ear.link.trouble
        await asterisk.open()
        await ear.snapshot()


async def test_a_wrong_password_is_said_and_tried_again(
    asterisk: AmiServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with listening(asterisk, password="guess") as ear:
            assert (await ear.lost()).why is LinkLoss.REFUSED
            await asterisk.until_asked("Login", 3)
            asterisk.password = "guess"
            await ear.snapshot()
            assert ear.queue.empty()
    said = [record.getMessage() for record in caplog.records]
    assert len([line for line in said if "does not let 'listener' in" in line]) == 1
    assert "Authentication failed" in "".join(said)
    assert "guess" not in "".join(said)


async def test_a_user_who_may_not_ask_is_told_so(asterisk: AmiServer) -> None:
    asterisk.refused = {"QueueStatus": "Permission denied"}
    async with listening(asterisk) as ear:
        assert (await ear.lost()).why is LinkLoss.REFUSED
        assert ear.link.trouble == "Asterisk refuses QueueStatus: Permission denied"


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 400\r\n\r\n", b"x"])
async def test_something_else_listens_there(asterisk: AmiServer, greeting: bytes) -> None:
    asterisk.greeting = greeting
    async with listening(asterisk) as ear:
        assert (await ear.lost()).why is LinkLoss.UNREACHABLE
        assert ear.link.trouble == "what listens there is no manager of Asterisk's"
    assert asterisk.received == []


async def test_a_greeting_without_an_end(asterisk: AmiServer) -> None:
    asterisk.greeting = b"Asterisk Call Manager/" + b"1" * 300
    async with listening(asterisk) as ear:
        assert (await ear.lost()).why is LinkLoss.UNREACHABLE


@pytest.mark.parametrize("silent", ["greeting", "Login", "CoreStatus", "QueueStatus"])
async def test_silence_at_any_step_before_the_snapshot(asterisk: AmiServer, silent: str) -> None:
    if silent == "greeting":
        asterisk.greeting = b""
    asterisk.mute = {silent}
    async with listening(asterisk, replace(QUICK, login_s=0.1, snapshot_s=0.1)) as ear:
        assert (await ear.lost()).why is LinkLoss.SILENT
        asterisk.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        asterisk.mute = set()


async def test_it_waits_until_asterisk_is_fully_booted(asterisk: AmiServer) -> None:
    asterisk.boots = False
    async with listening(asterisk) as ear:
        await asterisk.until_asked("Login")
        asterisk.tell(event("rings", "QueueMemberPause"))
        assert asterisk.asked("QueueStatus") == []
        asterisk.say(BOOTED)
        await ear.snapshot()
        assert ear.queue.empty()


async def test_an_asterisk_that_never_boots(asterisk: AmiServer) -> None:
    asterisk.boots = False
    async with listening(asterisk, replace(QUICK, boot_s=0.05)) as ear:
        assert (await ear.lost()).why is LinkLoss.SILENT
        assert "booted" in ear.link.trouble


async def test_a_peer_that_says_nothing_is_noticed(asterisk: AmiServer) -> None:
    limits = replace(QUICK, quiet_s=0.05, silent_s=0.1)
    async with listening(asterisk, limits) as ear:
        await ear.snapshot()
        await asterisk.until_asked("Ping", 2)
        heard = ear.link.last_byte_at
        asterisk.mute = {"*"}
        lost = await ear.lost()
        assert lost.why is LinkLoss.SILENT
        assert lost.last_heard >= heard
        assert lost.at - lost.last_heard >= 0.1
        asterisk.mute = set()
        await ear.snapshot()


async def test_events_are_as_good_as_answers_to_the_watchdog(asterisk: AmiServer) -> None:
    limits = replace(QUICK, quiet_s=0.2, silent_s=0.2)
    async with listening(asterisk, limits) as ear:
        await ear.snapshot()
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            asterisk.tell(event("rings", "QueueMemberPause"))
            await ear.next()
        assert ear.link.live
        assert asterisk.asked("Ping") == []


async def test_the_end_of_the_link_closes_its_connection(asterisk: AmiServer) -> None:
    async with listening(asterisk) as ear:
        await ear.snapshot()
    async with asyncio.timeout(WAIT_S):
        while asterisk.open_connections:
            await asyncio.sleep(0)
    assert not ear.link.live
    ear.link.look_again()


async def test_a_process_that_had_no_turn_does_not_take_asterisk_for_gone(
    asterisk: AmiServer,
) -> None:
    async with listening(asterisk, replace(QUICK, quiet_s=0.1, silent_s=0.2)) as ear:
        await ear.snapshot()
        for _ in range(3):
            time.sleep(0.5)
            await asterisk.until_asked("Ping", len(asterisk.asked("Ping")) + 1)
        assert ear.link.live
        assert ear.queue.empty()
