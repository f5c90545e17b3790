"""From a text to the symbols that Kokoro was trained on.

They are espeak-ng's phonemes of each clause, with the clause's own punctuation behind it: the model
draws pauses and the fall of the voice from it. Two-letter sounds lose their tie, marks over a
letter stand behind it, as in the phonemes the model has seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from ivr.voice.respelling import respelt

VERSION: Final = "symbols-1"
"""Changes when the same text becomes other symbols."""
MARKS: Final = {"।": ".", "–": "—", ".": ".", ",": ",", "?": "?", "!": "!", ":": ":", ";": ";"}
"""What ends a clause, and the symbol for it."""

_CLAUSE: Final = re.compile(rf"([^{''.join(MARKS)}]*)([{''.join(MARKS)}]*)")
_UNSAID: Final = str.maketrans("", "", "'\"()")


def symbols(text: str, phonemes_of: Callable[[str], str]) -> str:
    """Return the symbols of ``text``. ``phonemes_of`` gives the phonemes of one clause."""
    parts = []
    for words, marks in _CLAUSE.findall(respelt(text.translate(_UNSAID))):
        spoken = _folded(phonemes_of(words.strip())) if words.strip() else ""
        if spoken or marks:
            parts.append(spoken + MARKS.get(marks[:1], ""))
    return " ".join(parts)


def _folded(phonemes: str) -> str:
    apart = unicodedata.normalize("NFD", phonemes)
    return apart.replace("^", "").replace("-", "").replace("g", "ɡ")
