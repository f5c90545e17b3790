"""What a test does with a page: log in, look, and ask axe what is wrong with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, expect

from tests.support.console_house import PASSWORD
from tests.support.console_running import Running
from tests.support.room_server import RoomServer, operator, queue

AXE = Path(__file__).parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
# A machine that runs many tests at once paints late.
expect.set_options(timeout=20_000)
WALL, DESK, TELEPHONE = (1920, 1080), (1366, 768), (360, 740)
STATES = ("talking", "available", "ringing", "holding", "wrap_up", "paused", "offline")


def a_room(room: RoomServer) -> None:
    """Forty operators in every state, 201 talks about food; three queues wait."""
    for place in range(40):
        state = STATES[place % len(STATES)]
        more = {"queue": "food", "ticket": "7123456780", "caller": "********42"}
        about = more if state in ("talking", "ringing", "holding") else {}
        reason = {"pause_reason": "tea"} if state == "paused" else {}
        room.operators[str(201 + place)] = operator(str(201 + place), state, 5.0, **about, **reason)
    for name in ("medical", "psych", "general"):
        room.queues[name] = queue(name)
    room.queues |= {"food": queue("food", 190.0, 40.0, 3.0), "ration": queue("ration", 12.0)}


@asynccontextmanager
async def page_at(
    chromium: Browser,
    place: Running,
    size: tuple[int, int] = DESK,
    *,
    theme: Literal["dark", "light"] = "dark",
    motion: Literal["reduce", "no-preference"] = "no-preference",
) -> AsyncIterator[Page]:
    """A browser of its own. Whatever a page complains of fails the test."""
    complaints: list[str] = []
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        reduced_motion=motion,
        base_url=place.address,
    )
    page = await context.new_page()
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    try:
        yield page
    finally:
        await context.close()
    assert complaints == []


async def log_in(page: Page, name: str = "supervisor1", password: str = PASSWORD) -> None:
    await page.goto("/login")
    await page.fill("#name", name)
    await page.fill("#password", password)
    await page.press("#password", "Enter")


async def look(page: Page, name: str = "supervisor1") -> None:
    """Log in and wait until the wallboard is live."""
    await log_in(page, name)
    await page.wait_for_selector("body.live")


def tile(extension: str) -> str:
    return f'.tile[data-extension="{extension}"]'


async def faults_of(page: Page) -> list[str]:
    """What axe finds: each rule that is broken with the first places."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{fault['id']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        f" {fault['nodes'][0].get('failureSummary', '')}"
        for fault in found["violations"]
    ]


async def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    wide: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide
