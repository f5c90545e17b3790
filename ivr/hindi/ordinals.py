"""Ordinal numbers: पहला, दूसरी, तीसरे, पाँचवाँ."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from ivr.hindi.numbers import number, small_number
from ivr.phrase import Phrase


class Form(StrEnum):
    """What the word that follows asks for."""

    MASCULINE = "m"
    """पहला टिकट"""
    FEMININE = "f"
    """पहली बार"""
    OBLIQUE = "o"
    """पहले दिन से"""


OF_THEIR_OWN: Final = {1: "पहल", 2: "दूसर", 3: "तीसर", 4: "चौथ", 6: "छठ"}
"""Ordinals that are not made from the number; an ending follows."""
RECORDED_WHOLE: Final = 10
"""Up to here a word is one recording; above, the number and an ending are two."""

_ENDINGS: Final = {Form.MASCULINE: "ा", Form.FEMININE: "ी", Form.OBLIQUE: "े"}
SUFFIXES: Final = {
    Form.MASCULINE: Phrase(("o_vaan",), "वाँ"),
    Form.FEMININE: Phrase(("o_veen",), "वीं"),
    Form.OBLIQUE: Phrase(("o_ven",), "वें"),
}


def ordinal(n: int, form: Form = Form.MASCULINE) -> Phrase:
    """Say the ordinal of a number from 1 on; anything else is a ``ValueError``."""
    if n < 1:
        raise ValueError(f"not an ordinal that can be said: {n}")
    if n > RECORDED_WHOLE:
        counted, suffix = number(n), SUFFIXES[form]
        return Phrase(counted.prompts + suffix.prompts, counted.text + suffix.text)
    if n in OF_THEIR_OWN:
        return Phrase((f"o_{n}_{form}",), OF_THEIR_OWN[n] + _ENDINGS[form])
    return Phrase((f"o_{n}_{form}",), small_number(n).text + SUFFIXES[form].text)
