"""Peers of the FastAGI server that say what they like, and the route that they come to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ivr.fastagi.line import Line
from ivr.fastagi.protocol import Reply
from ivr.fastagi.server import AgiServer
from tests.support.plays_asterisk import header_block
from tests.support.waiting import until

HEADER = header_block("inbound?call_id=a", caller="+919812345678")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
OPEN: list[asyncio.StreamWriter] = []


@pytest.fixture
async def all_leave() -> AsyncIterator[None]:
    """Close what a test left open."""
    yield
    for writer in OPEN:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in OPEN), return_exceptions=True)
    OPEN.clear()


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


async def connect(host: str, port: int) -> Streams:
    streams = await asyncio.open_connection(host, port)
    OPEN.append(streams[1])
    return streams


async def asked(host: str, port: int) -> Streams:
    """Begin a session, and come as far as the question of the route."""
    reader, writer = await connect(host, port)
    writer.write(HEADER)
    assert await asyncio.wait_for(reader.readline(), 5) == b"NOOP\n"
    return reader, writer


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
    """One whole session that goes well; what was asked in it."""
    reader, writer = await connect(host, port)
    writer.write(HEADER)
    said = await asyncio.wait_for(reader.readline(), 5)
    writer.write(b"200 result=0\n")
    await until_closed((reader, writer))
    return said


async def no_line_open(server: AgiServer) -> None:
    await until(lambda: not server.counters.open, "every line is closed")
