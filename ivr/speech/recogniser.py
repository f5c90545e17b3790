"""The port to whatever recognises speech.

Sound is 8 kHz, 16 bit, little-endian, one channel. Calls may take a while and are made in threads:
each ``Hearing`` in one thread at a time, different ones side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from ivr.speech.grammar import Grammar, HeardWord

RATE: Final = 8000
BYTES_PER_SECOND: Final = 16_000


class ModelUnusable(Exception):
    """The folder is no model, or it cannot be loaded; the message says what to do."""


class Hearing(Protocol):
    """One caller being listened to at one menu."""

    def hear(self, sound: bytes) -> tuple[HeardWord, ...]:
        """Take sound; give the words of an utterance that has ended, none while it goes on."""


class Recogniser(Protocol):
    """A model that is loaded once and shared by all."""

    @property
    def name(self) -> str:
        """Which model it is, for the history of a ticket."""

    def listen(self, grammar: Grammar) -> Hearing:
        """Begin to listen for the phrases of a grammar."""

    def unknown(self, words: Iterable[str]) -> frozenset[str]:
        """Tell which words the model cannot recognise, however they are spelt."""

    def transcribe(self, pieces: Iterable[bytes]) -> tuple[HeardWord, ...]:
        """Write down a whole recording, given in pieces."""
