"""One word in the spellings that models know it by. Pure.

Hindi is spelt in more than one way (हाँ and हां, ज़रूरत and जरूरत), and a model knows one of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

CHANDRABINDU: Final = "\u0901"
ANUSVARA: Final = "\u0902"
NUKTA: Final = "\u093c"


def spellings(word: str) -> Iterator[str]:
    """Give the word as it is written, and then as others write it."""
    seen: set[str] = set()
    for nasal in (word, word.replace(CHANDRABINDU, ANUSVARA)):
        apart = unicodedata.normalize("NFD", nasal)
        for form in (
            nasal,
            unicodedata.normalize("NFC", nasal),
            apart,
            apart.replace(NUKTA, ""),
        ):
            if form not in seen:
                seen.add(form)
                yield form
