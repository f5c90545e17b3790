"""How a sentence sounds, from how it is written in Devanagari or in the Urdu script.

Hindi and Urdu are one spoken language. Whisper has heard far more of it written in the Urdu script,
and writes that better. So both spellings are brought to what they have in common: consonants and
long vowels. A short i or u is left out in Urdu (دن) or written as if it were long (پولیس): both are
right. Doubled letters, the difference between dental and retroflex, z and j, and nasal vowels do
not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
"""Long vowels behind a consonant."""
_SHORT: Final = {"\u093f": "i", "\u0941": "u"}
_AS_LONG: Final = {"i": "y", "u": "v"}
"""How Urdu writes a short vowel where it writes it."""
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


@dataclass(frozen=True, slots=True)
class Said:
    """A sound that was said."""

    sound: str
    may_miss: bool
    """Whether it is no error when it was not written down."""


def sounds(text: str) -> str:
    """Return the consonants and long vowels of a text in either script, without spaces."""
    words = (_ended(re.sub("[iu]", "", word)) for word in _words(text))
    return re.sub(r"(.)\1+", r"\1", "".join(words))


def said_sounds(text: str) -> tuple[Said, ...]:
    """Return all sounds of a text, short vowels too, without spaces."""
    said: list[Said] = []
    for sound in re.sub(r"(.)\1+", r"\1", "".join(_ended(word) for word in _words(text))):
        if sound in _AS_LONG:
            said.append(Said(_AS_LONG[sound], may_miss=True))
        else:
            # Without the short vowel between them two alike are written as one.
            twice = len(said) > 1 and said[-1].may_miss and said[-2].sound == sound
            said.append(Said(sound, may_miss=twice))
    if unicodedata.normalize("NFD", text.strip()) in _CONSONANTS:
        said.append(Said("a", may_miss=True))  # Alone, a letter is said with its vowel: क.
    return tuple(said)


def _words(text: str) -> Iterator[str]:
    apart = unicodedata.normalize("NFD", text).replace("\u0627\u0653", "آ").replace("پھ", "ف")
    for composed in ("ئ", "ؤ", "أ", "ۓ"):
        apart = apart.replace(unicodedata.normalize("NFD", composed), composed)
    for word in re.findall(r"[\u0900-\u0963\u0970-\u097f\u0620-\u06d3]+", apart):
        yield "".join(_word(word))


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
            yield known or _SHORT.get(piece) or _URDU.get(piece, "")


def _ended(word: str) -> str:
    """Write the h at the end of a word as the vowel it is."""
    return re.sub(r"h$", "a", word) if len(word) > 1 else word


def error_rate(said: str, heard: str) -> float:
    """Return how many changes turn what was heard into what was said, for each sound that was said.

    It is Levenshtein's distance: 0 is perfect, and more than 1 is possible.
    """
    there = sounds(heard)
    one = said_sounds(said)
    if not one:
        return 0.0 if not there else 1.0
    return distances(one, there)[-1] / how_many(one)


def error_among(before: str, said: str, after: str, heard: str) -> float:
    """Return the changes in the place of ``said``, for each sound of it.

    ``heard`` is parted in three so that the whole takes the fewest changes; where two partings
    take as many, by the one that blames ``said`` more.
    """
    first, word, last = said_sounds(before), said_sounds(said), said_sounds(after)
    # Where two words meet, a doubled sound counts once, as within one.
    if first and word and first[-1].sound == word[0].sound:
        first = first[:-1]
    if last and word and last[0].sound == word[-1].sound:
        last = last[1:]
    there = sounds(heard)
    begins = distances(first, there)
    ends = distances(last[::-1], there[::-1])[::-1]
    partings = (
        (begins[begin] + own + ends[begin + length], -own)
        for begin in range(len(there) + 1)
        for length, own in enumerate(distances(word, there[begin:]))
    )
    return -min(partings)[1] / max(1, how_many(word))


def how_many(said: Sequence[Said]) -> int:
    """Count the sounds that have to be written down."""
    return sum(not one.may_miss for one in said)


def distances(said: Sequence[Said], heard: str) -> Sequence[int]:
    """Return how many changes turn each beginning of ``heard``, from the empty one, to ``said``."""
    row = list(range(len(heard) + 1))
    for one in said:
        left_out = 0 if one.may_miss else 1
        before, row[0] = row[0], row[0] + left_out
        for place, candidate in enumerate(heard, 1):
            changed = before + (one.sound != candidate)
            cheapest = min(row[place] + left_out, row[place - 1] + 1, changed)
            before, row[place] = row[place], cheapest
    return row
