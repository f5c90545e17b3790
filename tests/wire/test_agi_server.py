"""The server over real sockets: every bad peer ends alone."""

from __future__ import annotations

import logging
import socket
import struct

import pytest

from ivr.call import CallerHungUp, LineLost
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import BadHeader, Reply
from tests.support.agi import serving
from tests.support.agi_peers import (
    HEADER,
    Answering,
    asked,
    connect,
    full_session,
    no_line_open,
    until_closed,
)
from tests.support.plays_asterisk import header_block

pytestmark = pytest.mark.usefixtures("all_leave")


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
        _, writer = await asked(host, port)
        linger_not = struct.pack("ii", 1, 0)  # a reset, as from a peer that was killed
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        writer.close()
        assert isinstance(await route.ending(), LineLost)
        await no_line_open(server)
        assert await full_session(host, port) == b"NOOP\n"


async def test_a_half_closed_peer_is_a_lost_line() -> None:
    route = Answering()
    async with serving(route) as (_, host, port):
        reader, writer = await asked(host, port)
        writer.write_eof()
        assert isinstance(await route.ending(), LineLost)
        assert await until_closed((reader, writer)) == b""


async def test_a_hang_up_ends_the_session_and_closes_the_line() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        reader, writer = await asked(host, port)
        writer.write(b"200 result=-1\nHANGUP\nHANGUP\n")
        assert await route.ending() == Reply(200, "-1")
        assert await until_closed((reader, writer)) == b""
        assert server.counters.failed == 0


async def test_a_hang_up_instead_of_an_answer() -> None:
    route = Answering()
    async with serving(route) as (server, host, port):
        reader, writer = await asked(host, port)
        writer.write(b"HANGUP\n")
        assert isinstance(await route.ending(), CallerHungUp)
        assert await until_closed((reader, writer)) == b""
        assert server.counters.failed == 0


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
