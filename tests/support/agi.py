"""What tests of the FastAGI server share: recordings of a second each, a server, time by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from ivr.call import PromptId
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import WireError
from ivr.fastagi.server import AgiServer, Limits, Route


@dataclass
class SecondLongSounds:
    """Every prompt has a recording of a second, save those in ``lengths``."""

    lengths: dict[PromptId, float] = field(default_factory=dict)
    absent: set[PromptId] = field(default_factory=set)
    damaged: set[PromptId] = field(default_factory=set)
    """Found to be absent when the disk is looked at."""
    reported: list[PromptId] = field(default_factory=list)

    def substitute(self, prompts: Sequence[PromptId], language: str) -> Sequence[PromptId]:
        return [prompt for prompt in prompts if prompt not in self.absent]

    def path(self, prompt: PromptId, language: str) -> str:
        return f"{language}/{prompt}"

    def seconds(self, prompt: PromptId, language: str) -> float:
        return self.lengths.get(prompt, 1.0)

    def missing(self, prompt: PromptId, language: str) -> None:
        self.reported.append(prompt)

    def refresh(self) -> None:
        self.absent |= self.damaged


class HandTime:
    """A monotonic clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


class Wire(asyncio.Transport):
    """The other end of a line in memory: keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True


class Room:
    """Accepts lines and keeps what it was told of them."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.opened_lines: list[Line] = []
        self.refusals: list[WireError] = []
        self.closed_lines: list[Line] = []

    def connected(self, line: Line) -> bool:
        return not self.full

    def opened(self, line: Line) -> None:
        self.opened_lines.append(line)

    def refused(self, line: Line, fault: WireError) -> None:
        self.refusals.append(fault)

    def closed(self, line: Line) -> None:
        self.closed_lines.append(line)


@asynccontextmanager
async def serving(
    route: Callable[[Line], Awaitable[None]] | dict[str, Route],
    limits: Limits | None = None,
    time: HandTime | None = None,
    password: str = "",
) -> AsyncIterator[tuple[AgiServer, str, int]]:
    """A server on a port of its own, at ``/inbound`` unless told otherwise.

    On leaving, a session still open is dropped at once.
    """
    routes = route if isinstance(route, dict) else {"inbound": route}
    server = AgiServer(routes, limits, time or monotonic, password)
    host, port = await server.start("127.0.0.1", 0)
    try:
        yield server, host, port
    finally:
        await server.drain(0)
