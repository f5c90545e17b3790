"""Ticket numbers: well formed, one to one, not guessable, and checked as python-stdnum checks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import verhoeff

from tickets.number import CAPACITY, check_digit, is_well_formed, number_at

KEY = b"k" * 32
places = st.integers(0, CAPACITY - 1)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_check_digit_is_verhoeffs(digits: str) -> None:
    assert check_digit(digits) == verhoeff.calc_check_digit(digits)


@given(places)
def test_every_number_is_well_formed_and_begins_with_1_to_9(place: int) -> None:
    number = number_at(KEY, place)
    assert is_well_formed(number)
    assert verhoeff.is_valid(number)
    assert len(number) == 10
    assert number[0] != "0"


def test_no_number_comes_twice() -> None:
    assert len({number_at(KEY, place) for place in range(20_000)}) == 20_000


def test_neighbours_in_the_sequence_are_no_neighbours() -> None:
    numbers = [int(number_at(KEY, place)[:9]) for place in range(200)]
    steps = [abs(a - b) for a, b in pairwise(numbers)]
    assert min(steps) > 1000
    assert len(set(steps)) == len(steps)


def test_another_key_gives_other_numbers() -> None:
    ours = {number_at(KEY, place) for place in range(1000)}
    assert not ours & {number_at(b"x" * 32, place) for place in range(1000)}


def test_the_same_key_gives_the_same_numbers_for_ever() -> None:
    # Written down on the first day: a change of the permutation would give numbers out twice.
    assert [number_at(KEY, place) for place in (0, 1, 2, CAPACITY - 1)] == [
        "5791162869",
        "4382202242",
        "7749255566",
        "5029082092",
    ]


@given(places, st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_noticed(place: int, where: int, digit: int) -> None:
    number = number_at(KEY, place)
    slipped = number[:where] + str(digit) + number[where + 1 :]
    assert is_well_formed(slipped) == (slipped == number)


@given(places, st.integers(0, 8))
def test_two_neighbours_swapped_are_noticed(place: int, where: int) -> None:
    number = number_at(KEY, place)
    swapped = number[:where] + number[where + 1] + number[where] + number[where + 2 :]
    assert is_well_formed(swapped) == (swapped == number)


@pytest.mark.parametrize(
    "rubbish",
    ["", "123", "1" * 30, "0123456789", "१२३४५६७८९०", "12345 6789", "abcdefghij", "+123456789"],
)
def test_rubbish_is_not_well_formed(rubbish: str) -> None:
    assert not is_well_formed(rubbish)


@pytest.mark.parametrize("place", [-1, CAPACITY])
def test_the_sequence_has_an_end(place: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        number_at(KEY, place)
