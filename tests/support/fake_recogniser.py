"""A recogniser that hears how loud it is and says what it was told to: deterministic, in no time.

``SpeechServer`` with this in it is a real WebSocket that speaks to a real Asterisk.
"""

from __future__ import annotations

import asyncio
import sys
from array import array
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from ivr.speech.ears import Ears
from ivr.speech.grammar import Grammar, HeardWord
from ivr.speech.server import SpeechServer

LOUD = 300
"""Mean of the amplitude from which somebody speaks."""
SILENCE = 3
"""So many quiet pieces of a tenth of a second end an utterance."""
PIECE = 1600


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
        self._recogniser = recogniser
        self._rest = b""
        self._quiet = 0
        self._spoken = False

    def hear(self, sound: bytes) -> tuple[HeardWord, ...]:
        self._rest += sound
        while len(self._rest) >= PIECE:
            piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
            samples = array("h", piece)
            if sum(map(abs, samples)) / len(samples) >= LOUD:
                self._spoken, self._quiet = True, 0
            else:
                self._quiet += 1
            if self._spoken and self._quiet >= SILENCE:
                self._spoken = False
                return self._recogniser.next_words()
        return ()


def words(text: str, confidence: float = 1.0) -> tuple[HeardWord, ...]:
    """Say a phrase, each word as sure as the others."""
    return tuple(HeardWord(word, confidence) for word in text.split(" "))


async def serve(port: int, secret: str, says: Iterable[str]) -> None:
    """Serve on a port until killed; each of ``says`` is ``phrase@percent``."""
    told = [text.rpartition("@") for text in says]
    fake = FakeRecogniser(words(phrase, int(percent) / 100) for phrase, _, percent in told)
    server = SpeechServer(Ears(fake, 1), secret, places=4)
    await server.start("127.0.0.1", port)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8"), sys.argv[3:]))
