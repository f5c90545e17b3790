"""Erlang C and A: reference values, the limits between them, and numbers that stay numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_manager.staffing.erlang import (
    Load,
    erlang_a,
    erlang_b,
    erlang_c,
    operators_needed,
)

AHT_S = 180.0
SOON_S = 20.0


@pytest.mark.parametrize(
    ("a_day", "operators", "level", "answer_s", "occupancy"),
    [
        (1_500, 11, 0.881, 9.0, 0.68),
        (2_500, 16, 0.821, 13.6, 0.78),
        (35_000, 183, 0.819, 9.9, 0.956),
    ],
)
def test_the_reference_days(
    a_day: int, operators: int, level: float, answer_s: float, occupancy: float
) -> None:
    busy_hour = Load(a_day / 10, AHT_S)
    assert operators_needed(busy_hour, 0.8, SOON_S) == operators
    found = erlang_c(operators, busy_hour, SOON_S)
    assert found.service_level == pytest.approx(level, abs=0.0005)
    assert found.answer_s == pytest.approx(answer_s, abs=0.05)
    assert found.occupancy == pytest.approx(occupancy, abs=0.005)


def test_erlang_b_of_the_books() -> None:
    assert erlang_b(10, 5.0) == pytest.approx(0.018385, abs=1e-6)
    assert erlang_b(0, 5.0) == 1.0


def test_erlang_c_has_no_answer_when_there_are_more_calls_than_hands() -> None:
    found = erlang_c(7, Load(150, AHT_S), SOON_S)
    assert (found.service_level, found.answer_s) == (0.0, math.inf)
    assert erlang_a(7, Load(150, AHT_S), SOON_S, 120).service_level > 0.4


def chain(operators: int, load: Load, patience_s: float) -> tuple[float, float]:
    """Who hangs up and who waits, state by state, for a queue of up to 2,000."""
    rate, serving, leaving = load.per_hour / 3600, 1 / load.handling_s, 1 / patience_s
    states = [1.0]
    for n in range(1, operators + 2000):
        out = min(n, operators) * serving + max(0, n - operators) * leaving
        states.append(states[-1] * rate / out)
    whole = sum(states)
    lost = sum(max(0, n - operators) * leaving * p for n, p in enumerate(states))
    return lost / whole / rate, sum(states[operators:]) / whole


@pytest.mark.parametrize("operators", [3, 7, 9, 11, 20])
def test_erlang_a_is_the_birth_and_death_of_its_states(operators: int) -> None:
    load = Load(150, AHT_S)
    found = erlang_a(operators, load, SOON_S, 120)
    assert (found.abandoned, found.waits) == pytest.approx(chain(operators, load, 120))


@pytest.mark.parametrize("operators", [9, 11, 15])
def test_with_endless_patience_erlang_a_is_erlang_c(operators: int) -> None:
    load = Load(150, AHT_S)
    a, c = erlang_a(operators, load, SOON_S, 1e8), erlang_c(operators, load, SOON_S)
    assert a.service_level == pytest.approx(c.service_level, abs=1e-4)
    assert a.answer_s == pytest.approx(c.answer_s, rel=1e-3)


def test_little_s_law_holds() -> None:
    """λ · E[W] is the mean queue, who leaves of it is who hangs up: so E[W] = θ · P(abandon)."""
    load = Load(200, AHT_S)
    found = erlang_a(9, load, SOON_S, 90)
    within = [erlang_a(9, load, t, 90).service_level for t in range(0, 600)]
    answered = within[-1]
    mean = sum(answered - level for level in within)  # Riemann sum of the tail, in seconds
    assert found.answer_s * (1 - found.abandoned) == pytest.approx(mean, abs=1.0)
    assert answered == pytest.approx(1 - found.abandoned, abs=1e-3)


@settings(max_examples=60)
@given(
    st.integers(0, 2_000),
    st.floats(0, 60_000),
    st.floats(10, 1_200),
    st.floats(5, 3_600),
    st.floats(0, 120),
)
def test_whatever_the_room_the_numbers_are_shares(
    operators: int, per_hour: float, handling_s: float, patience_s: float, within_s: float
) -> None:
    found = erlang_a(operators, Load(per_hour, handling_s), within_s, patience_s)
    for share in (found.service_level, found.occupancy, found.abandoned, found.waits):
        assert 0 <= share <= 1
    assert found.answer_s >= 0
    assert found.service_level <= 1 - found.abandoned + 1e-6


@settings(max_examples=25)
@given(st.integers(1, 400), st.floats(1, 5_000), st.floats(20, 600))
def test_one_operator_more_is_never_worse(
    operators: int, per_hour: float, patience_s: float
) -> None:
    load = Load(per_hour, AHT_S)
    fewer = erlang_a(operators, load, SOON_S, patience_s)
    more = erlang_a(operators + 1, load, SOON_S, patience_s)
    assert more.service_level >= fewer.service_level - 1e-9
    assert more.abandoned <= fewer.abandoned + 1e-9


@pytest.mark.parametrize("patience_s", [None, 120.0])
def test_needed_is_the_least_that_is_enough(patience_s: float | None) -> None:
    load = Load(350, AHT_S)
    needed = operators_needed(load, 0.8, SOON_S, patience_s)

    def level(operators: int) -> float:
        if patience_s is None:
            return erlang_c(operators, load, SOON_S).service_level
        return erlang_a(operators, load, SOON_S, patience_s).service_level

    assert level(needed) >= 0.8 > level(needed - 1)


def test_nobody_is_needed_where_nobody_calls() -> None:
    assert operators_needed(Load(0, AHT_S), 0.8, SOON_S) == 0


@pytest.mark.parametrize("target", [0, 1, -0.1, 80])
def test_a_target_that_is_no_share_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        operators_needed(Load(10, AHT_S), target, SOON_S)


@pytest.mark.parametrize(("per_hour", "handling_s"), [(-1, 180), (10, 0), (math.nan, 180)])
def test_a_load_of_no_queue_is_refused(per_hour: float, handling_s: float) -> None:
    with pytest.raises(ValueError, match="calls"):
        Load(per_hour, handling_s)


def test_more_than_all_operators_of_the_world_is_refused() -> None:
    with pytest.raises(ValueError, match="10000 operators"):
        operators_needed(Load(10_000_000, AHT_S), 0.8, SOON_S)
    with pytest.raises(ValueError, match="10000 operators"):
        operators_needed(Load(10_000_000, AHT_S), 0.8, SOON_S, 60)
