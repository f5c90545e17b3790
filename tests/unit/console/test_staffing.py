"""The staff of a day as a page, and what a break costs: from the room and what is foretold."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import Engine

from console.plans import KEPT_S, Plans
from database.engine import StoreUnavailable
from queue_manager.staffing.day import StaffingDay
from tests.support.console_house import StillStaffing, add_users
from tests.support.console_running import Running, running
from tests.support.room_server import RoomServer, operator, queue
from tests.support.waiting import until
from tests.unit.console.test_web import browser, log_in


def fill(room: RoomServer) -> None:
    """Three serve food, one of them psych as well; one is at tea."""
    serving = [operator(f"20{n}", queues={"food": 0}) for n in (1, 2)]
    both = operator("203", "talking", queues={"food": 0, "psych": 1})
    away = operator("204", "paused", queues={"food": 0}, pause_reason="tea")
    room.operators = {one["extension"]: one for one in (*serving, both, away)}
    room.queues = {"food": queue("food", 30.0)}


@pytest.fixture
def users(store: Engine) -> Engine:
    add_users(store)
    return store


async def text_of(place: Running, path: str, name: str = "viewer1") -> str:
    async with browser(place) as session:
        await log_in(session, place, name)
        async with session.get(path) as answer:
            assert answer.status == 200
            return await answer.text()


async def test_everybody_who_is_logged_in_sees_the_day(users: Engine) -> None:
    async with running(users, fill) as place:
        page = await text_of(place, "/staffing?language=en")
    assert page.count('<th scope="row">') == 48 + 1 + 5
    (foot,) = re.findall(r"<tfoot>(.*?)</tfoot>", page)
    both = re.findall(r"<b>(\d+)%</b> / (\d+)%", foot)
    assert len(both) == 5
    assert all(0 < int(by_c) <= int(by_a) < 100 for by_a, by_c in both)
    assert "Rakesh Yadav (202): only Medical, 10:30 – 12:00" in page
    assert "Too few operators in" in page
    short = re.search(r'<td class="short">.*?s-alert.*?<small>short [0-9.]+</small>', page)
    assert short, "colour, shape and word"
    assert "usual figures stand for Food" in page
    assert "too little history" in page, "nothing is foretold of psych"


async def test_the_page_speaks_hindi_first_and_knows_today_and_tomorrow(users: Engine) -> None:
    async with running(users, fill) as place:
        page = await text_of(place, "/staffing")
        assert "राकेश यादव (202): केवल इलाज" in page
        assert "02-06-2026" in page
        page = await text_of(place, "/staffing?day=today")
        assert "01-06-2026" in page
        async with browser(place) as session:
            await log_in(session, place, "viewer1")
            async with session.get("/staffing?day=2026-06-01") as answer:
                assert answer.status == 400


async def test_of_a_room_that_is_not_heard_no_break_is_foretold(users: Engine) -> None:
    async with running(users, fill) as place:
        place.room.lose_asterisk()
        await until(lambda: not place.desk.board.live)
        assert "the room is not heard" in await text_of(place, "/staffing?language=en")
        assert await place.desk.breaks.if_away("201") == {}
        assert await place.desk.breaks.told("201") == ""


async def test_before_a_pause_a_supervisor_is_told_what_it_costs(users: Engine) -> None:
    async with running(users, fill) as place, browser(place) as session:
        await log_in(session, place, "supervisor1")
        async with session.get("/outlook?operator=203") as answer:
            (food,) = (await answer.json())["queues"]
        assert food["queue"] == "food"
        assert 0 < food["then"] < food["now"] < 0.8
        assert (food["target"], food["enough"]) == (0.8, False)
        for nobody in ("204", "999"):
            async with session.get(f"/outlook?operator={nobody}") as answer:
                assert await answer.json() == {"queues": []}
        for wrong in ("", "x", "123456789", "२०३"):
            async with session.get("/outlook", params={"operator": wrong}) as answer:
                assert answer.status == 400


async def test_a_viewer_asks_for_nobodys_break(users: Engine) -> None:
    async with running(users, fill) as place, browser(place) as session:
        await log_in(session, place, "viewer1")
        async with session.get("/outlook?operator=203") as answer:
            assert answer.status == 403


class Counted(StillStaffing):
    """Counts the plans that were made; ``away`` is a lost database."""

    made = 0
    away = False

    def day(self, day: date) -> StaffingDay:
        if self.away:
            raise StoreUnavailable("locked")
        self.made += 1
        return StaffingDay(day, (), (), super().day(day).begins)


async def test_a_plan_is_made_once_in_a_minute_for_all_who_look() -> None:
    at = 0.0
    staffing = Counted()
    plans = Plans(staffing, lambda: at)
    first = await plans.of(plans.today())
    assert await plans.of(plans.today()) is first
    at = KEPT_S
    assert await plans.of(plans.today()) is not first
    assert staffing.made == 2
    staffing.away, at = True, 2 * KEPT_S
    with pytest.raises(StoreUnavailable):
        await plans.of(plans.today())
