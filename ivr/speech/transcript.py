"""A spoken message, written down by a machine."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.speech.recogniser import RATE, Recogniser

LONGEST_S: Final = 600.0
"""What lies beyond is not listened to: no message is so long."""
PIECE: Final = RATE // 2
"""Samples recognised at a time: half a second."""


class NoMessage(Exception):
    """The file is no spoken message of ours; says why."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a machine understood; "" is nothing."""

    text: str
    confidence: float
    """0 to 1, of all words in the mean."""


def transcribe(
    recogniser: Recogniser, path: Path, stopped: Callable[[], bool] = lambda: False
) -> Transcript:
    """Write a message down; takes a good part of its length, unless it is ``stopped``.

    Raises:
        NoMessage: it is none, or it was stopped.
    """
    try:
        with path.open("rb") as raw, wave.open(raw, "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            if shape != (1, 2, RATE):
                raise NoMessage("is not 8 kHz, 16 bit, one channel")
            words = recogniser.transcribe(_pieces(file, stopped))
    except (wave.Error, EOFError, OSError) as fault:
        raise NoMessage(f"cannot be read: {fault}") from fault
    if not words:
        return Transcript("", 0.0)
    return Transcript(
        " ".join(word.word for word in words), sum(word.confidence for word in words) / len(words)
    )


def _pieces(file: wave.Wave_read, stopped: Callable[[], bool]) -> Iterator[bytes]:
    for _ in range(int(LONGEST_S * RATE / PIECE)):
        if stopped():
            raise NoMessage("was left for later")
        piece = file.readframes(PIECE)
        if not piece:
            return
        yield piece
