"""Which keys a Hindi sentence announces: ``भोजन के लिए एक दबाएँ`` announces 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ivr.hindi.numbers import WORDS

KEY_WORDS: Final[Mapping[str, str]] = {
    **{word: str(digit) for digit, word in enumerate(WORDS[:10])},
    "स्टार": "*",
    "हैश": "#",
}
"""How each key is called."""
_WORD: Final = "|".join(KEY_WORDS)
_ANNOUNCED: Final = re.compile(
    rf"(?<!\w)((?:(?:{_WORD})\s+या\s+)*(?:{_WORD}))\s+दबा(?:एँ|एं|इए|ओ|कर)"
)


def announced(text: str) -> tuple[str, ...]:
    """Return the keys a sentence tells the caller to press, in order; ``एक या दो दबाएँ`` is two."""
    return tuple(
        KEY_WORDS[word]
        for words in _ANNOUNCED.findall(text)
        for word in re.split(r"\s+या\s+", words)
    )


def announced_in(prompts: Iterable[str], texts: Mapping[str, str]) -> frozenset[str]:
    """Return every key announced by some of these prompts."""
    return frozenset(key for prompt in prompts for key in announced(texts.get(prompt, "")))
