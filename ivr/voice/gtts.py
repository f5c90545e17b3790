"""The voice ``gtts``: a service on the internet, by the package gTTS, at build time only.

The service is unofficial, without a promise, and the text leaves this machine; the package does not
look at the service's certificate. What it writes when it fails may be empty: nothing is written by
it, and what it gives is looked at before the build puts it into a file.
"""

from __future__ import annotations

import importlib
import io
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import soundfile

from ivr.voice.voice import Samples, Speech, VoiceAway, VoiceFailed

TIME_LIMIT_S: Final = 15.0
"""Without a byte for so long the service is given up; all the package knows of time."""
WHOLE_LIMIT_S: Final = 60.0
"""From the question to the whole of the sound."""
LEAST_S_PER_LETTER: Final = 0.02
"""What lasts less than this for each letter was cut off."""


def _package() -> Callable[..., Any]:
    """Give the class of the package. Raises ``VoiceFailed`` when it is not installed."""
    try:
        made: Callable[..., Any] = importlib.import_module("gtts").gTTS
    except ImportError as error:
        raise VoiceAway("gTTS is not installed: pip install 'sahayata[gtts]'") from error
    return made


@dataclass(frozen=True, slots=True)
class Gtts:
    """gTTS in one language. ``connect`` gives what is asked for sound; tests give another."""

    language: str = "hi"
    connect: Callable[[], Callable[..., Any]] = field(default=_package, repr=False)
    silence_s: float = TIME_LIMIT_S
    whole_s: float = WHOLE_LIMIT_S

    @property
    def name(self) -> str:
        """Name the package."""
        return "gtts"

    def recipe(self, text: str, pace: float) -> str:
        """Return name and text: the service has neither version nor pace."""
        return f"gtts {self.language}: {text}"

    def speak(self, text: str, pace: float) -> Speech:
        """Ask the service.

        Raises ``VoiceAway`` when it cannot be reached, is late or refuses; ``VoiceFailed`` when it
        says too little.
        """
        ask = self.connect()
        limits = {"lang": self.language, "timeout": self.silence_s}
        pieces = self._waited_for(lambda: list(ask(text, **limits).stream()))
        if not any(pieces):
            raise VoiceFailed("gtts answered with nothing")
        sounds = [_decoded(piece) for piece in pieces]
        samples, rate = np.concatenate([sound for sound, _ in sounds]), sounds[0][1]
        letters = sum(character.isalpha() for character in text)
        if samples.size < letters * LEAST_S_PER_LETTER * rate:
            raise VoiceFailed(f"gtts gave only {samples.size / rate:.1f} s for “{text}”")
        return Speech(samples, rate, "")

    def _waited_for(self, work: Callable[[], list[bytes]]) -> list[bytes]:
        """Let the package work; a thread that is late is left to its end."""
        found = Future[list[bytes]]()

        def run() -> None:
            try:
                found.set_result(work())
            except Exception as error:
                found.set_exception(error)

        threading.Thread(target=run, name="gtts", daemon=True).start()
        try:
            return found.result(self.whole_s)
        except Exception as error:  # whatever a library of the network raises, said in words
            why = f"{type(error).__name__}: {error}"
            if not found.done():
                why = f"the sound was not whole after {self.whole_s:g} s"
            raise VoiceAway(f"gtts did not answer ({why}); it needs the internet") from error


def _decoded(piece: bytes) -> tuple[Samples, int]:
    """Read one piece: joined before, a reader may stop where the head of the first says it ends."""
    try:
        samples, rate = soundfile.read(io.BytesIO(piece), dtype="float32")
    except soundfile.LibsndfileError as error:
        raise VoiceFailed("gtts answered with what is no sound") from error
    return (samples.mean(axis=1) if samples.ndim != 1 else samples), rate
