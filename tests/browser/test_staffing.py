"""The staff of a day and the cost of a break, as a supervisor sees them in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.screen import DESK, TELEPHONE, faults_of, look, overflow, page_at, tile
from tests.support.console_house import PASSWORD
from tests.support.console_running import Running

NEW = "हरा-मैदान-77-नदी-पार"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_the_wallboard_to_the_staff_of_tomorrow(
    chromium: Browser, place: Running
) -> None:
    async with page_at(chromium, place, DESK) as page:
        await look(page)
        await page.click("#staffing")
        await expect(page.locator("h1")).to_have_text("स्टाफ़ की ज़रूरत")
        await expect(page.locator("a[aria-current=page]")).to_have_text("कल")
        await expect(page.locator(".moves li")).to_contain_text("राकेश यादव (202): केवल इलाज")
        short = page.locator("td.short", has_text="कमी").first
        await expect(short.locator("use")).to_have_attribute("href", "#s-alert")
        assert await faults_of(page) == []
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
        assert await faults_of(page) == []
        assert await overflow(page) == 0
        await page.get_by_text("आज", exact=True).click()
        await page.get_by_text("English").click()
        await expect(page.locator("a[aria-current=page]")).to_have_text("Today")
        await expect(page.locator("#breaks-title")).to_contain_text("next 30 minutes")


async def test_a_supervisor_changes_the_password(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, TELEPHONE) as page:
        await look(page)
        await page.click("#password")
        assert await faults_of(page) == []
        for field, value in (("old", PASSWORD), ("new", NEW), ("again", NEW)):
            await page.fill(f"#{field}", value)
        await page.click("button.chief")
        await expect(page.locator(".done")).to_contain_text("आपका पासवर्ड बदल गया है")
        assert await faults_of(page) == []


async def test_a_pause_is_granted_with_its_cost_in_view(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await page.click(f"{tile('202')} button")
        cost = page.locator(".cost li")
        await expect(cost).to_contain_text("भोजन: ")
        await expect(cost).to_contain_text("%")
        assert await faults_of(page) == []
        await page.check("input[value=sign_off]")
        await expect(cost).to_have_count(0)
