"""One's own password: the old one is asked, other sessions end, and all of it is on record."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from sqlalchemy import Engine

from console.passwords import LEAST, MOST_IN_LINE
from tests.support.console_house import PASSWORD, add_users
from tests.support.console_running import Running, running
from tests.unit.console.test_web import browser, log_in, ours

NEW = "हरा-मैदान-77-नदी-पार"


@pytest.fixture
async def place(store: Engine) -> AsyncIterator[Running]:
    add_users(store)
    async with running(store) as found:
        yield found


async def change(
    session: ClientSession,
    place: Running,
    old: str = PASSWORD,
    new: str = NEW,
    again: str = "",
    *,
    form: str = "",
) -> tuple[int, str]:
    """Load the page, send it, and return the status and what it says."""
    async with session.get("/password?language=en") as answer:
        found = re.search(r'name="form" value="([^"]+)"', await answer.text())
    assert found
    given = {"old": old, "new": new, "again": again or new, "form": form or found[1]}
    sent = session.post("/password?language=en", data=given, headers=ours(place))
    async with sent as answer:
        text = await answer.text()
    said = re.search(r'role="(?:alert|status)">([^<]+)<', text)
    return answer.status, said[1] if said else ""


async def test_a_changed_password_ends_every_other_session(place: Running) -> None:
    async with browser(place) as here, browser(place) as there:
        for session in (here, there):
            assert (await log_in(session, place, "supervisor1"))[0] == 303
        status, said = await change(here, place)
        assert (status, said[:24]) == (200, "Your password is changed")
        for session, expected in ((here, 204), (there, 401)):
            async with session.get("/session") as answer:
                assert answer.status == expected
        assert (await log_in(there, place, "supervisor1"))[0] == 401
        assert (await log_in(there, place, "supervisor1", NEW))[0] == 303
    lines = [(one.who, one.what, one.outcome) for one in place.desk.audit.page()]
    assert ("supervisor1", "password", "confirmed") in lines


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not the password", NEW, NEW, "The password until now is wrong."),
        (PASSWORD, NEW, NEW + "x", "The two new passwords are not the same."),
        (PASSWORD, PASSWORD, PASSWORD, "The new password is the old one."),
        (PASSWORD, "x" * LEAST, "x" * LEAST, "A password has 12 to 200 characters"),
        (PASSWORD, "supervisor1-12", "supervisor1-12", "A password has 12 to 200 characters"),
        (PASSWORD, "n" * 4000 + "ewpass", "n" * 4000 + "ewpass", "A password has 12 to 200"),
    ],
)
async def test_what_is_wrong_changes_nothing(
    place: Running, old: str, new: str, again: str, said: str
) -> None:
    async with browser(place) as session:
        await log_in(session, place, "supervisor1")
        status, answer = await change(session, place, old, new, again)
        assert (status, answer[: len(said)]) == (422, said)
    async with browser(place) as session:
        assert (await log_in(session, place, "supervisor1"))[0] == 303


async def test_who_finds_a_screen_unlocked_cannot_guess(place: Running) -> None:
    async with browser(place) as session:
        await log_in(session, place, "supervisor1")
        statuses = [(await change(session, place, "a wrong guess"))[0] for _ in range(5)]
        assert statuses == [422, 422, 422, 422, 429]
        assert (await change(session, place))[0] == 429, "the right one waits as well"
    lines = [one.outcome for one in place.desk.audit.page() if one.what == "password"]
    assert lines == ["refused"] * 4


async def test_a_form_of_another_page_or_site_changes_nothing(place: Running) -> None:
    async with browser(place) as session:
        await log_in(session, place, "supervisor1")
        assert (await change(session, place, form="0" * 64))[0] == 403
        given = {"old": PASSWORD, "new": NEW, "again": NEW}
        elsewhere = {"Origin": "https://example.org"}
        async with session.post("/password", data=given, headers=elsewhere) as answer:
            assert answer.status == 403
        async with session.post("/password", data=given, headers=ours(place)) as answer:
            assert answer.status == 403


async def test_nobody_changes_a_password_without_being_logged_in(place: Running) -> None:
    async with browser(place) as session:
        async with session.post("/password", data={}, headers=ours(place)) as answer:
            assert answer.status == 401
        html = {"Accept": "text/html"}
        async with session.get("/password", headers=html, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"


async def test_who_was_not_looked_at_does_not_wait(
    place: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browser(place) as session:
        await log_in(session, place, "supervisor1")
        with monkeypatch.context() as crowded:
            crowded.setitem(place.desk.own_password._passwords._in_line, True, MOST_IN_LINE)
            assert [(await change(session, place))[0] for _ in range(4)] == [503] * 4
        assert (await change(session, place))[0] == 200
