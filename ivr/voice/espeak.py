"""The voice ``espeak-ng``: always at hand, quick, and plain as a machine."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import soundfile

from ivr.voice.espeak_ng import PROGRAM, run_espeak
from ivr.voice.respelling import respelt
from ivr.voice.voice import Speech, VoiceFailed


@dataclass(frozen=True, slots=True)
class Espeak:
    """espeak-ng with one set of settings.

    Slower and a little higher than its default, which is hurried on a telephone.
    """

    language: str = "hi"
    words_per_minute: int = 135
    pitch: int = 45
    program: str = PROGRAM

    @property
    def name(self) -> str:
        """Name the program."""
        return "espeak"

    def recipe(self, text: str, pace: float) -> str:
        """Return name, settings and the spelling that is read."""
        settings = f"{self.language} speed={self._speed(pace)} pitch={self.pitch}"
        return f"espeak-ng {settings}: {respelt(text)}"

    def speak(self, text: str, pace: float) -> Speech:
        """Say ``text``. Raises ``VoiceFailed`` when espeak-ng is missing, fails or is silent."""
        spelling = respelt(text)
        sound = self._run(spelling, pace, "--stdout")
        phonemes = self._run(spelling, pace, "-q", "--ipa").decode("utf-8")
        try:
            samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32")
        except soundfile.LibsndfileError as error:
            raise VoiceFailed(f"espeak-ng gave no sound for “{text}”: {error}") from error
        if not np.any(samples):
            raise VoiceFailed(f"espeak-ng said nothing for “{text}”")
        return Speech(samples, rate, " ".join(phonemes.split()))

    def _speed(self, pace: float) -> int:
        return round(self.words_per_minute * pace)

    def _run(self, text: str, pace: float, *options: str) -> bytes:
        settings = ["-v", self.language, "-s", str(self._speed(pace)), "-p", str(self.pitch)]
        return run_espeak(text, *settings, *options, program=self.program)
