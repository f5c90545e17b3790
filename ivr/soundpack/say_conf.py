"""``say.conf`` in Hindi: how Asterisk says numbers, dates and times, as ``ivr.hindi`` says them.

Asterisk (apps/app_playback.c, ``mode=new``) looks for the first rule whose pattern fits
``prefix:format:data`` and plays the files after ``=>``; what has a colon there is looked up again,
at most ten times deep. In a pattern X is a digit, Z and N are digits too, ``.`` is all the rest,
hyphens count for nothing and a slash ends it: each of these stands in brackets where it is meant.
``${SAY}`` is the data; of a date it is ``YYYYMMDDhhmm.ss-weekday-day``.
"""

from __future__ import annotations

from typing import Final

from ivr.soundpack.counted import counted
from ivr.soundpack.dated import dated

LANGUAGE: Final = "hi"

_HEAD: Final = """\
; Hindi for SayNumber, SayUnixTime, Queue and Playback(...,say). Made by a program: see README.md.
; Playback(enum:3,say) says तीसरा; and so with ticket:4710923456, pin:122001, phone:9810000101,
; money:1250 and year:1947.
[general]
mode=new

[{language}]
"""


def say_conf() -> str:
    """Return a whole ``say.conf``."""
    rules = (*counted(), *dated())
    body = "".join(f"    _{pattern} => {said}\n" for pattern, said in rules)
    return _HEAD.format(language=LANGUAGE) + body
