"""Words that espeak-ng misreads, in a spelling that it reads right.

It keeps the inherent vowel in the middle of these words (*unasaṭh* for उनसठ) unless a halant takes
it away, and it does not know the chandrabindu of the polite imperative. Each entry is held
by a test on the phonemes that were spoken.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

RESPELLINGS: Final = {
    "तिरपन": "तिर्पन",
    "पचपन": "पच्पन",
    "उनसठ": "उन्सठ",
    "इकसठ": "इक्सठ",
    "तिरसठ": "तिर्सठ",
    "सड़सठ": "सड़्सठ",
    "अड़सठ": "अड़्सठ",
    "उनहत्तर": "उन्हत्तर",
    "इकहत्तर": "इक्हत्तर",
    "पचहत्तर": "पच्हत्तर",
    "सतहत्तर": "सत्हत्तर",
    "अठहत्तर": "अठ्हत्तर",
    "जनवरी": "जन्वरी",
    "डब्ल्यू": "डब्लू",
    "दर्ज": "दरज",
    "ढककर": "ढक्कर",
    "पहचान": "पह्चान",
    "पहले": "पह्ले",
    "फ़रवरी": "फ़र्वरी",
    "बजकर": "बज्कर",
    "रखकर": "रख्कर",
    "लगभग": "लग्भग",
    "लिखकर": "लिख्कर",
    "हेल्पलाइन": "हेल्प लाइन",
}

ENDINGS: Final = {"एँ": "एं", "एँगे": "एंगे", "एँगी": "एंगी"}
"""Endings of words, respelt alike: दबाएँ, धोएँ, पाएँगे."""

_WORD: Final = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")


def respelt(text: str) -> str:
    """Respell the words and endings of ``text`` that are in the tables, whole words only."""
    # Letters with a nukta can be written as one character or as two; NFC makes it always two.
    return _WORD.sub(lambda word: _respelt_word(word[0]), unicodedata.normalize("NFC", text))


def _respelt_word(word: str) -> str:
    for ending, better in ENDINGS.items():
        if word.endswith(ending):
            word = word.removesuffix(ending) + better
    return RESPELLINGS.get(word, word)
