"""Each formula, with the reference values of the definitions."""

from __future__ import annotations

import pytest

from queue_manager.metrics import formulas
from queue_manager.metrics.operator_time import (
    OperatorTime,
    handling_time_of,
    occupancy,
    ring_no_answer,
    utilisation,
)
from queue_manager.metrics.sheet import Unit, of_calls, of_operators
from queue_manager.metrics.tally import Tally
from queue_manager.metrics.terms import MetricTerms

REFERENCE = Tally(
    offered=1060,
    answered=1000,
    answered_in_time=860,
    abandoned=60,
    abandoned_short=10,
    abandoned_in_time=20,
)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (formulas.service_level, 860 / 1050),
        (formulas.service_level_strict, 860 / 1060),
        (formulas.service_level_threshold, 860 / 1040),
        (formulas.asterisk_perf, 0.86),
        (formulas.asterisk_perf2, 880 / 1060),
    ],
)
def test_five_service_levels_of_the_same_day_differ(formula: object, expected: float) -> None:
    assert callable(formula)
    assert formula(REFERENCE) == pytest.approx(expected)


def test_who_waits_beyond_the_threshold_is_a_failure_already() -> None:
    waiting = Tally(offered=4, answered=2, answered_in_time=2, waiting=2, waiting_late=2)
    assert formulas.service_level(waiting) == 0.5
    assert formulas.service_level_strict(waiting) == 1.0


def test_who_left_by_the_limit_counts_against_the_service() -> None:
    day = Tally(offered=4, answered=3, answered_in_time=3, timed_out=1)
    assert formulas.service_level(day) == 0.75


def test_a_call_back_is_neither_a_success_nor_a_failure() -> None:
    day = Tally(offered=4, answered=3, answered_in_time=3, called_back=1)
    assert formulas.service_level(day) == 1.0
    assert formulas.balanced(day)


def test_an_answer_whose_wait_nobody_saw_is_in_no_service_level() -> None:
    day = Tally(offered=2, answered=2, answered_in_time=1, answered_unseen=1, wait_answered_s=9)
    assert formulas.service_level(day) == 1.0
    assert formulas.speed_of_answer(day) == 9.0


def test_waits() -> None:
    day = Tally(
        offered=6,
        answered=2,
        abandoned=2,
        abandoned_short=1,
        timed_out=1,
        called_back=1,
        wait_answered_s=30,
        wait_abandoned_s=50,
        wait_timed_out_s=300,
        wait_called_back_s=100,
    )
    assert formulas.speed_of_answer(day) == 15
    assert formulas.mean_wait(day) == 380 / 5
    assert formulas.time_to_abandon(day) == 25
    assert formulas.patience(day) == 240
    assert formulas.abandonment(day) == 1 / 5


def test_handling_time_is_of_those_whose_talk_is_over() -> None:
    assert formulas.handling_time(Tally(answered=3, handled=2, talk_s=300, wrap_s=60)) == 180


def test_nothing_divided_by_nothing_is_no_number() -> None:
    figures = of_calls(Tally(), MetricTerms())
    assert {f.value for f in figures if f.unit is not Unit.CALLS} == {None}
    assert {f.value for f in figures if f.unit is Unit.CALLS} == {0}


def test_operators() -> None:
    time = OperatorTime(
        talking_s=300,
        holding_s=60,
        wrap_up_s=40,
        available_s=350,
        ringing_s=50,
        paused_s=200,
        answered=4,
        missed=1,
    )
    assert occupancy(time) == 400 / 800
    assert utilisation(time) == 400 / 1000
    assert ring_no_answer(time) == 1 / 5
    assert handling_time_of(time) == 100
    assert {f.name for f in of_operators(time)} >= {"occupancy", "utilisation"}


def test_a_number_has_its_formula_beside_it_with_the_thresholds_in_force() -> None:
    terms = MetricTerms(answer_within_s=30, short_s=3)
    found = {f.name: f for f in of_calls(REFERENCE, terms)}
    formula = found["service_level"].formula
    assert formula == "A(w ≤ 30 s) / (A + B(w > 3 s) + T + waiting(w > 30 s))"


@pytest.mark.parametrize(
    "terms", [{"answer_within_s": 4}, {"short_s": -1}, {"repeat_days": 0}, {"answer_within_s": 0}]
)
def test_thresholds_that_make_no_sense_are_refused(terms: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"thresholds|short abandon"):
        MetricTerms(**terms)  # type: ignore[arg-type]
