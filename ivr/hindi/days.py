"""Dates, and days as they are called from today: आज, कल, परसों.

कल is yesterday as well as tomorrow, परसों is two days off on either side. The verb of the sentence
tells which; where there is none, a word has to (बीते, आने वाले).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from ivr.hindi.numbers import small_number
from ivr.hindi.numbers import year as year_of
from ivr.hindi.times import clock_time
from ivr.phrase import Phrase

_MONTHS: Final = (
    *("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून"),
    *("जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"),
)
_WEEKDAYS: Final = ("सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार", "रविवार")

MONTHS: Final = {n: Phrase((f"m_{n}",), name) for n, name in enumerate(_MONTHS, 1)}
"""As ``date.month`` counts."""
WEEKDAYS: Final = {n: Phrase((f"w_{n}",), name) for n, name in enumerate(_WEEKDAYS, 1)}
"""Monday is 1, as ``date.isoweekday()`` counts."""

BEETE: Final = Phrase(("t_beete",), "बीते")
AANE_WAALE: Final = Phrase(("t_aane_waale",), "आने वाले")
NEAR_DAYS: Final = {
    -2: Phrase(("t_parson",), "परसों"),
    -1: Phrase(("t_kal",), "कल"),
    0: Phrase(("t_aaj",), "आज"),
    1: Phrase(("t_kal",), "कल"),
    2: Phrase(("t_parson",), "परसों"),
}
"""Days counted from today."""
NIGHT_ENDS: Final = 4
"""Before this hour it is still the night of the day before: "आज रात एक बजे" is the coming one."""


def date(d: dt.date, *, weekday: bool = False, year: bool = False) -> Phrase:
    """Say a date: इक्कीस नवंबर, with the weekday before it or the year after it if asked."""
    phrase = small_number(d.day) + MONTHS[d.month]
    if weekday:
        phrase = WEEKDAYS[d.isoweekday()] + phrase
    return phrase + year_of(d.year) if year else phrase


def relative_day(day: dt.date, today: dt.date, *, verb_tells: bool = True) -> Phrase:
    """Say which day it is, seen from ``today``: आज, कल, परसों, else the date with its weekday.

    Without a verb that tells past from future a word does: बीते कल, आने वाले परसों. The year is
    said when it is another one.
    """
    near = NEAR_DAYS.get((day - today).days)
    if near is None:
        return date(day, weekday=True, year=day.year != today.year)
    if verb_tells or day == today:
        return near
    return (BEETE if day < today else AANE_WAALE) + near


def day_and_time(when: dt.datetime, now: dt.datetime, tz: dt.tzinfo) -> Phrase:
    """Say when something is, seen from ``now``: आज, कल, परसों and the clock, else the date.

    Both times are aware; they are said in the zone ``tz``. The verb of the sentence has to tell
    past from future. The year is said when it is another one.
    """
    local, today = when.astimezone(tz), now.astimezone(tz)
    near = NEAR_DAYS.get(_days_apart(local, today))
    day = near or date(local.date(), weekday=True, year=local.year != today.year)
    return day + clock_time(local.time())


def _days_apart(when: dt.datetime, now: dt.datetime) -> int:
    if when.hour < NIGHT_ENDS:
        return (_day_of_night(when) - _day_of_night(now)).days
    return (when.date() - now.date()).days


def _day_of_night(t: dt.datetime) -> dt.date:
    return (t - dt.timedelta(hours=NIGHT_ENDS)).date()
