"""The server at its limits: of sessions, of time and of bytes; and a drain ends in good order."""

from __future__ import annotations

import asyncio
import resource

import pytest

import ivr.fastagi.server as server_module
from ivr.call import CallerHungUp, LineLost
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import Reply
from ivr.fastagi.server import AgiServer, Limits
from tests.support.agi import HandTime, serving
from tests.support.agi_peers import (
    HEADER,
    Answering,
    connect,
    full_session,
    no_line_open,
    until_closed,
)

pytestmark = pytest.mark.usefixtures("all_leave")


async def test_slow_peers_are_dropped_while_others_are_served() -> None:
    route, time = Answering(), HandTime()
    async with serving(route, Limits(header_s=5.0), time) as (server, host, port):
        slow = [await connect(host, port) for _ in range(20)]
        for _, writer in slow:
            writer.write(HEADER[:-2])
        assert await full_session(host, port) == b"NOOP\n"
        async with asyncio.timeout(5):
            while server.counters.open > len(slow):
                await asyncio.sleep(0)
        time.advance(4.9)
        server.look()
        assert server.counters.open == 20
        time.advance(0.1)
        server.look()
        for streams in slow:
            assert await until_closed(streams) == b""
        await no_line_open(server)
        assert server.counters.conversations == 1


async def test_no_more_sessions_than_the_limit() -> None:
    route = Answering()
    async with serving(route, Limits(sessions=2)) as (server, host, port):
        held = [await connect(host, port) for _ in range(2)]
        for reader, writer in held:
            writer.write(HEADER)
            assert await reader.readline() == b"NOOP\n"
        assert await until_closed(await connect(host, port)) == b""
        assert server.counters.no_room == 1
        held[0][1].close()
        assert isinstance(await route.ending(), LineLost)
        async with asyncio.timeout(5):
            while server.counters.open > 1:
                await asyncio.sleep(0)
        assert await full_session(host, port) == b"NOOP\n"


async def test_a_session_ends_at_its_limit() -> None:
    route, time = Answering(), HandTime()
    async with serving(route, Limits(session_s=20.0), time) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(HEADER)
        await streams[0].readline()
        time.advance(19.9)
        server.look()
        assert route.endings.empty()
        time.advance(0.1)
        server.look()
        assert isinstance(await route.ending(), LineLost)
        assert await until_closed(streams) == b""
        assert server.counters.overtime == 1


async def test_a_peer_that_floods_is_dropped() -> None:
    async with serving(Answering()) as (server, host, port):
        reader, writer = await connect(host, port)
        writer.write(HEADER + b"x" * 1_000_000)
        assert await until_closed((reader, writer)) in (b"", b"NOOP\n")
        await no_line_open(server)
        assert server.counters.bad_replies == 1


async def test_a_drain_lets_sessions_end_and_takes_no_more() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(HEADER)
        await streams[0].readline()
        drain = asyncio.create_task(server.drain(30))
        await asyncio.sleep(0)
        with pytest.raises(OSError, match="Connect call failed"):
            await connect(host, port)
        assert not drain.done()
        streams[1].write(b"200 result=0\n")
        assert await asyncio.wait_for(drain, 5) == 0
        assert await route.ending() == Reply(200, "0")
        assert await until_closed(streams) == b""


async def test_a_drain_drops_at_its_limit_what_is_left() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(HEADER)
        await streams[0].readline()
        assert await asyncio.wait_for(server.drain(0.01), 5) == 1
        assert isinstance(await route.ending(), LineLost)
        assert await until_closed(streams) == b""


async def test_overdue_lines_are_looked_for_without_being_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_module, "LOOK_EVERY_S", 0.001)
    async with serving(Answering(), Limits(header_s=0.02)) as (server, host, port):
        for _ in range(2):
            assert await until_closed(await connect(host, port)) == b""
            await no_line_open(server)


async def test_a_drain_waits_for_what_is_still_written_after_a_hang_up() -> None:
    written = asyncio.Event()
    stored: list[str] = []

    async def route(line: Line) -> None:
        try:
            await line.ask("NOOP", limit_s=30)
        except CallerHungUp:
            await written.wait()
            stored.append("the history")

    async with serving(route) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(HEADER)
        await streams[0].readline()
        streams[1].write(b"HANGUP\n")
        streams[1].close()
        await no_line_open(server)
        drain = asyncio.create_task(server.drain(30))
        await asyncio.sleep(0)
        assert not drain.done()
        written.set()
        await asyncio.wait_for(drain, 5)
        assert stored == ["the history"]


async def test_a_taken_port_is_an_os_error() -> None:
    async with serving(Answering()) as (_, host, port):
        with pytest.raises(OSError, match="in use"):
            await AgiServer({}).start(host, port)


async def test_files_enough_for_all_sessions_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: asked.append(limits))
    async with serving(Answering(), Limits(sessions=2000)):
        assert asked == [(2256, 4096)]
        assert not caplog.records
    async with serving(Answering(), Limits(sessions=5000)):
        assert asked[1:] == [(4096, 4096)]
        assert "less than 5000 sessions" in caplog.text
