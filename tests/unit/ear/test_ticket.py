"""The number that a caller hears is read from groups of three, three and four."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.ear import Heard, listen, ticket_number_heard, ticket_numbers_heard
from ivr.hindi import digits, ticket_number
from tests.unit.ear.calls import call, recordings, with_noise


@pytest.mark.parametrize("seed", range(5))
def test_a_number_that_was_played_is_read(seed: int) -> None:
    number = "".join(str(digit) for digit in np.random.default_rng(seed).integers(0, 10, 10))
    sound = call("number_is", *ticket_number(number).prompts, "number_again")
    assert ticket_number_heard(listen(with_noise(sound, 0.005), recordings())) == number


def test_the_last_of_several_numbers() -> None:
    prompts = ("number_is", *ticket_number("1112223333").prompts)
    again = ("number_again", *ticket_number("4710923456").prompts)
    heard = listen(call(*prompts, *again), recordings())
    assert list(ticket_numbers_heard(heard)) == ["1112223333", "4710923456"]
    assert ticket_number_heard(heard) == "4710923456"


def test_the_same_digit_ten_times() -> None:
    sound = call("number_is", *ticket_number("1111111111").prompts)
    assert ticket_number_heard(listen(sound, recordings())) == "1111111111"


def test_a_pin_code_is_no_ticket_number() -> None:
    sound = call("pin_is", *digits("122001").prompts, "pin_right")
    assert ticket_number_heard(listen(sound, recordings())) is None


def test_ten_digits_without_pauses_are_no_ticket_number() -> None:
    assert ticket_number_heard(listen(call(*digits("4710923456").prompts), recordings())) is None


def test_a_number_cut_short_is_none() -> None:
    sound = call("number_is", *ticket_number("4710923456").prompts[:-1])
    assert ticket_number_heard(listen(sound, recordings())) is None


def test_nothing_heard_is_none() -> None:
    assert ticket_number_heard([]) is None
    assert ticket_number_heard([Heard("greeting", 0, 1, 1.0)]) is None
