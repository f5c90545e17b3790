"""With recordings missing, a caller hears the next best, and never half a promise."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindi import clock_time, number, ticket_number
from ivr.hindi.numbers import LARGEST
from ivr.voice.next_best import FALLBACK, LEADS, NextBest, next_best

NUMBERS = {f"n_{n}" for n in range(100)} | {"n_sau", "n_hazaar", "n_lakh", "n_karod"}
EVERY = frozenset(
    NUMBERS
    | {"pause_short", "welcome", "goodbye", "t_shaam", "t_bajkar", "t_minute", "t_saadhe", "t_baje"}
    | {FALLBACK}
)


def test_with_nothing_missing_nothing_changes() -> None:
    prompts = ("welcome", *number(1247).prompts, "goodbye")
    assert next_best(prompts, EVERY) == NextBest(prompts)


@pytest.mark.parametrize(
    ("n", "missing", "said"),
    [
        (47, "n_47", ["n_4", "n_7"]),
        (1247, "n_47", ["n_1", "n_2", "n_4", "n_7"]),
        (1_00_000, "n_lakh", ["n_1", "n_0", "n_0", "n_0", "n_0", "n_0"]),
    ],
)
def test_a_number_is_said_digit_by_digit(n: int, missing: str, said: list[str]) -> None:
    best = next_best(("welcome", *number(n).prompts, "goodbye"), EVERY - {missing})
    assert best == NextBest(("welcome", *said, "goodbye"), (missing,))


@given(st.integers(0, LARGEST), st.sets(st.sampled_from(sorted(NUMBERS)), max_size=20))
def test_a_number_is_said_right_or_not_at_all(n: int, missing: set[str]) -> None:
    whole = number(n).prompts
    best = next_best(whole, EVERY - missing)
    spelt = tuple(f"n_{digit}" for digit in str(n))
    assert best.prompts in {whole, spelt, (FALLBACK,)}
    assert not missing & set(best.prompts)
    assert best.unsaid == (best.prompts == (FALLBACK,))


def test_a_ticket_number_without_a_digit_is_not_said() -> None:
    prompts = ("welcome", *ticket_number("4710923456").prompts, "goodbye")
    best = next_best(prompts, EVERY - {"n_9"})
    assert best == NextBest(("welcome", FALLBACK, "goodbye"), ("n_9",), unsaid=True)


def test_what_leads_to_a_number_is_not_said_without_it() -> None:
    digits = ticket_number("4710923456").prompts
    twice = ("number_is", *digits, "pause_short", "number_again", *digits)
    usable = EVERY | LEADS
    assert next_best(twice, usable - {"n_7"}) == NextBest((FALLBACK,), ("n_7",), unsaid=True)
    last = next_best(("welcome", "number_is", *digits, "goodbye"), usable - {"n_7", FALLBACK})
    assert last.prompts == ("welcome", "goodbye")
    other = next_best(("welcome", "gone", "number_is", *digits), usable)
    assert other.prompts == ("welcome", FALLBACK, "number_is", *digits)


def test_a_number_is_said_even_without_what_leads_to_it() -> None:
    digits = ticket_number("4710923456").prompts
    best = next_best(("number_is", *digits), (EVERY | LEADS) - {"number_is"})
    assert best.prompts == (FALLBACK, *digits)


def test_a_missing_pause_is_left_out() -> None:
    prompts = ticket_number("4710923456").prompts
    best = next_best(prompts, EVERY - {"pause_short"})
    assert best.prompts == tuple(prompt for prompt in prompts if prompt != "pause_short")
    assert not best.unsaid


def test_half_a_time_is_never_said() -> None:
    half_past_five = clock_time(dt.time(17, 30)).prompts
    best = next_best(("welcome", *half_past_five), EVERY - {"t_saadhe"})
    assert best == NextBest(("welcome", FALLBACK), ("t_saadhe",), unsaid=True)


def test_a_minute_of_a_time_is_said_digit_by_digit() -> None:
    best = next_best(clock_time(dt.time(17, 40)).prompts, EVERY - {"n_40"})
    assert best.prompts == ("t_shaam", "n_5", "t_bajkar", "n_4", "n_0", "t_minute")


def test_a_missing_sentence_gives_way_to_one_apology() -> None:
    best = next_best(("welcome", "gone", "goodbye", "lost"), EVERY)
    assert best == NextBest(("welcome", FALLBACK, "goodbye"), ("gone", "lost"), unsaid=True)


def test_nothing_is_played_when_even_the_apology_is_missing() -> None:
    assert next_best(("gone",), EVERY - {FALLBACK}) == NextBest((), ("gone",), unsaid=True)
