"""Dates, and days on the right side of today."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindi import date, day_and_time, relative_day

IST = dt.timezone(dt.timedelta(hours=5, minutes=30))


def test_dates() -> None:
    day = dt.date(2026, 11, 21)
    assert date(day).text == "इक्कीस नवंबर"
    assert date(day).prompts == ("n_21", "m_11")
    assert date(day, weekday=True, year=True).text == "शनिवार इक्कीस नवंबर दो हज़ार छब्बीस"
    assert date(day, weekday=True).prompts[0] == "w_6"
    assert date(dt.date(1962, 1, 1), year=True).text == "एक जनवरी उन्नीस सौ बासठ"


@pytest.mark.parametrize(
    ("now", "when", "text"),
    [
        ("2026-06-01 15:40", "2026-06-01 17:40", "आज शाम पाँच बजकर चालीस मिनट"),
        ("2026-06-01 15:40", "2026-06-02 10:00", "कल सुबह दस बजे"),
        ("2026-06-01 15:40", "2026-05-31 10:00", "कल सुबह दस बजे"),
        ("2026-06-01 15:40", "2026-06-03 10:00", "परसों सुबह दस बजे"),
        ("2026-06-01 15:40", "2026-06-04 10:00", "गुरुवार चार जून सुबह दस बजे"),
        ("2026-12-30 15:40", "2027-01-02 10:00", "शनिवार दो जनवरी दो हज़ार सत्ताईस सुबह दस बजे"),
        # The night belongs to the day it began in: "कल रात एक बजे" would be a day too late.
        ("2026-06-01 23:00", "2026-06-02 01:00", "आज रात एक बजे"),
        ("2026-06-01 22:00", "2026-06-02 00:00", "आज रात बारह बजे"),
        ("2026-06-02 00:30", "2026-06-02 02:30", "आज रात ढाई बजे"),
        ("2026-06-02 00:30", "2026-06-02 09:00", "आज सुबह नौ बजे"),
        ("2026-06-02 00:30", "2026-06-03 00:30", "कल रात साढ़े बारह बजे"),
        ("2026-06-02 10:00", "2026-06-02 01:00", "कल रात एक बजे"),
    ],
)
def test_days_as_seen_from_now(now: str, when: str, text: str) -> None:
    def utc(local: str) -> dt.datetime:
        return dt.datetime.fromisoformat(local).replace(tzinfo=IST).astimezone(dt.UTC)

    assert day_and_time(utc(when), utc(now), IST).text == text


TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("days", "with_verb", "alone"),
    [
        (-3, "बुधवार अठारह नवंबर", "बुधवार अठारह नवंबर"),
        (-2, "परसों", "बीते परसों"),
        (-1, "कल", "बीते कल"),
        (0, "आज", "आज"),
        (1, "कल", "आने वाले कल"),
        (2, "परसों", "आने वाले परसों"),
        (3, "मंगलवार चौबीस नवंबर", "मंगलवार चौबीस नवंबर"),
        (50, "रविवार दस जनवरी दो हज़ार सत्ताईस", "रविवार दस जनवरी दो हज़ार सत्ताईस"),
    ],
)
def test_a_day_seen_from_today(days: int, with_verb: str, alone: str) -> None:
    day = TODAY + dt.timedelta(days=days)
    day = dt.date(2026, 11, 24) if days == 3 else day
    assert relative_day(day, TODAY).text == with_verb
    assert relative_day(day, TODAY, verb_tells=False).text == alone


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.integers(-400, 400))
def test_without_a_verb_no_two_days_are_called_alike(today: dt.date, apart: int) -> None:
    day = today + dt.timedelta(days=apart)
    said = relative_day(day, today, verb_tells=False).text
    others = (today + dt.timedelta(days=other) for other in range(-3, 4) if other != apart)
    assert said not in {relative_day(other, today, verb_tells=False).text for other in others}
