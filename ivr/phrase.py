"""A phrase: what is said, as recordings and as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """Prompt ids to be played in this order, and the same words as text."""

    prompts: tuple[str, ...] = ()
    text: str = ""

    def __add__(self, other: Phrase) -> Phrase:
        """Join two phrases with a space between their words."""
        return Phrase(
            self.prompts + other.prompts, " ".join(t for t in (self.text, other.text) if t)
        )


def joined(phrases: Iterable[Phrase]) -> Phrase:
    """Join phrases in order."""
    result = Phrase()
    for phrase in phrases:
        result += phrase
    return result
