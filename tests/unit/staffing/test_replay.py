"""A day through the real engine, and what the formulas said of it before."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from database.engine import reading
from queue_manager.metrics import formulas
from queue_manager.metrics.operator_time import occupancy
from queue_manager.metrics.sums import raw
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Manners
from queue_manager.staffing.replay import all_predicted, replay
from queue_manager.staffing.simulation import Day
from tests.support.journals import MIDNIGHT

TERMS = MetricTerms()


def test_the_engine_counts_what_happened_and_erlang_a_foretold_it(store: Engine) -> None:
    """Ten hours of a steady load: the longer, the closer."""
    demand = {"food": [Demand(60, handling_s=120, patience_s=120)] * 20}
    staff, manners = {"food": [5] * 20}, Manners()
    found = replay(store, Day(demand, staff, manners, seed=11), MIDNIGHT, TERMS)
    food, said = found.sums.queues["food"], all_predicted(demand, staff, 20, manners)["food"]
    assert formulas.balanced(food)
    assert food.vanished == food.waiting == 0
    assert food.offered == pytest.approx(1200, rel=0.1)
    in_time = food.answered_in_time / food.offered
    assert in_time == pytest.approx(said.service_level, abs=0.06)
    assert formulas.speed_of_answer(food) == pytest.approx(said.answer_s, rel=0.25)
    assert food.abandoned / food.offered == pytest.approx(said.abandoned, abs=0.04)
    assert occupancy(found.sums.all_operators) == pytest.approx(said.occupancy, abs=0.06)
    assert formulas.handling_time(food) == pytest.approx(120, rel=0.1)
    assert formulas.patience(food) == pytest.approx(120, rel=0.25)


def test_the_same_seed_is_the_same_day(store: Engine) -> None:
    demand, staff = {"food": [Demand(20)]}, {"food": [3]}
    one, other = (list(Day(demand, staff, Manners(), seed=3).events()) for _ in range(2))
    assert one == other
    found = replay(store, Day(demand, staff, Manners(), seed=3), MIDNIGHT, TERMS)
    with reading(store) as connection:
        again = raw(connection, MIDNIGHT, found.ended, TERMS, found.ended)
    assert again == found.sums
    assert found.events == len(one)


def test_a_day_with_nobody_there_loses_everybody(store: Engine) -> None:
    demand, staff = {"food": [Demand(20)]}, {"food": [0]}
    found = replay(store, Day(demand, staff, Manners(), seed=3), MIDNIGHT, TERMS)
    food = found.sums.queues["food"]
    assert food.answered == 0
    assert food.offered == food.abandoned + food.timed_out > 0
    said = all_predicted(demand, staff, 20, Manners())["food"]
    assert (said.service_level, said.abandoned) == (0, 1)
