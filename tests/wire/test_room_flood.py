"""Ten thousand events a second: live and right, or honest about being behind; never bigger."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivr import names
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.link import Link
from queue_manager.events import RoomEvent, Snapshot
from queue_manager.live.audit import audit
from queue_manager.room.room import MOST_WAITING, Room
from tests.support.small_room import Noted

SPELLING = Spelling(names.QUEUE_PREFIX, call_id=names.CALL_ID, ticket=names.TICKET)
OPERATORS = 1000
FLOOD = 10_000
SECONDS = 6.0
NEAR_S = 1.0
"""Marks come a few milliseconds apart; a machine with other work to do tells them later."""


@asynccontextmanager
async def crowd(rate: int) -> AsyncIterator[tuple[Process, int]]:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    words = ("-m", "benchmarks.room_crowd", str(port), str(OPERATORS), str(rate))
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    try:
        yield process, port
    finally:
        process.stdin.close()
        await process.wait()


def newest_mark(room: Room) -> float:
    """When the newest event that the picture shows was sent."""
    reasons = [o.pause_reason for o in room.picture.operators.values()]
    return max((int(reason[1:]) / 1e6 for reason in reasons if reason), default=0.0)


async def asked(port: int) -> Snapshot:
    told: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()

    def put(event: RoomEvent) -> None:
        if isinstance(event, Snapshot) and not told.done():
            told.set_result(event)

    listening = asyncio.create_task(Link(Address(port, "listener", "right"), SPELLING).run(put))
    try:
        async with asyncio.timeout(20):
            return await told
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_flood_is_borne_or_admitted() -> None:
    async with crowd(FLOOD) as (process, port):
        link = Link(Address(port, "listener", "right"), SPELLING)
        room = Room(link, Noted(keeps=False), (), time.monotonic)
        running = asyncio.create_task(room.run())
        try:
            assert await room.until(lambda picture: len(picture.operators) == OPERATORS, 20)
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                await asyncio.sleep(0.02)
                assert room.behind <= MOST_WAITING
                true_age = time.monotonic() - newest_mark(room)
                assert not room.picture.live or room.age_s >= true_age - NEAR_S
                talks = [o.talking for o in room.picture.operators.values()]
                talking = [talk.caller.channel for talk in talks if talk is not None]
                assert len(talking) == len(set(talking))
            assert room.tally.events > 1000
            assert process.stdin is not None
            process.stdin.write(b"stop\n")
            for _ in range(100):
                await asyncio.sleep(0.1)
                if room.picture.live and not room.behind:
                    break
            for _ in range(50):  # right within five seconds: the room audits itself
                if not audit(room.picture, await asked(port)):
                    break
                await asyncio.sleep(0.1)
            assert room.picture.live
            assert audit(room.picture, await asked(port)) == ()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
