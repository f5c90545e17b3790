"""Ordinals, halves and quarters, money, and names spelled out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindi import money, number, ordinal, quarters, spelled
from ivr.hindi.numbers import LARGEST, WORDS
from ivr.hindi.ordinals import Form


@pytest.mark.parametrize(
    ("n", "masculine", "feminine", "oblique"),
    [
        (1, "पहला", "पहली", "पहले"),
        (2, "दूसरा", "दूसरी", "दूसरे"),
        (3, "तीसरा", "तीसरी", "तीसरे"),
        (4, "चौथा", "चौथी", "चौथे"),
        (5, "पाँचवाँ", "पाँचवीं", "पाँचवें"),
        (6, "छठा", "छठी", "छठे"),
        (9, "नौवाँ", "नौवीं", "नौवें"),
        (25, "पच्चीसवाँ", "पच्चीसवीं", "पच्चीसवें"),
        (106, "एक सौ छहवाँ", "एक सौ छहवीं", "एक सौ छहवें"),
    ],
)
def test_ordinals(n: int, masculine: str, feminine: str, oblique: str) -> None:
    assert [ordinal(n, form).text for form in Form] == [masculine, feminine, oblique]


@given(st.integers(1, LARGEST), st.sampled_from(Form))
def test_every_ordinal_has_its_recordings(n: int, form: Form) -> None:
    phrase = ordinal(n, form)
    words = len(phrase.text.split())
    assert len(phrase.prompts) == (words if n <= 10 else words + 1)


@pytest.mark.parametrize("n", [0, -1, LARGEST + 1])
def test_what_is_no_ordinal_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="can be said"):
        ordinal(n)


def value_of(words: list[str]) -> float:
    """Read an amount back, by another way than it was made."""
    alone = {"चौथाई": 0.25, "आधा": 0.5, "पौन": 0.75, "सवा": 1.25, "डेढ़": 1.5, "ढाई": 2.5}
    match words:
        case [word] if word in alone:
            return alone[word]
        case [word]:
            return WORDS.index(word)
        case [part, word]:
            return WORDS.index(word) + {"सवा": 0.25, "साढ़े": 0.5, "पौने": -0.25}[part]
    raise AssertionError(words)


def test_every_amount_in_quarters_can_be_read_back() -> None:
    for count in range(399):
        phrase = quarters(count)
        words = phrase.text.split()
        assert value_of(words) == count / 4
        assert len(phrase.prompts) == len(words)


@pytest.mark.parametrize("count", [-1, 399, 400, 402])
def test_from_a_hundred_on_there_are_no_quarters(count: int) -> None:
    with pytest.raises(ValueError, match="quarters"):
        quarters(count)


@pytest.mark.parametrize(
    ("rupees", "paise", "text"),
    [
        (0, 0, "शून्य रुपये"),
        (1, 0, "एक रुपया"),
        (500, 0, "पाँच सौ रुपये"),
        (1_250, 50, "एक हज़ार दो सौ पचास रुपये पचास पैसे"),
        (0, 1, "एक पैसा"),
        (0, 75, "पचहत्तर पैसे"),
        (2_00_000, 0, "दो लाख रुपये"),
    ],
)
def test_money(rupees: int, paise: int, text: str) -> None:
    assert money(rupees, paise).text == text


@given(st.integers(2, LARGEST), st.integers(2, 99))
def test_every_sum_says_both_numbers(rupees: int, paise: int) -> None:
    whole, part = money(rupees, paise).text.split(" रुपये ")
    assert whole == number(rupees).text
    assert part == f"{WORDS[paise]} पैसे"


@pytest.mark.parametrize(("rupees", "paise"), [(-1, 0), (LARGEST + 1, 0), (1, 100), (1, -1)])
def test_what_is_no_sum_is_refused(rupees: int, paise: int) -> None:
    with pytest.raises(ValueError, match="not a number"):
        money(rupees, paise)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("B", "बी"),
        ("b-12", "बी बारह"),
        ("DLF 3", "डी एल एफ़ तीन"),
        ("क-7", "क सात"),
        ("C 105", "सी एक सौ पाँच"),
        ("A-1204", "ए एक दो शून्य चार"),
        ("12/3", "बारह बटा तीन"),
        ("007", "शून्य शून्य सात"),
        ("a-b", "ए डैश बी"),
    ],
)
def test_names_of_blocks_and_houses(name: str, text: str) -> None:
    assert spelled(name).text == text


@pytest.mark.parametrize("name", ["", "  ", "ब्लॉक", "१", "é", "²", "🙂"])
def test_what_has_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        spelled(name)
