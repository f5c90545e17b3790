"""Numbers are said as they are written, and can be read back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indic_numtowords import num2words

from ivr.hindi import digits, number, year
from ivr.hindi.numbers import LARGEST, WORDS

KNOWN_ERRORS = {
    6: "छः",
    18: "अट्ठारह",
    44: "चौंतालीस",  # no Hindi number: a mixture of 34 and 44
    53: "तिरेपन",
    63: "तिरेसठ",
    66: "छयासठ",
    67: "सरसठ",
    79: "उन्यासी",
    88: "अठासी",
}
"""Where indic-numtowords differs: another spelling of the same word, but for 44, which is wrong."""

UNITS = {"सौ": 100, "हज़ार": 1_000, "लाख": 1_00_000, "करोड़": 1_00_00_000}


def read_back(text: str) -> int:
    total, count = 0, 0
    for word in text.split():
        if word in UNITS:
            total, count = total + count * UNITS[word], 0
        else:
            count = WORDS.index(word)
    return total + count


def test_all_words_below_a_hundred_differ() -> None:
    assert len(set(WORDS)) == len(WORDS) == 100


def theirs(n: int) -> str:
    return unicodedata.normalize("NFC", num2words(n, lang="hi"))


def test_words_agree_with_an_independent_list() -> None:
    words = {n: theirs(n) for n in range(100)}
    assert {n: word for n, word in words.items() if word != WORDS[n]} == KNOWN_ERRORS


@pytest.mark.parametrize("hundreds", range(1, 10))
def test_hundreds_agree_with_it_but_for_the_same_words(hundreds: int) -> None:
    begin = f"{KNOWN_ERRORS.get(hundreds, WORDS[hundreds])} सौ"
    for rest in range(100):
        n = 100 * hundreds + rest
        expected = f"{begin} {KNOWN_ERRORS.get(rest, WORDS[rest])}" if rest else begin
        assert theirs(n) == expected
        assert number(n).text == (f"{WORDS[hundreds]} सौ {WORDS[rest] if rest else ''}").strip()


@given(st.integers(0, LARGEST))
def test_a_number_can_be_read_back(n: int) -> None:
    assert read_back(number(n).text) == n


@given(st.integers(0, LARGEST))
def test_a_number_has_one_recording_for_each_word(n: int) -> None:
    phrase = number(n)
    assert len(phrase.prompts) == len(phrase.text.split())


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "शून्य"),
        (100, "एक सौ"),
        (1_05_000, "एक लाख पाँच हज़ार"),
        (12_34_567, "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ"),
        (10_00_00_001, "दस करोड़ एक"),
        (
            99_99_99_999,
            "निन्यानवे करोड़ निन्यानवे लाख निन्यानवे हज़ार नौ सौ निन्यानवे",
        ),
    ],
)
def test_numbers_as_people_say_them(n: int, text: str) -> None:
    assert number(n).text == text


@pytest.mark.parametrize("n", [-1, LARGEST + 1])
def test_what_cannot_be_said_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(n)


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (1857, "अठारह सौ सत्तावन"),
        (1900, "उन्नीस सौ"),
        (1947, "उन्नीस सौ सैंतालीस"),
        (1999, "उन्नीस सौ निन्यानवे"),
        (1005, "एक हज़ार पाँच"),
        (2000, "दो हज़ार"),
        (2026, "दो हज़ार छब्बीस"),
        (2105, "दो हज़ार एक सौ पाँच"),
    ],
)
def test_years_as_people_say_them(n: int, text: str) -> None:
    assert year(n).text == text


@given(st.text("0123456789", min_size=1, max_size=32))
def test_digits_are_said_one_by_one(text: str) -> None:
    assert digits(text).prompts == tuple(f"n_{digit}" for digit in text)


@pytest.mark.parametrize("text", ["", "12a", "१२", "-1", "²"])
def test_only_plain_digits_are_digits(text: str) -> None:
    with pytest.raises(ValueError, match="only the digits"):
        digits(text)
