"""The server over real sockets: every bad peer ends alone, and a drain ends in good order."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import struct
from collections.abc import AsyncIterator

import pytest

import ivr.fastagi.server as server_module
from ivr.call import CallerHungUp, LineLost
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import BadHeader, Reply
from ivr.fastagi.server import AgiServer, Limits
from tests.support.agi import HandTime, serving
from tests.support.plays_asterisk import header_block

HEADER = header_block("inbound?call_id=a", caller="+919812345678")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Answering:
    """A route that asks one thing and keeps how it ended."""

    def __init__(self) -> None:
        self.endings: asyncio.Queue[Reply | BaseException] = asyncio.Queue()

    async def __call__(self, line: Line) -> None:
        try:
            self.endings.put_nowait(await line.ask("NOOP", limit_s=3000))
        except BaseException as ending:
            self.endings.put_nowait(ending)
            raise

    async def ending(self) -> Reply | BaseException:
        return await asyncio.wait_for(self.endings.get(), 5)


OPEN: list[asyncio.StreamWriter] = []


@pytest.fixture(autouse=True)
async def _close_connections() -> AsyncIterator[None]:
    yield
    for writer in OPEN:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in OPEN), return_exceptions=True)
    OPEN.clear()


async def connect(host: str, port: int) -> Streams:
    streams = await asyncio.open_connection(host, port)
    OPEN.append(streams[1])
    return streams


async def until_closed(streams: Streams) -> bytes:
    """Read on until the server closes; return what it said."""
    reader, writer = streams
    try:
        said = await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        said = b""
    writer.close()
    return said


async def full_session(host: str, port: int) -> bytes:
    """One whole session that goes well."""
    reader, writer = await connect(host, port)
    writer.write(HEADER)
    asked = await asyncio.wait_for(reader.readline(), 5)
    writer.write(b"200 result=0\n")
    await until_closed((reader, writer))
    return asked


async def no_line_open(server: AgiServer) -> None:
    async with asyncio.timeout(5):
        while server.counters.open:
            await asyncio.sleep(0)


async def test_a_session() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        assert await full_session(host, port) == b"NOOP\n"
        assert await route.ending() == Reply(200, "0")
        await no_line_open(server)
        assert server.counters.conversations == 1


async def test_who_shows_the_password_is_served() -> None:
    route = Answering()
    async with serving(route, password="s3cret-_") as (server, host, port):
        reader, writer = await connect(host, port)
        writer.write(header_block("inbound?call_id=a", argument="s3cret-_"))
        assert await reader.readline() == b"NOOP\n"
        assert server.counters.strangers == 0


@pytest.mark.parametrize(
    ("shown", "extra"),
    [
        ("", ""),
        ("s3cret", ""),
        ("s3cret-_ ", ""),
        ("गुप्त", ""),
        # What a stranger calls himself stands before what Asterisk adds: twice is a bad header.
        ("s3cret-_", "x\nagi_arg_1: s3cret-_"),
    ],
)
async def test_who_does_not_show_the_password_reaches_no_route(
    shown: str, extra: str, caplog: pytest.LogCaptureFixture
) -> None:
    route = Answering()
    async with serving(route, password="s3cret-_") as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(header_block("inbound?call_id=a", argument=shown, extra=extra))
        assert await until_closed(streams) == b""
        await no_line_open(server)
        assert server.counters.conversations == 0
        assert (server.counters.strangers, server.counters.bad_headers) == (not extra, bool(extra))
    assert "session refused" in caplog.text
    assert "s3cret" not in caplog.text


async def test_two_sessions_do_not_know_of_each_other() -> None:
    route = Answering()
    async with serving(route) as (_, host, port):
        first, second = await connect(host, port), await connect(host, port)
        for _, writer in (first, second):
            writer.write(HEADER)
        for reader, _ in (first, second):
            assert await reader.readline() == b"NOOP\n"
        first[1].write(b"no reply at all\n")
        assert isinstance(await route.ending(), LineLost)
        second[1].write(b"200 result=7\n")
        assert await route.ending() == Reply(200, "7")
        assert await until_closed(first) == await until_closed(second) == b""


async def test_probes_that_connect_and_leave_cost_nothing() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        for _ in range(50):
            _, writer = await connect(host, port)
            writer.close()
        assert await full_session(host, port) == b"NOOP\n"
        await no_line_open(server)
        assert server.counters.accepted == 51
        assert server.counters.conversations == 1
        assert server.counters.bad_headers == 0


async def test_a_peer_that_goes_without_a_word_is_a_lost_line() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        reader, writer = await connect(host, port)
        writer.write(HEADER)
        await reader.readline()
        linger_not = struct.pack("ii", 1, 0)  # a reset, as from a peer that was killed
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        writer.close()
        assert isinstance(await route.ending(), LineLost)
        await no_line_open(server)
        assert await full_session(host, port) == b"NOOP\n"


async def test_a_half_closed_peer_is_a_lost_line() -> None:
    route = Answering()
    async with serving(route) as (_, host, port):
        reader, writer = await connect(host, port)
        writer.write(HEADER)
        await reader.readline()
        writer.write_eof()
        assert isinstance(await route.ending(), LineLost)
        assert await until_closed((reader, writer)) == b""


async def test_a_hang_up_ends_the_session_and_closes_the_line() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        reader, writer = await connect(host, port)
        writer.write(HEADER)
        await reader.readline()
        writer.write(b"200 result=-1\nHANGUP\nHANGUP\n")
        assert await route.ending() == Reply(200, "-1")
        assert await until_closed((reader, writer)) == b""
        assert server.counters.failed == 0


async def test_a_hang_up_instead_of_an_answer() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        reader, writer = await connect(host, port)
        writer.write(HEADER)
        await reader.readline()
        writer.write(b"HANGUP\n")
        assert isinstance(await route.ending(), CallerHungUp)
        assert await until_closed((reader, writer)) == b""
        assert server.counters.failed == 0


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


async def test_a_bad_header_is_counted_and_logged_without_the_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    route = Answering()
    async with serving(route) as (server, host, port):
        for extra in ("x\nagi_callerid: +919812345678", "x\r", "x\0"):
            streams = await connect(host, port)
            streams[1].write(header_block("inbound", caller="+919812345678", extra=extra))
            assert await until_closed(streams) == b""
        assert server.counters.bad_headers == 3
        assert server.counters.conversations == 0
        assert "bad header" in caplog.text
        assert "98123" not in caplog.text
        assert await full_session(host, port) == b"NOOP\n"


async def test_an_unknown_route_is_closed() -> None:
    async with serving(Answering()) as (server, host, port):
        for script in ("", "nowhere?call_id=a", "../inbound", "inbound/x"):
            streams = await connect(host, port)
            streams[1].write(header_block(script))
            assert await until_closed(streams) == b""
        assert server.counters.unknown_routes == 4


async def test_a_route_that_finds_the_header_odd_is_a_bad_header() -> None:
    async def route(line: Line) -> None:
        raise BadHeader("no call id")

    async with serving(route) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(HEADER)
        assert await until_closed(streams) == b""
        assert (server.counters.bad_headers, server.counters.failed) == (1, 0)


async def test_a_fault_of_ours_ends_one_session_only(caplog: pytest.LogCaptureFixture) -> None:
    async def route(line: Line) -> None:
        raise ZeroDivisionError

    async with serving({"inbound": Answering(), "broken": route}) as (server, host, port):
        streams = await connect(host, port)
        streams[1].write(header_block("broken"))
        assert await until_closed(streams) == b""
        assert server.counters.failed == 1
        assert "the fall-back takes the caller" in caplog.text
        assert await full_session(host, port) == b"NOOP\n"


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
