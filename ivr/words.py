"""What a word is that may be said: the one rule for flows, grammars and the wire. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

MAX_LETTERS: Final = 64
JOINERS: Final = "\u200c\u200d"


def is_phrase(text: str) -> bool:
    """Tell whether this is one word or some, in letters of any script, one blank between."""
    return len(text) <= MAX_LETTERS and all(map(_is_word, text.split(" ")))


def _is_word(text: str) -> bool:
    # A vowel sign of Devanagari is a mark (M), and no letter (L) to Unicode.
    return text[:1].isalpha() and all(
        letter in JOINERS or unicodedata.category(letter)[0] in "LM" for letter in text
    )
