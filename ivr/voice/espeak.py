"""The voice ``espeak-ng``: always at hand, quick, and plain as a machine."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

import numpy as np
import soundfile

from ivr.voice.respelling import respelt
from ivr.voice.voice import Speech, VoiceFailed

TIME_LIMIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Espeak:
    """espeak-ng with one set of settings.

    Slower and a little higher than its default, which is hurried on a telephone.
    """

    language: str = "hi"
    words_per_minute: int = 135
    pitch: int = 45
    program: str = "espeak-ng"

    def recipe(self, text: str) -> str:
        """Return name, settings and the spelling that is read."""
        settings = f"{self.language} speed={self.words_per_minute} pitch={self.pitch}"
        return f"espeak-ng {settings}: {respelt(text)}"

    def speak(self, text: str) -> Speech:
        """Say ``text``. Raises ``VoiceFailed`` when espeak-ng is missing, fails or is silent."""
        spelling = respelt(text)
        sound = self._run(spelling, "--stdout")
        phonemes = self._run(spelling, "-q", "--ipa").decode("utf-8")
        try:
            samples, rate = soundfile.read(io.BytesIO(sound), dtype="float32")
        except soundfile.LibsndfileError as error:
            raise VoiceFailed(f"espeak-ng gave no sound for “{text}”: {error}") from error
        if not np.any(samples):
            raise VoiceFailed(f"espeak-ng said nothing for “{text}”")
        return Speech(samples, rate, " ".join(phonemes.split()))

    def _run(self, text: str, *options: str) -> bytes:
        program = shutil.which(self.program)
        if program is None:
            raise VoiceFailed(f"{self.program} is not installed (apt-get install espeak-ng)")
        settings = ["-v", self.language, "-s", str(self.words_per_minute), "-p", str(self.pitch)]
        try:
            done = subprocess.run(  # noqa: S603 - the program is found on PATH, the text is its input
                [program, *settings, *options, "--stdin"],
                input=text.encode(),
                capture_output=True,
                timeout=TIME_LIMIT_S,
                check=True,
            )
        except subprocess.TimeoutExpired as error:
            raise VoiceFailed(f"{self.program} took more than {TIME_LIMIT_S:.0f} s") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip()
            raise VoiceFailed(f"{self.program} failed ({error.returncode}): {said}") from error
        return done.stdout
