"""A ticket number is said in groups of three, three and four."""

from __future__ import annotations

import pytest

from ivr.hindi import ticket_number


def test_ten_digits_with_two_pauses() -> None:
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
