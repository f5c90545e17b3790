"""Every recording that this package can ask for, with its word: what a catalogue has to hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivr.hindi.days import AANE_WAALE, BEETE, MONTHS, NEAR_DAYS, WEEKDAYS
from ivr.hindi.letters import BLOCKS, LETTERS, MINUS, SIGNS, SPACE
from ivr.hindi.money import PAISA, PAISE, RUPAYA, RUPAYE
from ivr.hindi.numbers import SCALES, small_number
from ivr.hindi.ordinals import RECORDED_WHOLE, SUFFIXES, Form, ordinal
from ivr.hindi.quarters import AADHA, AADHE, CHAUTHAI, DEDH, DHAAI, PAUN, PAUNE, SAADHE, SAVAA
from ivr.hindi.times import BAJE, BAJKAR, DIN, GHANTE, MINUTE, PARTS_OF_DAY, SECOND
from ivr.phrase import Phrase


def _words() -> Iterator[Phrase]:
    yield from (small_number(n) for n in range(100))
    yield from (unit for _, unit in SCALES)
    yield from (ordinal(n, form) for n in range(1, RECORDED_WHOLE + 1) for form in Form)
    yield from SUFFIXES.values()
    yield from (CHAUTHAI, AADHA, AADHE, PAUN, SAVAA, DEDH, DHAAI, SAADHE, PAUNE)
    yield from (BAJE, BAJKAR, SECOND, MINUTE, GHANTE, DIN)
    yield from (part for _, part in PARTS_OF_DAY)
    yield from (*NEAR_DAYS.values(), BEETE, AANE_WAALE)
    yield from (*MONTHS.values(), *WEEKDAYS.values())
    yield from (RUPAYA, RUPAYE, PAISA, PAISE)
    yield from (*LETTERS.values(), *BLOCKS.values(), *SIGNS.values(), SPACE, MINUS)


VOCABULARY: Final = {phrase.prompts[0]: phrase.text for phrase in _words()}
"""Prompt id -> the word it says. Pauses are not among them."""
