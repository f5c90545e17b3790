"""Both formulas side by side."""

from __future__ import annotations

import pytest

from queue_manager.staffing.day import StaffingDay
from queue_manager.staffing.demand import HALF_HOURS, Demand
from queue_manager.staffing.erlang import erlang_a, erlang_c
from queue_manager.staffing.levels import Levels, levels, of_all
from queue_manager.staffing.plan import Seat, plan
from tests.support.journals import moment

BUSY = Demand(75, 180.0, 180.0)


def test_they_are_the_formulas_themselves_and_between_whole_numbers_in_between() -> None:
    eleven, twelve = levels(BUSY, 11, 20.0), levels(BUSY, 12, 20.0)
    assert eleven.erlang_c == pytest.approx(erlang_c(11, BUSY.load, 20.0).service_level)
    assert eleven.erlang_c == pytest.approx(0.881, abs=0.001), "the reference of METRICS"
    assert eleven.erlang_a == pytest.approx(erlang_a(11, BUSY.load, 20.0, 180.0).service_level)
    between = levels(BUSY, 11.25, 20.0)
    for formula in ("erlang_a", "erlang_c"):
        few, many = getattr(eleven, formula), getattr(twelve, formula)
        assert getattr(between, formula) == pytest.approx(few + (many - few) / 4)


@pytest.mark.parametrize("operators", [1, 5, 7.5, 8, 9, 11.5, 20])
def test_c_is_the_pessimistic_one(operators: float) -> None:
    found = levels(BUSY, operators, 20.0)
    assert 0 <= found.erlang_c <= found.erlang_a <= 1


def test_the_ends_of_both() -> None:
    assert levels(Demand(0), 0, 20.0) == Levels(1.0, 1.0), "nobody calls"
    assert levels(BUSY, 0, 20.0) == Levels(0.0, 0.0), "nobody sits"
    swamped = levels(BUSY, 7, 20.0)
    assert swamped.erlang_c == 0, "more comes in than seven do"
    assert swamped.erlang_a > 0


def test_a_day_weighs_each_half_hour_by_its_calls() -> None:
    assert of_all([(3, Levels(1, 1)), (1, Levels(0.6, 0.2)), (0, Levels(0, 0))]) == Levels(0.9, 0.8)
    assert of_all([(0, Levels(1, 1))]) is None


def test_a_queue_that_nobody_calls_has_no_level_of_the_day() -> None:
    seat = Seat("201", "Sita", frozenset({"food"}))
    demand = {"food": (BUSY,) * HALF_HOURS, "medical": (Demand(0),) * HALF_HOURS}
    needs = plan(demand, [[seat] * 11] * HALF_HOURS, target=0.8, within_s=20.0)
    planned = StaffingDay(moment(0).date(), needs, (), moment(0))
    assert list(planned.levels()) == ["food"]
    assert planned.levels()["food"].erlang_c == pytest.approx(0.881, abs=0.001)
