"""The wallboard in a real Chromium: what changes is seen, and nothing old is shown as live."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.screen import (
    DESK,
    TELEPHONE,
    WALL,
    faults_of,
    log_in,
    look,
    overflow,
    page_at,
    tile,
)
from tests.support.console_house import PASSWORD
from tests.support.console_running import Running
from tests.support.room_server import operator, queue

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def hero(page: Page, key: str) -> str:
    text: str = await page.inner_text(f'.hero[data-key="{key}"] dd:not(.note)')
    return text


async def test_who_is_not_logged_in_sees_the_door(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await page.goto("/")
        assert page.url.endswith("/login")
        await log_in(page, "supervisor1", "not the password")
        await expect(page.locator(".fault")).to_have_text("नाम या पासवर्ड सही नहीं है।")
        await log_in(page, "nobody-of-this-name", "not the password")
        await expect(page.locator(".fault")).to_have_text("नाम या पासवर्ड सही नहीं है।")
        await log_in(page, "supervisor1", PASSWORD)
        await expect(page.locator("h1")).to_contain_text("ज़िला हेल्पलाइन")


async def test_a_change_in_the_room_is_seen(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        await expect(page.locator(".tile")).to_have_count(40)
        await expect(page.locator(f"{tile('202')} .state")).to_have_text("उपलब्ध")
        place.room.tell(
            operator("202", "talking", 1.0, queue="ration"), queues=(queue("ration", 3.0, 2.0),)
        )
        await expect(page.locator(f"{tile('202')} .state")).to_have_text("बात में")
        await expect(page.locator(f"{tile('202')} .queue")).to_have_text("राशन")
        await expect(page.locator('.hero[data-key="waiting"] dd').first).to_have_text("5")
        place.room.tell(gone=("202",))
        await expect(page.locator(f"{tile('202')} .state")).to_have_text("बाहर")


async def test_past_a_limit_a_tile_says_so_by_colour_word_and_shape(
    chromium: Browser, place: Running
) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        ringing = page.locator(tile("203"))
        await expect(ringing.locator("use")).to_have_attribute("href", "#s-ringing")
        place.room.tell(operator("203", "ringing", 18.5, queue="food"))
        await expect(ringing.locator("use")).to_have_attribute("href", "#s-alert")
        await expect(ringing.locator(".due")).to_have_text("सीमा पार: घंटी")
        red = await ringing.evaluate("node => getComputedStyle(node).backgroundColor")
        assert red == "rgb(201, 37, 43)"


async def test_it_is_grey_while_asterisk_is_not_heard(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        assert await hero(page, "waiting") == "4"
        place.room.lose_asterisk(42.0)
        await expect(page.locator("#banner")).to_contain_text("इस समय के आँकड़े नहीं")
        await expect(page.locator("#banner")).to_contain_text("टेलीफ़ोन सर्वर")
        await nothing_is_known(page)
        place.room.live, place.room.gap_s = True, None
        place.room.beat()
        await expect(page.locator("#banner")).to_be_hidden()
        await expect(page.locator(f"{tile('201')} .state")).to_have_text("बात में")
        await expect(page.locator("#spoken")).to_have_text("आँकड़े फिर से ताज़ा हैं")


async def nothing_is_known(page: Page) -> None:
    """No number of now is on the page; those of the day say until when they are."""
    await expect(page.locator("body.grey")).to_have_count(1)
    for key in ("waiting", "longest", "free"):
        assert await hero(page, key) == "–"
    states = set(await page.locator(".tile .state").all_inner_texts())
    assert states == {"ज्ञात नहीं"}
    assert set(await page.locator(".tile .time").all_text_contents()) == {""}
    assert set(await page.locator(".chip b").all_inner_texts()) == {"–"}
    assert await page.locator("#queues tr td:nth-child(2)").all_inner_texts() == ["–"] * 6
    await expect(page.locator("#formula")).to_contain_text("14:18:00 बजे तक")


async def test_it_is_grey_while_the_room_is_gone(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        await place.room.stop()
        await expect(page.locator("#banner")).to_contain_text("ऑपरेटर कक्ष की सेवा")
        await nothing_is_known(page)
        place.room.operators["201"] = operator("201", "paused", 9.0, pause_reason="meal")
        await place.room.start()
        await expect(page.locator("#banner")).to_be_hidden(timeout=15000)
        await expect(page.locator(f"{tile('201')} .queue")).to_have_text("खाना")


async def test_it_is_grey_when_the_console_itself_is_gone(
    chromium: Browser, place: Running
) -> None:
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        # A line that hangs: connected, and nothing comes.
        await page.context.set_offline(True)
        place.desk.viewers.leave(next(iter(place.desk.viewers._all)))
        await expect(page.locator("#banner")).to_contain_text("अपने सर्वर", timeout=15000)
        await nothing_is_known(page)
        await page.context.set_offline(False)
        await expect(page.locator("#banner")).to_be_hidden(timeout=15000)


async def test_hindi_and_english_and_the_choice_stays(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await expect(page.locator(f"{tile('201')} .name")).to_have_text("सुनीता यादव")
        await page.click("#language")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator(f"{tile('201')} .name")).to_have_text("Sunita Yadav")
        await expect(page.locator("#formula")).to_contain_text("answered within 20 s ÷")
        hindi = await page.evaluate(
            "[...document.body.innerText.matchAll(/[\\u0900-\\u097F]+/g)].map((m) => m[0])"
        )
        assert hindi == ["हिन्दी"]
        await page.reload()
        await page.wait_for_selector("body.live")
        await expect(page.locator("h1")).to_contain_text("District Helpline")
        await page.click("#language")
        await expect(page.locator(f"{tile('206')} .queue")).to_have_text("चाय")


async def test_dark_and_light_and_the_choice_stays(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, theme="dark") as page:
        await look(page)
        ground = "getComputedStyle(document.body).backgroundColor"
        dark = await page.evaluate(ground)
        await page.click("#theme")
        light = await page.evaluate(ground)
        assert dark != light
        await page.reload()
        assert await page.evaluate(ground) == light


async def test_who_should_be_here_and_is_not(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        # 207, 214, 221, 228, 235 are offline, and expected.
        await expect(page.locator("#absent-count")).to_have_text("5")
        await expect(page.locator("#absent li").first).to_have_text("दिन · 14:00 से")
        place.room.tell(*(operator(str(e)) for e in (207, 214, 221, 228, 235)))
        await expect(page.locator("#absent")).to_have_text("सब अपनी जगह पर हैं")


async def test_a_supervisor_sees_who_waits(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await page.get_by_role("button", name="भोजन", exact=True).click()
        rows = page.locator("#line tbody tr")
        await expect(rows).to_have_count(3)
        await expect(rows.first).to_contain_text("********42")
        assert await faults_of(page) == []
        place.room.tell(queues=(queue("food"),))
        await expect(page.locator("#line .nobody")).to_have_text("कोई प्रतीक्षा में नहीं")
        await page.keyboard.press("Escape")
        await expect(page.locator("#line")).to_be_hidden()
    async with page_at(chromium, place) as page:
        await look(page, "viewer1")
        assert await page.locator(".queue-name").count() == 0


async def test_states_can_be_left_out(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await page.locator(".chip.s-offline").click()
        await expect(page.locator(tile("207"))).to_be_hidden()
        place.room.tell(operator("207"))
        await expect(page.locator(tile("207"))).to_be_visible()


@pytest.mark.parametrize("size", [WALL, DESK, TELEPHONE, (320, 640), (768, 1024)])
async def test_no_screen_scrolls_sideways(
    chromium: Browser, place: Running, size: tuple[int, int]
) -> None:
    async with page_at(chromium, place, size) as page:
        await page.goto("/login")
        assert await overflow(page) == 0
        await look(page)
        for _ in range(2):
            assert await overflow(page) == 0
            await page.click("#language")
        place.room.lose_asterisk()
        await expect(page.locator("body.grey")).to_have_count(1)
        assert await overflow(page) == 0


async def test_forty_operators_fit_a_wall(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        for _ in range(2):
            high = await page.evaluate("document.documentElement.scrollHeight")
            assert high <= WALL[1]
            await page.click("#language")


async def test_a_thousand_operators(chromium: Browser, place: Running) -> None:
    thousand = [operator(str(2001 + n), "available" if n % 3 else "talking") for n in range(1000)]
    async with page_at(chromium, place, WALL) as page:
        await look(page)
        place.room.tell(*thousand)
        await expect(page.locator(".tile")).to_have_count(1040)
        await expect(page.locator("body.many")).to_have_count(1)
        await page.evaluate(
            """() => {
                window.touched = 0;
                new MutationObserver((all) => { window.touched += all.length; })
                    .observe(document.querySelector('#tiles'), {childList: true});
                window.kept = document.querySelector('[data-extension="2500"]');
            }"""
        )
        place.room.tell(operator("2500", "paused", pause_reason="tea"))
        await expect(page.locator(f"{tile('2500')} use")).to_have_attribute("href", "#s-paused")
        assert await page.evaluate("window.touched") == 0
        assert await page.evaluate(
            "window.kept === document.querySelector('[data-extension=\"2500\"]')"
        )


async def test_gaps_are_in_the_table_beside_the_picture(chromium: Browser, place: Running) -> None:
    async with page_at(chromium, place) as page:
        await look(page)
        await expect(page.locator("#chart canvas")).to_have_count(1)
        await page.click("details summary")
        await expect(page.locator("#hours-table")).to_contain_text("3:12 – 3:45: आँकड़े नहीं")
        await expect(page.locator("#hours-table tbody tr").nth(10)).to_contain_text("131")
