"""Clock times and durations as people say them: quarters, and parts of the day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindi import clock_time, duration
from ivr.hindi.numbers import WORDS


@pytest.mark.parametrize(
    ("clock", "text"),
    [
        ("00:00", "रात बारह बजे"),
        ("00:30", "रात साढ़े बारह बजे"),
        ("01:30", "रात डेढ़ बजे"),
        ("02:30", "रात ढाई बजे"),
        ("04:00", "सुबह चार बजे"),
        ("08:15", "सुबह सवा आठ बजे"),
        ("10:30", "सुबह साढ़े दस बजे"),
        ("12:00", "दोपहर बारह बजे"),
        ("12:45", "दोपहर पौने एक बजे"),
        ("13:15", "दोपहर सवा एक बजे"),
        ("13:30", "दोपहर डेढ़ बजे"),
        ("14:30", "दोपहर ढाई बजे"),
        ("15:45", "दोपहर पौने चार बजे"),
        ("17:40", "शाम पाँच बजकर चालीस मिनट"),
        ("19:59", "शाम सात बजकर उनसठ मिनट"),
        ("20:00", "रात आठ बजे"),
        ("23:45", "रात पौने बारह बजे"),
    ],
)
def test_clock_times(clock: str, text: str) -> None:
    assert clock_time(dt.time.fromisoformat(clock)).text == text


def minutes_of(words: list[str]) -> int:
    """Read a clock time of the twelve-hour clock back, by another way than it was made."""
    match words:
        case ["डेढ़", "बजे"]:
            return 90
        case ["ढाई", "बजे"]:
            return 150
        case ["सवा", hour, "बजे"]:
            return WORDS.index(hour) * 60 + 15
        case ["साढ़े", hour, "बजे"]:
            return WORDS.index(hour) * 60 + 30
        case ["पौने", hour, "बजे"]:
            return WORDS.index(hour) * 60 - 15
        case [hour, "बजे"]:
            return WORDS.index(hour) * 60
        case [hour, "बजकर", minute, "मिनट"]:
            return WORDS.index(hour) * 60 + WORDS.index(minute)
    raise AssertionError(words)


@given(st.times())
def test_every_time_can_be_read_back(t: dt.time) -> None:
    phrase = clock_time(t)
    _, *words = phrase.text.split()
    assert minutes_of(words) % 720 == (t.hour * 60 + t.minute) % 720
    assert len(phrase.prompts) == len(words) + 1


@pytest.mark.parametrize(
    ("length", "text"),
    [
        ({"seconds": 0}, "एक मिनट"),
        ({"seconds": 61}, "दो मिनट"),
        ({"minutes": 15}, "पंद्रह मिनट"),
        ({"minutes": 30}, "आधे घंटे"),
        ({"hours": 1}, "एक घंटे"),
        ({"minutes": 90}, "डेढ़ घंटे"),
        ({"minutes": 45}, "पैंतालीस मिनट"),
        ({"minutes": 75}, "सवा घंटे"),
        ({"minutes": 105}, "पौने दो घंटे"),
        ({"hours": 2}, "दो घंटे"),
        ({"minutes": 135}, "सवा दो घंटे"),
        ({"minutes": 150}, "ढाई घंटे"),
        ({"minutes": 210}, "साढ़े तीन घंटे"),
        ({"minutes": 130}, "दो घंटे दस मिनट"),
        ({"days": 1}, "एक दिन"),
        ({"days": 7}, "सात दिन"),
        ({"hours": 23, "minutes": 45}, "पौने चौबीस घंटे"),
        ({"days": 1, "minutes": 75}, "एक दिन एक घंटे पंद्रह मिनट"),
        ({"days": 1, "minutes": 30}, "एक दिन तीस मिनट"),
        ({"days": 2, "hours": 3, "minutes": 5}, "दो दिन तीन घंटे पाँच मिनट"),
    ],
)
def test_durations(length: dict[str, float], text: str) -> None:
    assert duration(dt.timedelta(**length)).text == text


@given(st.timedeltas(min_value=dt.timedelta(), max_value=dt.timedelta(days=400)))
def test_a_duration_has_one_recording_for_each_word(length: dt.timedelta) -> None:
    phrase = duration(length)
    assert len(phrase.prompts) == len(phrase.text.split())


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        duration(dt.timedelta(seconds=-1))
