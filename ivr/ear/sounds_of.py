"""How a sentence sounds, from how it is written in Devanagari or in the Urdu script.

Hindi and Urdu are one spoken language. Whisper has heard far more of it written in the Urdu script,
and writes that better. So both spellings are brought to what they have in common: consonants and
long vowels. Short vowels, which Urdu leaves out, doubled letters, the difference between dental and
retroflex, z and j, and nasal vowels do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final


def _table(pairs: str) -> dict[str, str]:
    """Read a table of letters, each followed by its sound."""
    words = pairs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_PLAIN: Final = _table(
    "क k ख kh ग g घ gh च c छ ch ज j झ jh ट t ठ th "
    "ड d ढ dh त t थ th द d ध dh प p फ f ब b भ bh "
    "ङ n ञ n ण n न n म m य y र r ल l व v श S ष S स s ह h"
)
_DOTTED: Final = _table("क k ख kh ग g ज j फ f ड r ढ rh")
_CONSONANTS: Final = {
    **_PLAIN,
    **{letter + "\u093c": sound for letter, sound in _DOTTED.items()},
}
_SIGNS: Final = {
    **dict.fromkeys("\u093e\u0949", "a"),
    **dict.fromkeys("\u0940\u0947\u0948", "y"),
    **dict.fromkeys("\u0942\u094b\u094c", "v"),
    "\u0943": "r",
}
"""Long vowels behind a consonant; short ones are not heard here."""
_VOWELS: Final = _table("अ a आ a ऑ a इ y ई y ए y ऐ y उ v ऊ v ओ v औ v ऋ r")
_FIRST: Final = _table("अ a इ a उ a आ a ऑ a ई ay ए ay ऐ ay ऊ av ओ av औ av")
"""Vowels at the beginning of a word: the Urdu script begins them with an alif."""
_URDU: Final = _table(
    "ب b پ p ت t ٹ t ث s ج j چ c ح h خ kh د d ڈ d ذ j "
    "ر r ڑ r ز j ژ j س s ش S ص s ض j ط t ظ j ع a غ g "
    "ف f ق k ک k ك k گ g ل l م m ن n و v ہ h ھ h ه h "
    "ة h ۃ h ی y ي y ے y ئ y آ a ا a أ a ؤ v ۓ y"
)
_NASALS: Final = "\u0901\u0902"


def sounds(text: str) -> str:
    """Return the consonants and long vowels of a text in either script, without spaces."""
    apart = unicodedata.normalize("NFD", text).replace("\u0627\u0653", "آ").replace("پھ", "ف")
    for composed in ("ئ", "ؤ", "أ", "ۓ"):
        apart = apart.replace(unicodedata.normalize("NFD", composed), composed)
    words = re.findall(r"[\u0900-\u0963\u0970-\u097f\u0620-\u06d3]+", apart)
    return re.sub(r"(.)\1+", r"\1", "".join(_ended("".join(_word(word))) for word in words))


def _word(word: str) -> Iterator[str]:
    pieces = re.findall(r".\u093c?", word)
    for at, piece in enumerate(pieces):
        if piece in _NASALS:
            # A nasal vowel at the end is hardly heard; before a consonant it is an n.
            following = _CONSONANTS.get("".join(pieces[at + 1 : at + 2]), "")
            yield "" if not following else "m" if following[0] in "pbf" else "n"
        elif at == 0 and piece in _FIRST:
            yield _FIRST[piece]
        else:
            known = _CONSONANTS.get(piece) or _SIGNS.get(piece) or _VOWELS.get(piece)
            yield known or _URDU.get(piece, "")


def _ended(word: str) -> str:
    """Write the h at the end of a word as the vowel it is."""
    return re.sub(r"h$", "a", word) if len(word) > 1 else word


def error_rate(said: str, heard: str) -> float:
    """Return how many changes turn what was heard into what was said, for each sound that was said.

    It is Levenshtein's distance: 0 is perfect, and more than 1 is possible.
    """
    one, other = sounds(said), sounds(heard)
    if not one:
        return 0.0 if not other else 1.0
    row = list(range(len(other) + 1))
    for at, sound in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, candidate in enumerate(other, 1):
            cheapest = min(row[place] + 1, row[place - 1] + 1, before + (sound != candidate))
            before, row[place] = row[place], cheapest
    return row[-1] / len(one)
