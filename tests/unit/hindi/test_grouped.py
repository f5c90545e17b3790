"""Ticket numbers, PIN codes and telephone numbers, in groups with a pause between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindi import digits, pin_code, telephone, ticket_number


def test_a_ticket_number_is_ten_digits_with_two_pauses() -> None:
    phrase = ticket_number("4710923456")
    assert phrase.prompts == (
        *("n_4", "n_7", "n_1", "pause_short"),
        *("n_0", "n_9", "n_2", "pause_short"),
        *("n_3", "n_4", "n_5", "n_6"),
    )
    assert phrase.text == "चार सात एक, शून्य नौ दो, तीन चार पाँच छह"


@pytest.mark.parametrize("number", ["", "123", "1" * 30, "12345abcde"])
def test_anything_else_is_no_ticket_number(number: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        ticket_number(number)


def test_a_pin_code_is_said_by_three_digits() -> None:
    assert pin_code("122001").text == "एक दो दो, शून्य शून्य एक"


@pytest.mark.parametrize("code", ["", "12200", "1220011", "12a001"])
def test_anything_else_is_no_pin_code(code: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        pin_code(code)


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("112", "112"),
        ("1950", "1950"),
        ("9810000101", "98100 00101"),
        ("09810000101", "98100 00101"),
        ("+91 98100-00101", "98100 00101"),
        ("0124 2345678", "012 4234 5678"),
        ("2345678", "234 5678"),
        ("18001801950", "180 0180 1950"),
    ],
)
def test_telephone_numbers_as_people_dictate_them(number: str, groups: str) -> None:
    assert telephone(number).text == ", ".join(digits(group).text for group in groups.split())


def test_another_country_begins_with_plus() -> None:
    assert telephone("+977 1 441").prompts[:2] == ("l_plus", "n_9")


@pytest.mark.parametrize("number", ["", "1", "+", "98100x0101", "1" * 16, "९८१००००१०१"])
def test_anything_else_is_no_telephone_number(number: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        telephone(number)


@given(st.text("0123456789", min_size=2, max_size=15))
def test_every_digit_is_said_once_in_groups_of_at_most_five(number: str) -> None:
    groups = [group.split() for group in telephone(number).text.split(", ")]
    assert all(2 <= len(group) <= 5 for group in groups)
    said = [word for group in groups for word in group]
    assert digits(number).text.endswith(" ".join(said))
    with_trunk_prefix = len(number) == 11 and number[0] == "0" and number[1] in "6789"
    assert len(number) - len(said) == with_trunk_prefix
