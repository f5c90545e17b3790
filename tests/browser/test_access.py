"""WCAG 2.1 AA by axe, by the keyboard alone, and without motion."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.async_api import Browser, FloatRect, expect

from tests.browser.screen import (
    DESK,
    TELEPHONE,
    WALL,
    faults_of,
    log_in,
    look,
    page_at,
    tile,
)
from tests.support.console_house import PASSWORD
from tests.support.console_running import Running
from tests.support.room_server import operator

pytestmark = pytest.mark.asyncio(loop_scope="module")
Theme = Literal["dark", "light"]


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_axe_finds_nothing_on_the_wallboard(
    chromium: Browser, place: Running, theme: Theme
) -> None:
    async with page_at(chromium, place, WALL, theme=theme) as page:
        place.room.tell(operator("203", "ringing", 60.0, queue="food"))
        await look(page, "admin1")
        await page.click("details summary")
        assert await faults_of(page) == []
        await page.click("#language")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        assert await faults_of(page) == []
        place.room.lose_asterisk()
        await expect(page.locator("body.grey")).to_have_count(1)
        assert await faults_of(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_axe_finds_nothing_on_a_telephone(
    chromium: Browser, place: Running, theme: Theme
) -> None:
    async with page_at(chromium, place, TELEPHONE, theme=theme) as page:
        await log_in(page, "supervisor1", "not the password")
        await expect(page.locator(".fault")).not_to_be_empty()
        assert await faults_of(page) == []
        await look(page)
        assert await faults_of(page) == []
        await page.click(f"{tile('201')} button")
        assert await faults_of(page) == []


async def test_axe_finds_nothing_among_a_thousand(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, DESK) as page:
        await look(page)
        place.room.tell(*(operator(str(2001 + n), "paused", 5000.0) for n in range(160)))
        await expect(page.locator("body.many")).to_have_count(1)
        await expect(page.locator(f"{tile('201')} .face")).to_have_accessible_name(
            re.compile(r"सुनीता यादव बात में भोजन 201 0:\d\d")
        )
        assert await faults_of(page) == []


async def test_axe_finds_nothing_in_the_record(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, DESK, theme="light") as page:
        await look(page, "admin1")
        for size in (DESK, TELEPHONE):
            await page.set_viewport_size({"width": size[0], "height": size[1]})
            await page.goto("/audit")
            await expect(page.locator("tbody tr").first).to_contain_text("लॉग इन")
            assert await faults_of(page) == []


async def test_everything_by_the_keyboard_alone(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, DESK) as page:
        keys = page.keyboard
        await page.goto("/login")
        await keys.type("supervisor1")
        await keys.press("Tab")
        await keys.insert_text(PASSWORD)
        await keys.press("Enter")
        await page.wait_for_selector("body.live")
        await keys.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await keys.press("Enter")
        # Seven states to choose from, then one stop for all operators.
        for _ in range(8):
            await keys.press("Tab")
        await expect(page.locator(f"{tile('201')} .face")).to_be_focused()
        await keys.press("ArrowRight")
        await expect(page.locator(f"{tile('202')} .face")).to_be_focused()
        await keys.press("ArrowDown")
        await keys.press("ArrowUp")
        await keys.press("End")
        await expect(page.locator(f"{tile('240')} .face")).to_be_focused()
        await keys.press("Home")
        await keys.press("ArrowRight")
        await keys.press("Enter")
        await expect(page.locator("#deed")).to_be_visible()
        # Available: pause, move, log out. The first button closes.
        await keys.press("Tab")
        await expect(page.locator("input[value=pause]")).to_be_focused()
        await keys.press("ArrowDown")
        await keys.press("ArrowDown")
        await expect(page.locator("input[value=sign_off]")).to_be_checked()
        await keys.press("Tab")
        await keys.insert_text("घर में बीमारी")
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(page.locator(".outcome")).to_have_text("हो गया: टेलीफ़ोन सर्वर ने पुष्टि की।")
        await keys.press("Escape")
        await expect(page.locator(f"{tile('202')} .face")).to_be_focused()
    (asked,) = place.room.asked
    assert (asked["deed"], asked["operator"], asked["by"]) == ("sign_off", "202", "supervisor1")
    assert asked["why"] == "घर में बीमारी"


async def test_a_tile_says_name_and_state_to_a_screen_reader(
    chromium: Browser, place: Running
) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        first = page.get_by_role("list").filter(has=page.locator(".tile")).get_by_role("button")
        await expect(first.first).to_have_accessible_name(
            re.compile(r"सुनीता यादव बात में भोजन 201 0:\d\d")
        )


@pytest.mark.parametrize(("motion", "count"), [("reduce", 0), ("no-preference", 1)])
async def test_nothing_moves_for_who_wants_no_motion(
    chromium: Browser, place: Running, motion: Literal["reduce", "no-preference"], count: int
) -> None:
    async with page_at(chromium, place, motion=motion) as page:
        await look(page)
        assert await page.evaluate("document.getAnimations().length") == count


async def test_letters_twice_as_large_still_fit(chromium: Browser, place: Running) -> None:
    # 200 % zoom of a desk is a screen half as wide and high.
    async with page_at(chromium, place, (DESK[0] // 2, DESK[1] // 2)) as page:
        await look(page)
        assert await faults_of(page) == []
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide == DESK[0] // 2


async def test_vowel_signs_above_a_name_are_drawn_whole(chromium: Browser, place: Running) -> None:
    """Those of Devanagari stand out of the line: who cuts it there makes another name of it."""
    async with page_at(chromium, place) as page:
        await look(page)
        name = page.locator(f"{tile('201')} .name")
        box = await name.bounding_box()
        assert box is not None
        above: FloatRect = {**box, "y": box["y"] - 5, "height": 5}
        drawn = []
        for written in ("सनता शमा", "सुनीती शर्मी"):
            await name.evaluate("(node, text) => { node.textContent = text; }", written)
            drawn.append(await page.screenshot(clip=above))
        assert drawn[0] != drawn[1]
