"""Clock times and durations as people say them in Hindi."""

from __future__ import annotations

import datetime as dt
from typing import Final

from ivr.hindi.numbers import number, small_number
from ivr.hindi.quarters import AADHE, PAUNE, SAVAA, half_more, quarters
from ivr.phrase import Phrase

BAJE: Final = Phrase(("t_baje",), "बजे")
BAJKAR: Final = Phrase(("t_bajkar",), "बजकर")
SECOND: Final = Phrase(("t_second",), "सेकंड")
MINUTE: Final = Phrase(("t_minute",), "मिनट")
GHANTE: Final = Phrase(("t_ghante",), "घंटे")
DIN: Final = Phrase(("t_din",), "दिन")

PARTS_OF_DAY: Final = (
    (4, Phrase(("t_raat",), "रात")),
    (12, Phrase(("t_subah",), "सुबह")),
    (16, Phrase(("t_dopahar",), "दोपहर")),
    (20, Phrase(("t_shaam",), "शाम")),
    (24, Phrase(("t_raat",), "रात")),
)
"""Each part of the day with the hour it ends before."""


def part_of_day(t: dt.time) -> Phrase:
    """Say सुबह, दोपहर, शाम or रात."""
    return next(part for ends, part in PARTS_OF_DAY if t.hour < ends)


def clock_time(t: dt.time) -> Phrase:
    """Say a time with its part of the day, seconds dropped: शाम साढ़े पाँच बजे."""
    return part_of_day(t) + _on_the_clock(t)


def duration(length: dt.timedelta) -> Phrase:
    """Say a length of time in days, hours and minutes, rounded up to a minute, at least one.

    In the form that stands before में, के भीतर and तक (एक घंटे, आधे घंटे, पौने दो घंटे). A negative
    length is a ``ValueError``.
    """
    if length < dt.timedelta():
        raise ValueError(f"a duration cannot be negative: {length}")
    minutes = max(1, -(-length // dt.timedelta(minutes=1)))
    days, minutes = divmod(minutes, 24 * 60)
    if days:
        return number(days) + DIN + _hours_and_minutes(minutes)
    if minutes == 30:
        return AADHE + GHANTE
    if minutes > 60 and minutes % 15 == 0:
        return quarters(minutes // 15) + GHANTE
    return _hours_and_minutes(minutes)


def _hour(hour: int) -> Phrase:
    return small_number(_of_twelve(hour))


def _of_twelve(hour: int) -> int:
    return (hour - 1) % 12 + 1


def _on_the_clock(t: dt.time) -> Phrase:
    match t.minute:
        case 0:
            return _hour(t.hour) + BAJE
        case 15:
            return SAVAA + _hour(t.hour) + BAJE
        case 30:
            return half_more(_of_twelve(t.hour)) + BAJE
        case 45:
            return PAUNE + _hour(t.hour + 1) + BAJE
        case minute:
            return _hour(t.hour) + BAJKAR + small_number(minute) + MINUTE


def _hours_and_minutes(minutes: int) -> Phrase:
    hours, minutes = divmod(minutes, 60)
    phrase = small_number(hours) + GHANTE if hours else Phrase()
    return phrase + small_number(minutes) + MINUTE if minutes else phrase
