"""From an event of Asterisk's to the screen: the room, the console and a real Chromium.

The three are as an instance runs them, with the journal and its figures on one SQLite; Asterisk is
``benchmarks.room_crowd``. The clock of an event runs from the moment before its bytes are written
to the frame after the one in which its tile is drawn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Page, async_playwright

from benchmarks.result import Limit, Row
from benchmarks.room_crowd import marked_extensions
from benchmarks.room_marks import Marks
from benchmarks.room_stage import Stage, end
from database.engine import open_store
from tests.browser.conftest import program
from tests.browser.screen import look
from tests.support.console_house import add_users

WARM_S: Final = 5.0
"""Before anything counts: a wallboard looks for days."""
SECONDS: Final = 15.0
"""How long the wallboard is looked at in a round."""
WATCH: Final = """(extensions) => {
    window.seen = {};
    for (const extension of extensions) {
        const tile = document.querySelector(`.tile[data-extension="${extension}"]`);
        const { top, bottom } = tile.getBoundingClientRect();
        if (top < 0 || bottom > innerHeight) throw new Error(`${extension} is not in sight`);
        const place = tile.querySelector(".queue");
        new MutationObserver(() => {
            const mark = place.textContent;
            requestAnimationFrame(() => {
                window.seen[mark] ??= performance.timeOrigin + performance.now();
            });
        }).observe(place, {childList: true, characterData: true, subtree: true});
    }
}"""
"""What is drawn in a frame is looked at there, and timed when the next one begins."""


def run(port_base: int, rounds: int) -> Sequence[Row]:
    """Measure with forty operators and 500 events a second, with a thousand and 5,000."""
    rows: list[Row] = []
    for operators, rate, limit in ((40, 500, 100.0), (1000, 5000, 250.0)):
        found = [asyncio.run(_round(port_base, operators, rate)) for _ in range(rounds)]
        of = f"{operators} operators, {rate} events/s: event → drawn"
        unseen = sum(marks.missing for marks in found)
        note = f"{sum(map(len, found))} seen, {unseen} never"
        rows += [
            Row(f"{of}, half of them", "ms", [marks.late_ms(0.5) for marks in found]),
            Row(f"{of}, p99", "ms", [m.late_ms(0.99) for m in found], Limit(limit), note=note),
        ]
    return rows


async def _round(port_base: int, operators: int, rate: int) -> Marks:
    async with Stage.running(port_base, operators, rate) as stage:
        engine = open_store(stage.settings.database_url)
        await asyncio.to_thread(add_users, engine)
        engine.dispose()
        async with _wallboard(stage) as page:
            await asyncio.sleep(WARM_S)
            await page.evaluate(WATCH, marked_extensions(operators))
            await asyncio.sleep(SECONDS)
            seen: dict[str, float] = await page.evaluate("window.seen")
    # The browser tells moments by the wall clock, in milliseconds.
    steady_zero = time.time() - time.monotonic()
    return Marks({mark: at / 1e3 - steady_zero for mark, at in seen.items()})


@asynccontextmanager
async def _wallboard(stage: Stage) -> AsyncIterator[Page]:
    """Look at the wallboard of the instance, until it is live and after."""
    console = await stage.start("sahayata.processes.console")
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program(), args=["--no-sandbox", "--disable-gpu"]
            )
            context = await browser.new_context(
                viewport={"width": 1920, "height": 1080},
                color_scheme="dark",
                base_url=f"http://127.0.0.1:{stage.settings.ports.http}",
            )
            page = await context.new_page()
            try:
                await look(page, "viewer1")
                yield page
            finally:
                await browser.close()
    finally:
        await end(console)
