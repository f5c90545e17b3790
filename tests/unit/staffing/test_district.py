"""The staff of a real district: its roster, its journal, and what a break costs in its room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from queue_manager.room.wire import Whole
from sahayata import stores
from sahayata.settings import Settings, load
from sahayata.staffing import DistrictStaffing, if_away, open_foresight
from tests.support.past_calls import add_a_busy_hour
from tests.support.rostered import seat_roster

ROOM = Whole.model_validate(
    {
        "live": True,
        "operators": [
            {"extension": "201", "state": "available", "state_s": 1, "queues": {"food": 0}},
            {"extension": "202", "state": "available", "state_s": 1, "queues": {"ration": 0}},
        ],
        "queues": [{"name": "food"}, {"name": "ration"}],
    }
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load(state=str(tmp_path / "state"), environment={})
    seat_roster(found, tmp_path)
    return found


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    made = stores.open_database(settings)
    add_a_busy_hour(made, stores.now())
    yield made
    made.dispose()


async def test_a_break_costs_what_the_journal_foretells(settings: Settings, engine: Engine) -> None:
    foresight = open_foresight(settings.district, engine)
    outlooks = if_away(settings.district, foresight)
    assert outlooks(ROOM, "201") == {}, "nothing is known before it was looked up"
    await foresight.look()
    assert foresight.coming().keys() == {"food"}, "only food was ever called"
    (food,) = outlooks(ROOM, "201").values()
    assert (food.operators, food.then.service_level, food.enough) == (0.0, 0.0, False)
    assert outlooks(ROOM, "202") == {}


async def test_a_day_has_every_queue_of_the_district(settings: Settings, engine: Engine) -> None:
    district = settings.district
    roster = stores.open_roster(settings, stores.load_secrets(settings), engine)
    staffing = DistrictStaffing(district, engine, roster.read)
    planned = await asyncio.to_thread(staffing.day, staffing.today() + timedelta(days=1))
    assert {need.queue for need in planned.needs} == district.queues.keys()
    assert f"{planned.starts(20):%H:%M}" == "10:00"
    assert {need.rostered for need in planned.needs} == {0.0}, "nobody has a shift"
    assert staffing.goal.target == district.metrics.target / 100


async def test_what_is_coming_is_kept_known(settings: Settings, engine: Engine) -> None:
    roster = stores.open_roster(settings, stores.load_secrets(settings), engine)
    staffing = DistrictStaffing(settings.district, engine, roster.read)
    looking = asyncio.create_task(staffing.look_ahead())
    async with asyncio.timeout(20):
        while True:
            if staffing.coming():
                break
            await asyncio.sleep(0.01)
    looking.cancel()
    await asyncio.wait({looking})
