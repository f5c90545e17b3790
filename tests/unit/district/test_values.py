"""Durations and times of day, as a district writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sahayata.district.values import parse_duration, parse_minutes, parse_span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 s", timedelta(seconds=20)),
        ("15min", timedelta(minutes=15)),
        ("1 d 12 h", timedelta(days=1, hours=12)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "2 hours", "h", "-2 h", "2 h 3", "2h;3d", 7, None, True])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_hours_of_the_day() -> None:
    assert parse_minutes("24:00") == 1440
    assert parse_span("09:00-17:30") == (540, 1050)
    for wrong in ("24:01", "9:00", "25:00", "12:60"):
        with pytest.raises(ValueError, match="no time of day"):
            parse_minutes(wrong)
