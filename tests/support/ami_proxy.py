"""A line between a client and Asterisk's manager that breaks, stalls, drags, swaps and doubles.

Only what comes from Asterisk is touched. Faults count from the start of each connection, so that a
test says which connection is treated how: ``faults`` is asked for each in turn.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

EVENT = b"Event: "
END = b"\r\n\r\n"
Listed = tuple[bytes, ...]
LISTS: Listed = (
    b"Event: CoreShow",
    b"Event: QueueParams",
    b"Event: QueueMember\r",
    b"Event: QueueE",
)
"""Beginnings of events that are part of an answer: Asterisk never moves those."""


@dataclass(frozen=True)
class Fault:
    """What happens to one connection."""

    cut_at: int | None = None
    """Ends the connection after exactly so many bytes from Asterisk."""
    stall_at: int | None = None
    """After so many bytes nothing more passes, either way, and nothing is closed: half-open."""
    bytes_per_s: float | None = None
    """Passes no faster than this."""
    swap_within_s: float = 0.0
    """Events that come within this time are put out of order, whole ones only."""
    double: float = 0.0
    """This share of the events comes twice."""
    seed: int = 0


WELL = Fault()


class AmiProxy:
    """One address that leads to another."""

    def __init__(self, target: tuple[str, int], faults: Callable[[int], Fault]) -> None:
        self.connections = 0
        self._target = target
        self._faults = faults
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, port: int = 0) -> int:
        """Listen; return the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """End everything."""
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._faults(self.connections)
        self.connections += 1
        task = asyncio.create_task(self._pass(fault, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Here, not in the task: one that is cancelled before its first step closes nothing.
        task.add_done_callback(lambda _: writer.transport.abort())

    async def _pass(
        self, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            return
        stalled = asyncio.Event()
        asking = asyncio.create_task(_forward(reader, far_writer, stalled))
        telling = asyncio.create_task(_Line(fault, writer, stalled).forward(far_reader))
        try:
            await asyncio.wait((asking, telling), return_when=asyncio.FIRST_COMPLETED)
            if stalled.is_set():
                await asyncio.Future()  # half-open until the proxy is closed
        finally:
            # First: whoever closes the proxy may cancel this once more while it waits.
            far_writer.transport.abort()
            for task in (asking, telling):
                task.cancel()
            await asyncio.gather(asking, telling, return_exceptions=True)


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stalled: asyncio.Event
) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            if stalled.is_set():
                await asyncio.Future()
            writer.write(data)
            await writer.drain()


class _Line:
    """The way from Asterisk to the client."""

    def __init__(self, fault: Fault, writer: asyncio.StreamWriter, stalled: asyncio.Event) -> None:
        self._fault = fault
        self._writer = writer
        self._stalled = stalled
        self._passed = 0
        self._chance = random.Random(fault.seed)

    async def forward(self, reader: asyncio.StreamReader) -> None:
        """Pass bytes on until the end, or the fault."""
        whole = self._fault.swap_within_s > 0 or self._fault.double > 0
        rest = b""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if whole:
                await self._write(await reader.readuntil(b"\r\n"))  # the greeting is no block
            while data := await reader.read(65536):
                if not whole:
                    await self._write(data)
                    continue
                if self._fault.swap_within_s > 0:
                    data += await self._more(reader)
                *blocks, rest = (rest + data).split(END)
                await self._write(b"".join(block + END for block in self._disturbed(blocks)))

    async def _more(self, reader: asyncio.StreamReader) -> bytes:
        """Take what else comes within the time."""
        found = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._fault.swap_within_s):
                while data := await reader.read(65536):
                    found += data
        return found

    def _disturbed(self, blocks: list[bytes]) -> list[bytes]:
        """Double and shuffle live events; answers stay where they are."""
        places = [
            place
            for place, block in enumerate(blocks)
            if block.startswith(EVENT) and not block.startswith(LISTS)
        ]
        events = [blocks[place] for place in places]
        if self._fault.swap_within_s > 0:
            self._chance.shuffle(events)
        put = dict(zip(places, events, strict=True))
        found: list[bytes] = []
        for place, block in enumerate(blocks):
            found.append(put.get(place, block))
            if place in put and self._chance.random() < self._fault.double:
                found.append(put[place])
        return found

    async def _write(self, data: bytes) -> None:
        fault = self._fault
        for limit in (fault.cut_at, fault.stall_at):
            if limit is not None and self._passed + len(data) >= limit:
                self._writer.write(data[: limit - self._passed])
                await self._writer.drain()
                if limit == fault.stall_at:
                    self._stalled.set()
                    await asyncio.Future()
                raise ConnectionResetError
        if fault.bytes_per_s is not None:
            for start in range(0, len(data), 512):
                piece = data[start : start + 512]
                self._writer.write(piece)
                await self._writer.drain()
                await asyncio.sleep(len(piece) / fault.bytes_per_s)
        else:
            self._writer.write(data)
            await self._writer.drain()
        self._passed += len(data)


@asynccontextmanager
async def ami_proxy(
    target: tuple[str, int], faults: Callable[[int], Fault] = lambda _: WELL
) -> AsyncIterator[tuple[AmiProxy, int]]:
    """Run a proxy; gives it and its port."""
    proxy = AmiProxy(target, faults)
    port = await proxy.open()
    try:
        yield proxy, port
    finally:
        await proxy.close()
