"""The wallboard in a real Chromium: first paint and bytes, and from the room to the screen.

The room is one that says what the bench wants, over the same HTTP as ours; the console is a
process of its own; the clock of a change runs from the room's writing to the drawn tile.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession, CookieJar
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.page_process import ConsoleProcess, log_in
from benchmarks.result import Limit, Row
from tests.browser.conftest import program
from tests.browser.screen import look
from tests.support.room_server import RoomServer, operator, queue

SECONDS: Final = 8.0
"""How long changes flow in a round."""
VIEWERS: Final = 100
PROBE: Final = 0
"""Which operator carries the marks that are looked for on the screen."""
WATCH: Final = """(extension) => {
    const place = document.querySelector(`.tile[data-extension="${extension}"] .queue`);
    window.seen = {};
    new MutationObserver(() => {
        const mark = place.textContent;
        requestAnimationFrame(() => {
            window.seen[mark] ??= performance.timeOrigin + performance.now();
        });
    }).observe(place, {childList: true, characterData: true, subtree: true});
}"""
UNTIL: Final = """(mark) => new Promise((done) => {
    const wait = () => (mark in window.seen ? done() : requestAnimationFrame(wait));
    wait();
})"""
PAINT: Final = """() => new Promise((done) => {
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0];
    const wait = () => {
        const live = document.body.matches('.live') && document.querySelector('.tile');
        if (live && painted())
            done([painted().startTime, performance.now(),
                [...performance.getEntriesByType('navigation'),
                 ...performance.getEntriesByType('resource')]
                    .reduce((sum, entry) => sum + entry.transferSize, 0)]);
        else requestAnimationFrame(wait);
    };
    wait();
})"""


@dataclass
class Found:
    """What the rounds gave, by number of operators."""

    paint: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    viewers: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def run(rounds: int) -> Sequence[Row]:
    """Measure with forty operators and 500 changes a second, with a thousand and 5,000."""
    few = asyncio.run(_measure(rounds, operators=40, a_second=500))
    many = asyncio.run(_measure(rounds, operators=1000, a_second=5000))
    rows = [
        Row("page, 40 operators: first paint", "ms", few.paint),
        Row("page, 40 operators: all drawn and live", "ms", few.drawn),
        Row("page, 1,000 operators: first paint", "ms", many.paint),
        Row("page, 1,000 operators: all drawn and live", "ms", many.drawn),
        Row("page, nothing kept: sent before it is live", "kB", few.kilobytes, note="fonts too"),
        Row("room → tile drawn, 40 operators, 500/s, p99", "ms", few.p99, must=Limit(100)),
        Row("room → tile drawn, 1,000 operators, 5,000/s, p99", "ms", many.p99, must=Limit(250)),
        Row(f"room → last of {VIEWERS} viewers, 40 operators", "ms", few.viewers),
        Row("console, 1,000 operators, 100 viewers", "MB", many.memory),
    ]
    return rows


async def _measure(rounds: int, *, operators: int, a_second: int) -> Found:
    found = Found()
    with tempfile.TemporaryDirectory(prefix="sahayata-page-") as folder:
        room = _room(operators)
        await room.start()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program(), args=["--no-sandbox", "--disable-gpu"]
            )
            async with ConsoleProcess.running(room.port, operators, Path(folder)) as console:
                for turn in range(rounds):
                    await _round(found, Stage(browser, console, room), a_second, turn)
            await browser.close()
        await room.stop()
    return found


@dataclass(frozen=True)
class Stage:
    """What a round is done with."""

    browser: Browser
    console: ConsoleProcess
    room: RoomServer


async def _round(found: Found, stage: Stage, a_second: int, turn: int) -> None:
    console, room = stage.console, stage.room
    async with _page(stage.browser, console) as page:
        await look(page, "viewer1")
        await page.reload()  # logged in, and nothing of the page is kept
        paint, drawn, sent = await page.evaluate(PAINT)
        found.paint.append(paint)
        found.drawn.append(drawn)
        found.kilobytes.append(sent / 1000)
        probe = [*room.operators][PROBE]
        await page.evaluate(WATCH, probe)
        sent_at = await _flow(room, a_second, turn)
        await page.evaluate(UNTIL, [*sent_at][-1])
        seen: dict[str, float] = await page.evaluate("window.seen")
        late = sorted(late_ms(sent_at, seen))
        found.p99.append(late[math.ceil(len(late) * 0.99) - 1])
    found.viewers.append(await _to_all(console, room, turn))
    found.memory.append(await console.megabytes())


def late_ms(sent_at: Mapping[str, float], seen: Mapping[str, float]) -> list[float]:
    """Return how late each mark was, the last sent first: seen is one when a later one is.

    ``sent_at`` is in seconds, ``seen`` in milliseconds.
    """
    late, at = [], math.inf
    for mark, sent in reversed([*sent_at.items()]):
        at = min(at, seen.get(mark, math.inf))
        late.append(at - sent * 1000)
    return late


@asynccontextmanager
async def _page(browser: Browser, console: ConsoleProcess) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080}, color_scheme="dark", base_url=console.address
    )
    # Every load is a first one.
    await context.route("**/*", lambda route: route.continue_())
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def _flow(room: RoomServer, a_second: int, turn: int) -> dict[str, float]:
    """Let so many operators a second change, a mark ten times a second; return when each was."""
    probe, *others = room.operators
    every_s = 0.01
    states = itertools.cycle(("talking", "available", "paused"))
    around = itertools.cycle(others)
    sent: dict[str, float] = {}
    begun = time.monotonic()
    for step in range(int(SECONDS / every_s)):
        state = next(states)
        some = [operator(next(around), state, 1.0) for _ in range(int(a_second * every_s))]
        if step % 10 == 0:
            mark = f"{turn}-{step}"
            some.append(operator(probe, "paused", 1.0, pause_reason=mark))
            sent[mark] = time.time()
        room.tell(*some)
        await asyncio.sleep(max(0.0, begun + (step + 1) * every_s - time.monotonic()))
    return sent


async def _to_all(console: ConsoleProcess, room: RoomServer, turn: int) -> float:
    """Let a hundred look, and tell them one thing: how long until the last has it, in ms."""
    async with ClientSession(console.address, cookie_jar=CookieJar(unsafe=True)) as session:
        await log_in(session, console.address)
        streams = [await session.get("/stream") for _ in range(VIEWERS)]
        mark = f'"reason":"all-{turn}"'.encode()
        watching = [asyncio.create_task(_sees(stream, mark)) for stream in streams]
        await asyncio.sleep(1.5)  # everybody has the whole board
        begun = time.monotonic()
        room.tell(operator([*room.operators][1], "paused", 1.0, pause_reason=f"all-{turn}"))
        await asyncio.gather(*watching)
        took = time.monotonic() - begun
        for stream in streams:
            stream.close()
    return took * 1000


async def _sees(stream: ClientResponse, mark: bytes) -> None:
    tail = b""
    async for piece in stream.content.iter_any():
        if mark in tail + piece:
            return
        tail = piece[-64:]
    raise ConnectionError("the stream ended")


def _room(count: int) -> RoomServer:
    first = 201 if count < 500 else 2001
    said: dict[str, Any] = {str(first + n): operator(str(first + n)) for n in range(count)}
    return RoomServer(0, said, {"food": queue("food", 30.0), "ration": queue("ration")})
