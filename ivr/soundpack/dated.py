"""Rules of ``say.conf`` for the clock and for dates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from ivr.asterisk_sounds import TIMES
from ivr.hindi.times import PARTS_OF_DAY
from ivr.soundpack.counted import Rule

_DAY_FORMATS: Final = {
    # Longest first: a format is known by its beginning.
    "[Aa][de][Bbh]Y": "AdBY",
    "[Aa][Bbh][de]Y": "AdBY",
    "[Aa][de][Bbh]": "AdB",
    "[Aa][Bbh][de]": "AdB",
    "[de][Bbh]Y": "dBY",
    "[Bbh][de]Y": "dBY",
    "[de][Bbh]": "dB",
    "[Bbh][de]": "dB",
    "[Bbh]Y": "BY",
    # Today and yesterday by name: say.conf cannot know which day it is.
    "[Qq]": "AdB",
    "[Aa]": "A",
    "[de]": "d",
    "[Bbh]": "B",
    "Y": "Y",
}
"""Formats of strftime that name a day, and the order in which Hindi says it."""
_TIME_FORMATS: Final = ("[HIkl]M", "[HIkl]M[Pp]", "R")
_SECONDS_FORMATS: Final = ("[HIkl]MS", "[HIkl]MS[Pp]", "T")


def dated() -> Iterator[Rule]:
    """Yield the rules, in the order in which they are to be tried."""
    yield from _clock()
    yield from _dates()


def _clock() -> Iterator[Rule]:
    day, any_hour = "X" * 8, "X" * 10
    hour, minutes = "hour:${SAY:8:2}", "num:${SAY:10:2}, minutes"
    yield "hour:.", "digits/$[(${SAY} + 11) % 12 + 1]"
    yield f"clock:{any_hour}00.", f"{hour}, digits/oclock"
    yield f"clock:{any_hour}15.", f"digits/savaa, {hour}, digits/oclock"
    for after_noon, word in ((1, "dedh"), (2, "dhaai")):
        for said in (after_noon, after_noon + 12):
            yield f"clock:{day}{said:02}30.", f"digits/{word}, digits/oclock"
    yield f"clock:{any_hour}30.", f"digits/saadhe, {hour}, digits/oclock"
    yield f"clock:{any_hour}45.", "digits/paune, hour:$[${SAY:8:2} + 1], digits/oclock"
    yield "clock:.", f"past:${{SAY}}, {minutes}"
    yield "past:.", f"{hour}, digits/bajkar"
    files = {prompt: file for file, prompt in TIMES.items()}
    parts = {
        hour: next(said for ends, said in PARTS_OF_DAY if hour < ends).prompts[0]
        for hour in range(24)
    }
    for (tens, prompt), hours in groupby(parts, key=lambda hour: (hour // 10, parts[hour])):
        ones = "".join(str(hour % 10) for hour in hours)
        yield f"part:{day}{tens}[{ones}].", files[prompt]


def _dates() -> Iterator[Rule]:
    time = "part:${SAY}, clock:${SAY}"
    # With its seconds a time has no quarters: half past nine, and ten seconds.
    seconds = "part:${SAY}, past:${SAY}, num:${SAY:10:2}, minutes, num:${SAY:13:2}, seconds"
    for letters, said in {
        "[Aa]": "digits/day-${SAY:16:1}",
        "[Bbh]": "digits/mon-$[${SAY:4:2} - 1]",
        "[de]": "num:${SAY:6:2}",
        "Y": "year:${SAY:0:4}",
    }.items():
        yield f"date:{letters}:.", said
    yield "date::.", "date:dBY:${SAY}"
    yield "time::.", time
    yield "datetime::.", f"date:AdBY:${{SAY}}, {time}"
    for letters, said in _DAY_FORMATS.items():
        yield f"datetime:{letters}:.", f"date:{said}:${{SAY}}"
    yield "datetime:[HIkl]:.", "hour:${SAY:8:2}"
    yield "datetime:M:.", "num:${SAY:10:2}"
    yield "datetime:S:.", "num:${SAY:13:2}"
    yield "datetime:m:.", "num:${SAY:4:2}"
    yield "datetime:[Pp]:.", "part:${SAY}"
    for letters in _TIME_FORMATS:
        yield f"datetime:{letters}:.", time
    for letters in _SECONDS_FORMATS:
        yield f"datetime:{letters}:.", seconds
    # A day and whatever follows: the time is what people put there.
    for letters, said in _DAY_FORMATS.items():
        yield f"datetime:{letters}.", f"date:{said}:${{SAY}}, {time}"
    yield "datetime:.", f"date:AdBY:${{SAY}}, {time}"
