"""``say.conf`` in Hindi: how Asterisk says numbers, dates and times, as ``ivr.hindi`` says them.

Asterisk (apps/app_playback.c, ``mode=new``) looks for the first rule whose pattern fits
``prefix:format:data`` and plays the files after ``=>``; what has a colon there is looked up again,
at most ten times deep. In a pattern X is a digit, Z and N are digits too, ``.`` is all the rest,
hyphens count for nothing and a slash ends it: each of these stands in brackets where it is meant.
``${SAY}`` is the data; of a date it is ``YYYYMMDDhhmm.ss-weekday-day``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from ivr.hindi.grouped import AT_ONCE, LONGEST_TELEPHONE, MOBILE, PIN_CODE, TICKET, even_groups
from ivr.hindi.numbers import SCALES
from ivr.hindi.ordinals import RECORDED_WHOLE
from ivr.hindi.times import PARTS_OF_DAY
from ivr.soundpack.names import NUMBERS, TIMES

LANGUAGE: Final = "hi"

_HEAD: Final = """\
; Hindi for SayNumber, SayUnixTime, Queue and Playback(...,say). Made by a program: see README.md.
; Playback({examples},say) says more than SayNumber can.
[general]
mode=new

[{language}]
"""
_EXAMPLES: Final = "enum:3 ticket:4710923456 pin:122001 phone:9810000101 money:1250 year:1947"
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
_SPECIAL: Final = {letter: f"[{letter}]" for letter in "nxzNXZ."}


def say_conf() -> str:
    """Return a whole ``say.conf``."""
    rules = (*_numbers(), *_digits(), *_values(), *_clock(), *_dates())
    body = "".join(f"    _{pattern} => {said}\n" for pattern, said in rules)
    return _HEAD.format(language=LANGUAGE, examples=_EXAMPLES.replace(" ", " or ")) + body


def _prefix(name: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in name) + ":"


def _numbers() -> Iterator[tuple[str, str]]:
    # A minus is a hyphen, which patterns do not see: the sign is found by reckoning.
    yield _prefix("num") + ".", "sg$[${SAY} < 0]:${SAY}"
    yield "sg1:.", "digits/minus, pos:${SAY:1}"
    yield "sg0:.", "pos:$[${SAY} + 0]"
    yield "pos:X", "digits/${SAY}"
    yield "pos:XX", "digits/${SAY}"
    files = {prompt: file for file, prompt in NUMBERS.items()}
    for ones, unit in reversed(SCALES):
        zeros = len(str(ones)) - 1
        longest = 1 if zeros == 2 else 3 if ones == SCALES[0][0] else 2
        for head in range(1, longest + 1):
            count, word = f"pos:${{SAY:0:{head}}}", files[unit.prompts[0]]
            yield f"pos:{'X' * head}{'0' * zeros}", f"{count}, {word}"
            yield f"pos:{'X' * (head + zeros)}", f"{count}, {word}, pos:$[${{SAY:{head}}} + 0]"


def _digits() -> Iterator[tuple[str, str]]:
    yield "digit:[*]", "digits/star"
    yield "digit:[#]", "digits/pound"
    # By four, as ten steps are the deepest that Asterisk goes.
    for length in range(1, 5):
        yield "digit:" + "X" * length, _one_by_one(length)
    yield "digit:XXXX.", f"{_one_by_one(4)}, digit:${{SAY:4}}"


def _one_by_one(length: int) -> str:
    return ", ".join(f"digits/${{SAY:{at}:1}}" for at in range(length))


def _grouped(sizes: tuple[int, ...], begin: int = 0) -> str:
    groups = []
    for size in sizes:
        groups.append(f"digit:${{SAY:{begin}:{size}}}")
        begin += size
    return ", digits/pause, ".join(groups)


def _values() -> Iterator[tuple[str, str]]:
    ordinal = _prefix("enum")
    yield ordinal + "[1-9]", "digits/h-${SAY}"
    yield f"{ordinal}{RECORDED_WHOLE}", "digits/h-${SAY}"
    yield ordinal + ".", "num:${SAY}, digits/h-vaan"
    yield _prefix("money") + "1", "digits/1, digits/rupaya"
    yield _prefix("money") + ".", "num:${SAY}, digits/rupaye"
    yield "ticket:" + "X" * sum(TICKET), _grouped(TICKET)
    yield _prefix("pin") + "X" * sum(PIN_CODE), _grouped(PIN_CODE)
    phone = _prefix("phone")
    mobile = "[6-9]" + "X" * (sum(MOBILE) - 1)
    yield phone + mobile, _grouped(MOBILE)
    yield f"{phone}0{mobile}", _grouped(MOBILE, begin=1)
    for length in range(AT_ONCE + 1, LONGEST_TELEPHONE + 1):
        yield phone + "X" * length, _grouped(even_groups(length))
    yield phone + ".", "digit:${SAY}"
    yield "year:1[1-9]00", "digits/${SAY:0:2}, digits/hundred"
    yield "year:1[1-9]XX", "digits/${SAY:0:2}, digits/hundred, num:${SAY:2}"
    yield "year:.", "num:${SAY}"


def _clock() -> Iterator[tuple[str, str]]:
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


def _dates() -> Iterator[tuple[str, str]]:
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
