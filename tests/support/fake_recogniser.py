"""A recogniser that hears how loud it is and says what it was told to: deterministic, in no time.

``SpeechServer`` with this in it is a real WebSocket that speaks to a real Asterisk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from ivr.speech.grammar import Grammar, HeardWord
from tests.support.utterances import Utterances


class FakeRecogniser:
    """Answers each utterance with the next of ``says``, and the last of them for ever."""

    name = "a fake"

    def __init__(self, says: Iterable[tuple[HeardWord, ...]] = ()) -> None:
        self.says = deque(says)
        self.grammars: list[Grammar] = []
        self.utterances = 0

    def listen(self, grammar: Grammar) -> FakeHearing:
        self.grammars.append(grammar)
        return FakeHearing(self)

    def unknown(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset()

    def transcribe(self, pieces: Iterable[bytes]) -> tuple[HeardWord, ...]:
        heard = sum(len(piece) for piece in pieces)
        return self.next_words() if heard else ()

    def next_words(self) -> tuple[HeardWord, ...]:
        self.utterances += 1
        return self.says.popleft() if len(self.says) > 1 else self.says[0]


class FakeHearing:
    def __init__(self, recogniser: FakeRecogniser) -> None:
        self._recogniser, self._utterances = recogniser, Utterances()

    def hear(self, sound: bytes) -> tuple[HeardWord, ...]:
        return self._recogniser.next_words() if self._utterances.ended(sound) else ()


def words(text: str, confidence: float = 1.0) -> tuple[HeardWord, ...]:
    """Say a phrase, each word as sure as the others."""
    return tuple(HeardWord(word, confidence) for word in text.split(" "))
