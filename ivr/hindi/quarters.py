"""Halves and quarters, which have words of their own: सवा, डेढ़, पौने दो, ढाई, साढ़े तीन."""

from __future__ import annotations

from typing import Final

from ivr.hindi.numbers import small_number
from ivr.phrase import Phrase

CHAUTHAI: Final = Phrase(("t_chauthai",), "चौथाई")
AADHA: Final = Phrase(("t_aadha",), "आधा")
AADHE: Final = Phrase(("t_aadhe",), "आधे")
"""The half before में, के अंदर, तक: "आधे घंटे में"."""
PAUN: Final = Phrase(("t_paun",), "पौन")
SAVAA: Final = Phrase(("t_savaa",), "सवा")
DEDH: Final = Phrase(("t_dedh",), "डेढ़")
DHAAI: Final = Phrase(("t_dhaai",), "ढाई")
SAADHE: Final = Phrase(("t_saadhe",), "साढ़े")
PAUNE: Final = Phrase(("t_paune",), "पौने")


def quarters(count: int) -> Phrase:
    """Say an amount below one hundred, counted in quarters: 6 is डेढ़, 13 is सवा तीन.

    Anything else is a ``ValueError``: from one hundred on these words multiply the unit (सवा सौ is
    125, not 100 and a quarter).
    """
    whole, part = divmod(count, 4)
    if not 0 <= whole < 100 or (whole, part) == (99, 3):
        raise ValueError(f"not an amount that can be said in quarters: {count}")
    match part:
        case 1:
            return _a_quarter_more(whole)
        case 2:
            return half_more(whole)
        case 3:
            return PAUNE + small_number(whole + 1) if whole else PAUN
    return small_number(whole)


def half_more(whole: int) -> Phrase:
    """Say ``whole`` and a half: आधा, डेढ़, ढाई, साढ़े तीन."""
    match whole:
        case 0:
            return AADHA
        case 1:
            return DEDH
        case 2:
            return DHAAI
    return SAADHE + small_number(whole)


def _a_quarter_more(whole: int) -> Phrase:
    match whole:
        case 0:
            return CHAUTHAI
        case 1:
            return SAVAA
    return SAVAA + small_number(whole)
