"""What a break costs in the room as it is, and how what is expected gets known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from database.engine import StoreUnavailable
from queue_manager.room.wire import Whole
from queue_manager.staffing.breaks import (
    AtWork,
    Goal,
    at_work_in,
    if_one_left,
    if_so_many_left,
    worst,
)
from queue_manager.staffing.demand import EVERYTHING, HALF_HOURS, Demand
from queue_manager.staffing.foresight import AGAIN_AFTER, Foresight
from queue_manager.staffing.plan import Seat

ZONE = ZoneInfo("Asia/Kolkata")
GOAL = Goal(0.8, 20.0)
BUSY, IDLE = Demand(75), Demand(1)


def operator(extension: str, state: str, *queues: str) -> dict[str, Any]:
    given = dict.fromkeys(queues or ("food",), 0)
    return {"extension": extension, "state": state, "state_s": 1.0, "queues": given}


def room(*operators: dict[str, Any]) -> AtWork:
    queues = [{"name": "food", "waiting": []}, {"name": "medical", "waiting": []}]
    said = {"live": True, "operators": operators, "queues": queues}
    return at_work_in(Whole.model_validate(said))


def crew(count: int, state: str = "available", *queues: str) -> list[dict[str, Any]]:
    return [operator(str(200 + n), state, *queues) for n in range(count)]


def test_only_who_is_at_work_counts() -> None:
    states = ("available", "ringing", "talking", "holding", "wrap_up", "paused", "offline")
    now = room(*(operator(str(200 + n), state) for n, state in enumerate(states)))
    assert {seat.extension for seat in now.seats} == {"200", "201", "202", "203", "204"}


def test_each_more_who_leaves_makes_it_worse_until_it_is_too_few() -> None:
    now, demand = room(*crew(12)), {"food": BUSY, "medical": IDLE}
    levels = [
        if_so_many_left(now, demand, GOAL, count)["food"].then.service_level for count in range(5)
    ]
    assert levels == sorted(levels, reverse=True)
    assert if_so_many_left(now, demand, GOAL, 2)["food"].enough
    assert not if_so_many_left(now, demand, GOAL, 4)["food"].enough
    assert if_so_many_left(now, demand, GOAL, 1)["medical"].operators == 0


def test_the_break_of_one_costs_the_queues_they_serve_and_no_other() -> None:
    both = operator("300", "talking", "food", "medical")
    now, demand = room(*crew(9), both), {"food": BUSY, "medical": BUSY}
    found = if_one_left(now, demand, GOAL, "300")
    assert found.keys() == {"food", "medical"}
    assert found["medical"].operators == 0
    assert found["medical"].then.service_level < found["medical"].now.service_level
    assert if_one_left(now, demand, GOAL, "200").keys() == {"food"}


@pytest.mark.parametrize("extension", ["207", "999", ""])
def test_the_break_of_who_serves_nobody_costs_nothing(extension: str) -> None:
    now = room(*crew(3), operator("207", "paused"))
    assert if_one_left(now, {"food": BUSY}, GOAL, extension) == {}


def test_the_worst_queue_is_the_furthest_below_its_target() -> None:
    now = AtWork((Seat("201", "", frozenset({"food", "medical"})),), {"medical": 9})
    demand = {"food": BUSY, "medical": BUSY}
    assert worst(if_so_many_left(now, demand, GOAL, 0)) == "medical"
    plenty = room(*crew(20))
    assert worst(if_so_many_left(plenty, {"food": BUSY}, GOAL, 1)) == ""


@dataclass
class Books:
    """Foretells what it is told to; ``away`` is a lost database."""

    days: Mapping[str, Sequence[Demand]]
    asked: list[date] = field(default_factory=list)
    away: bool = False
    now: datetime = datetime(2026, 6, 2, 10, 50, tzinfo=ZONE)

    def look_up(self, day: date) -> Mapping[str, Sequence[Demand]]:
        if self.away:
            raise StoreUnavailable("locked")
        self.asked.append(day)
        return self.days

    def foresight(self) -> Foresight:
        return Foresight(self.look_up, ZONE, lambda: self.now)


def half_hours(**calls: float) -> tuple[Demand, ...]:
    return tuple(Demand(calls.get(f"h{half}", 0.0)) for half in range(HALF_HOURS))


async def test_the_coming_half_hour_is_the_one_that_most_of_it_lies_in() -> None:
    books = Books({"food": half_hours(h21=21, h22=22, h47=47)})
    foresight = books.foresight()
    await foresight.look()
    assert foresight.coming()["food"].calls == 22  # 10:50 to 11:20
    books.now = books.now.replace(minute=40)
    assert foresight.coming()["food"].calls == 21
    books.now = books.now.replace(hour=23, minute=50)
    assert foresight.coming()["food"].calls == 47


async def test_of_too_little_history_nothing_is_foretold() -> None:
    few = (Demand(3, assumed=("handling",)),) * HALF_HOURS
    none = (Demand(9, assumed=EVERYTHING),) * HALF_HOURS
    patient = (Demand(9, assumed=("patience",)),) * HALF_HOURS
    foresight = Books({"food": few, "medical": none, "psych": patient}).foresight()
    assert foresight.coming() == {}
    await foresight.look()
    assert foresight.coming().keys() == {"psych"}


async def test_what_is_known_stands_until_the_day_ends_and_is_looked_up_again() -> None:
    books = Books({"food": half_hours(h21=21)})
    foresight = books.foresight()
    await foresight.look()
    await foresight.look()
    assert len(books.asked) == 1
    books.now += AGAIN_AFTER
    books.away = True
    with pytest.raises(StoreUnavailable):
        await foresight.look()
    assert foresight.coming()
    books.now += timedelta(days=1)
    assert foresight.coming() == {}
    books.away = False
    await foresight.look()
    assert books.asked == [date(2026, 6, 2), date(2026, 6, 3)]
    assert foresight.coming()
