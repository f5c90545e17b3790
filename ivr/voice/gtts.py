"""The voice ``gtts``: a service on the internet, by the package gTTS, at build time only.

The service is unofficial, without a promise, and the text leaves this machine. A file that failed
may be empty: it is written under a temporary name, looked at, and only then used.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import soundfile

from ivr.voice.voice import Speech, VoiceFailed

TIME_LIMIT_S: Final = 15.0
LEAST_S_PER_LETTER: Final = 0.02
"""What lasts less than this for each letter was cut off."""


def _package() -> Callable[..., Any]:
    """Give the class of the package. Raises ``VoiceFailed`` when it is not installed."""
    try:
        made: Callable[..., Any] = importlib.import_module("gtts").gTTS
    except ImportError as error:
        raise VoiceFailed("gTTS is not installed: pip install 'sahayata[gtts]'") from error
    return made


@dataclass(frozen=True, slots=True)
class Gtts:
    """gTTS in one language. ``connect`` gives what is asked for sound; tests give another."""

    language: str = "hi"
    connect: Callable[[], Callable[..., Any]] = field(default=_package, repr=False)

    @property
    def name(self) -> str:
        """Name the package."""
        return "gtts"

    def recipe(self, text: str, pace: float) -> str:
        """Return name and text: the service has neither version nor pace."""
        return f"gtts {self.language}: {text}"

    def speak(self, text: str, pace: float) -> Speech:
        """Ask the service. Raises ``VoiceFailed`` when it fails, is late, or says too little."""
        ask = self.connect()
        with tempfile.TemporaryDirectory(prefix="gtts-") as folder:
            file = Path(folder) / "speech.mp3"
            try:
                ask(text, lang=self.language, timeout=TIME_LIMIT_S).save(str(file))
            except Exception as error:  # whatever a library of the network raises, said in words
                raise VoiceFailed(
                    f"gtts did not answer ({type(error).__name__}): {error}"
                ) from error
            if not file.exists() or not file.stat().st_size:
                raise VoiceFailed("gtts answered with an empty file")
            try:
                samples, rate = soundfile.read(file, dtype="float32")
            except soundfile.LibsndfileError as error:
                raise VoiceFailed("gtts answered with what is no sound") from error
        if samples.ndim != 1:
            samples = samples.mean(axis=1)
        letters = sum(character.isalpha() for character in text)
        if samples.size < letters * LEAST_S_PER_LETTER * rate:
            raise VoiceFailed(f"gtts gave only {samples.size / rate:.1f} s for “{text}”")
        return Speech(samples, rate, "")
