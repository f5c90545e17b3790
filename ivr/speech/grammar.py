"""What may be said at a menu, and which of it was said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.words import is_phrase

UNKNOWN: Final = "[unk]"
"""What a recogniser calls everything that is none of the words."""
MAX_PHRASES: Final = 100
BESIDE_ANOTHER: Final = 0.5
"""What a word is still worth when one that means nothing here was heard beside it: "not ration"."""

_BETWEEN: Final = "|"
_DECOYS: Final = "!"
"""Stands before a phrase that is no answer here."""


class BadGrammar(ValueError):
    """The text is no grammar of ours."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word that was recognised."""

    word: str
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The one answer that was heard."""

    phrase: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Grammar:
    """Phrases that answer a menu, and decoys: what people say that is no answer to it.

    A recogniser that knows the answers only hears every word as one of them.
    """

    options: tuple[str, ...]
    decoys: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that can be recognised."""
        return self.options + self.decoys

    def to_wire(self) -> str:
        """Write it down in a form that AGI and the dialplan let through."""
        return _BETWEEN.join((*self.options, *(_DECOYS + phrase for phrase in self.decoys)))

    def heard(self, words: Sequence[HeardWord]) -> Guess | None:
        """Find the answer in what was recognised; ``None`` for none, or for more than one."""
        found: dict[str, list[float]] = {}
        beside = False
        at = 0
        while at < len(words):
            phrase = self._longest_at(words, at)
            if not phrase:
                at += 1
                continue
            length = len(phrase.split(" "))
            confidence = min(word.confidence for word in words[at : at + length])
            at += length
            if phrase in self.options:
                found.setdefault(phrase, []).append(confidence)
            else:
                beside = True
        if len(found) != 1:
            return None
        ((phrase, confidences),) = found.items()
        return Guess(phrase, max(confidences) * (BESIDE_ANOTHER if beside else 1.0))

    def _longest_at(self, words: Sequence[HeardWord], at: int) -> str:
        fitting = (
            phrase
            for phrase in self.phrases
            if phrase.split(" ") == [word.word for word in words[at : at + phrase.count(" ") + 1]]
        )
        return max(fitting, key=len, default="")


def from_wire(text: str) -> Grammar:
    """Read what ``Grammar.to_wire`` wrote. Raises ``BadGrammar``."""
    pieces = text.split(_BETWEEN)
    if len(pieces) > MAX_PHRASES:
        raise BadGrammar("too many phrases")
    for piece in pieces:
        if not is_phrase(piece.removeprefix(_DECOYS)):
            raise BadGrammar("a phrase that is none")
    options = tuple(piece for piece in pieces if not piece.startswith(_DECOYS))
    if not options:
        raise BadGrammar("no answer in it")
    return Grammar(options, tuple(piece[1:] for piece in pieces if piece.startswith(_DECOYS)))
