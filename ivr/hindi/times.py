"""Clock times, dates and durations as people say them in Hindi.

Quarters have words of their own: सवा (a quarter past), साढ़े (half past), पौने (a quarter to), and
half past one and two are डेढ़ and ढाई.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from ivr.hindi.numbers import number, small_number
from ivr.phrase import Phrase

MONTHS: Final = (
    *("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून"),
    *("जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"),
)
WEEKDAYS: Final = ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार")
"""Monday first, as ``date.weekday()`` counts."""

SAVAA: Final = Phrase(("t_savaa",), "सवा")
SAADHE: Final = Phrase(("t_saadhe",), "साढ़े")
PAUNE: Final = Phrase(("t_paune",), "पौने")
DEDH: Final = Phrase(("t_dedh",), "डेढ़")
DHAAI: Final = Phrase(("t_dhaai",), "ढाई")
AADHE: Final = Phrase(("t_aadhe",), "आधे")
BAJE: Final = Phrase(("t_baje",), "बजे")
BAJKAR: Final = Phrase(("t_bajkar",), "बजकर")
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

NIGHT_ENDS: Final = 4
"""Before this hour it is still the night of the day before: "आज रात एक बजे" is the coming one."""

NEAR_DAYS: Final = {
    -2: Phrase(("t_parson",), "परसों"),
    -1: Phrase(("t_kal",), "कल"),
    0: Phrase(("t_aaj",), "आज"),
    1: Phrase(("t_kal",), "कल"),
    2: Phrase(("t_parson",), "परसों"),
}
"""Days counted from today. कल and परसों look both ways; the verb of the sentence tells which."""


def clock_time(t: dt.time) -> Phrase:
    """Say a time with its part of the day, seconds dropped: शाम साढ़े पाँच बजे."""
    return _part_of_day(t) + _on_the_clock(t)


def date(d: dt.date, *, weekday: bool = False, year: bool = False) -> Phrase:
    """Say a date: इक्कीस नवंबर, with the weekday before it or the year after it if asked."""
    phrase = small_number(d.day) + Phrase((f"m_{d.month}",), MONTHS[d.month - 1])
    if weekday:
        phrase = Phrase((f"w_{d.isoweekday()}",), WEEKDAYS[d.weekday()]) + phrase
    return phrase + number(d.year) if year else phrase


def day_and_time(when: dt.datetime, now: dt.datetime, tz: dt.tzinfo) -> Phrase:
    """Say when something is, seen from ``now``: आज, कल, परसों and the clock, else the date.

    Both times are aware; they are said in the zone ``tz``. The year is said when it is another one.
    """
    local, today = when.astimezone(tz), now.astimezone(tz)
    near = NEAR_DAYS.get(_days_apart(local, today))
    day = near or date(local.date(), year=local.year != today.year)
    return day + clock_time(local.time())


def duration(length: dt.timedelta) -> Phrase:
    """Say a length of time in days, hours and minutes, rounded up to a minute, at least one.

    In the form that stands before में, के भीतर and तक (एक घंटे, आधे घंटे). A negative length is a
    ``ValueError``.
    """
    if length < dt.timedelta():
        raise ValueError(f"a duration cannot be negative: {length}")
    minutes = max(1, -(-length // dt.timedelta(minutes=1)))
    days, minutes = divmod(minutes, 24 * 60)
    phrase = number(days) + DIN if days else Phrase()
    return phrase + _hours_and_minutes(*divmod(minutes, 60), halves=not days)


def _part_of_day(t: dt.time) -> Phrase:
    return next(part for ends, part in PARTS_OF_DAY if t.hour < ends)


def _hour(hour: int) -> Phrase:
    return small_number((hour - 1) % 12 + 1)


def _on_the_clock(t: dt.time) -> Phrase:
    match t.minute:
        case 0:
            return _hour(t.hour) + BAJE
        case 15:
            return SAVAA + _hour(t.hour) + BAJE
        case 30:
            return _half_past(t.hour) + BAJE
        case 45:
            return PAUNE + _hour(t.hour + 1) + BAJE
        case minute:
            return _hour(t.hour) + BAJKAR + small_number(minute) + MINUTE


def _half_past(hour: int) -> Phrase:
    match hour % 12:
        case 1:
            return DEDH
        case 2:
            return DHAAI
        case _:
            return SAADHE + _hour(hour)


def _days_apart(when: dt.datetime, now: dt.datetime) -> int:
    if when.hour < NIGHT_ENDS:
        return (_day_of_night(when) - _day_of_night(now)).days
    return (when.date() - now.date()).days


def _day_of_night(t: dt.datetime) -> dt.date:
    return (t - dt.timedelta(hours=NIGHT_ENDS)).date()


def _hours_and_minutes(hours: int, minutes: int, *, halves: bool) -> Phrase:
    if minutes == 30 and halves:
        match hours:
            case 0:
                return AADHE + GHANTE
            case 1:
                return DEDH + GHANTE
            case 2:
                return DHAAI + GHANTE
            case _:
                return SAADHE + small_number(hours) + GHANTE
    phrase = small_number(hours) + GHANTE if hours else Phrase()
    return phrase + small_number(minutes) + MINUTE if minutes else phrase
