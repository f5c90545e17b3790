"""Deeds from the page: with a reason, on record, and done only when Asterisk has shown it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Engine, text

from console.accounts import Accounts
from tests.browser.screen import look, page_at, tile
from tests.support.console_running import Running
from tests.support.room_server import Answer, operator
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def choose(page: Page, extension: str, deed: str, why: str, **more: str) -> None:
    await page.click(f"{tile(extension)} button")
    await page.check(f"input[value={deed}]")
    for field, value in more.items():
        place = page.locator(f"#deed-{field}")
        if field == "ear":
            await place.fill(value)
        else:
            await place.select_option(value)
    await page.fill("#deed-why", why)
    await page.click("dialog .chief")


async def test_a_deed_waits_for_asterisk_to_show_it(chromium: Browser, place: Running) -> None:
    shown = asyncio.Event()

    async def do(_: dict[str, Any]) -> Answer:
        await shown.wait()
        return 200, {"confirmed": True}

    place.room.do = do
    async with page_at(chromium, place) as page:
        await look(page)
        await choose(page, "202", "pause", "चाय का समय", reason="tea")
        await expect(page.locator(".outcome.pending")).to_contain_text("पुष्टि की प्रतीक्षा")
        # Asked is not done: the tile stays as Asterisk last showed it.
        await expect(page.locator(f"{tile('202')} .state")).to_have_text("उपलब्ध")
        await expect(page.locator(f"{tile('202')}.pending")).to_have_count(1)
        place.room.tell(operator("202", "paused", 0.2, pause_reason="tea"))
        await expect(page.locator(f"{tile('202')} .state")).to_have_text("विराम")
        shown.set()
        await expect(page.locator(".outcome.confirmed")).to_have_text(
            "हो गया: टेलीफ़ोन सर्वर ने पुष्टि की।"
        )
        await expect(page.locator(f"{tile('202')}.pending")).to_have_count(0)
    (asked,) = place.room.asked
    assert asked == {
        **{"deed": "pause", "operator": "202", "by": "supervisor1", "why": "चाय का समय"},
        **{"queue": "", "reason": "tea", "ear": ""},
    }


async def test_listening_in_asks_which_telephone_rings(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await choose(page, "201", "whisper", "नई ऑपरेटर की मदद", ear="290")
        await expect(page.locator(".outcome.confirmed")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.click(f"{tile('208')} button")
        await expect(page.locator("#deed-ear")).to_have_value("290")
    assert (place.room.asked[0]["deed"], place.room.asked[0]["ear"]) == ("whisper", "290")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((409, {"refused": "202 is in no queue"}), "नहीं हुआ: 202 is in no queue"),
        ((503, {"unknown": "not shown in time"}), "ज्ञात नहीं कि हुआ या नहीं: not shown in time"),
        ((500, {}), "ज्ञात नहीं कि हुआ या नहीं: HTTP 500"),
    ],
)
async def test_what_was_not_done_is_not_shown_as_done(
    chromium: Browser, place: Running, answer: Answer, words: str
) -> None:
    async def do(_: dict[str, Any]) -> Answer:
        return answer

    place.room.do = do
    async with page_at(chromium, place) as page:
        await look(page)
        await choose(page, "202", "move", "भोजन में कमी", queue="ration")
        await expect(page.locator(".outcome")).to_have_text(words)


async def test_nothing_is_done_without_a_reason(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await choose(page, "202", "sign_off", "  a   ")
        await expect(page.locator(".outcome")).to_have_text("कारण लिखें (कम से कम तीन अक्षर)।")
    assert place.room.asked == []


async def test_nothing_is_done_that_is_not_on_record(
    chromium: Browser, place: Running, engine: Engine
) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TRIGGER full BEFORE INSERT ON console_audit"
                    " BEGIN SELECT raise_a_fault(); END"
                )
            )
        await choose(page, "202", "sign_off", "shift is over")
        await expect(page.locator(".outcome.refused")).to_contain_text("अभिलेख लिखा नहीं जा सका")
    assert place.room.asked == []


async def test_an_administrator_reads_what_was_done(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page, "admin1")
        await choose(page, "202", "move", "राशन में <b>भीड़</b>", queue="ration")
        await expect(page.locator(".outcome.confirmed")).to_be_visible()
        await page.goto("/audit")
        row = page.locator("tbody tr").first
        await expect(row.locator("td").nth(1)).to_have_text("admin1")
        await expect(row.locator("td").nth(2)).to_have_text("दूसरी कतार में भेजें → राशन")
        await expect(row.locator("td").nth(3)).to_have_text("202")
        await expect(row.locator("td").nth(4)).to_have_text("राशन में <b>भीड़</b>")
        await expect(row.locator("td").nth(5)).to_have_text("पुष्ट")


async def test_a_viewer_sees_no_ticket_and_has_no_deeds(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page, "viewer1")
        assert await page.locator(".tile button").count() == 0
        assert "7123456780" not in await page.content()
        answer = await page.evaluate(
            "fetch('/deeds', {method: 'POST', body: '{}'}).then((got) => got.status)"
        )
        assert answer == 403
        assert (await page.request.get("/audit")).status == 403


async def test_who_is_put_out_sees_nothing_more(
    chromium: Browser, place: Running, engine: Engine
) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        Accounts(engine, lambda: datetime.now(UTC)).remove("supervisor1")
        place.desk.viewers.leave(next(iter(place.desk.viewers._all)))
        await page.wait_for_url("**/login", timeout=30_000)


async def test_logging_out(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await page.click("#leave")
        await page.wait_for_url("**/login")
        await page.goto("/")
        assert page.url.endswith("/login")
        await until(lambda: len(place.desk.viewers) == 0)
