"""The voice of a person: a wav put into ``prompts/<language>/recorded/``, preferred to all others.

A wav that would not sound right on a telephone is refused with the reason, before it is read whole.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from ivr.call import PromptId
from ivr.voice.processing import MASTER_RATE
from ivr.voice.voice import Samples, Speech, VoiceFailed

FOLDER: Final = "recorded"
"""Beside the catalogue; a wav is named by the id of its prompt."""
NAME: Final = "recorded"
BESIDE: Final = ("README.md",)
"""What may lie beside the wavs."""
LOWEST_RATE: Final = MASTER_RATE
HIGHEST_RATE: Final = 96_000
LONGEST_S: Final = 90.0
"""The longest text takes a slow reader a minute."""
SHORTEST_S: Final = 0.1
FULL: Final = 0.999
CLIPPED_RUN: Final = 4
"""So many samples at full scale in a row are a microphone that was too loud."""
FAINTEST: Final = 0.01
"""Speech that peaks below this (-40 dB) lies in the noise of the room."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One wav that a person spoke."""

    wav: Path

    @property
    def name(self) -> str:
        """Name the maker."""
        return NAME

    def recipe(self, text: str, pace: float) -> str:
        """Return the digest of the wav: it says what it says, whatever the text and the pace."""
        try:
            digest = hashlib.sha256(self.wav.read_bytes()).hexdigest()
        except OSError as error:
            raise VoiceFailed(f"{self.wav}: {error.strerror}") from error
        return f"recorded {digest}"

    def speak(self, text: str, pace: float) -> Speech:
        """Read the wav. Raises ``VoiceFailed`` with the reason when it is refused."""
        name = os.fsencode(self.wav)  # A name may be anything that is no 0 and no slash.
        try:
            if not self.wav.is_file():  # A pipe would be waited for.
                raise VoiceFailed(f"{self.wav} is no wav that can be read")
            info = soundfile.info(name)
        except (OSError, soundfile.LibsndfileError) as error:
            raise VoiceFailed(f"{self.wav} is no wav that can be read") from error
        if fault := _unfit(info.format, info.samplerate, info.channels, info.frames):
            raise VoiceFailed(f"{self.wav} {fault}")
        samples, rate = soundfile.read(name, dtype="float32")
        if fault := _unsound(samples):
            raise VoiceFailed(f"{self.wav} {fault}")
        return Speech(samples, rate, "")


def strangers(folder: Path, prompts: Container[PromptId]) -> Iterator[str]:
    """Name the files in a folder of wavs that are nobody's recording, each in a sentence."""
    for file in sorted(folder.glob("*")):
        if file.name.startswith(".") or file.name in BESIDE:
            continue
        if file.suffix != ".wav":
            yield f"{file} is not used: a recording is a file ID.wav"
        elif file.stem not in prompts:
            yield f"{file} is not used: there is no prompt {file.stem}"


def _unfit(kind: str, rate: int, channels: int, frames: int) -> str:
    """Say why a wav is refused by its head, "" when it is not."""
    if kind not in ("WAV", "WAVEX"):
        return f"is {kind}, not a wav"
    if channels != 1:
        return f"has {channels} channels: record in mono"
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        return f"has {rate} samples a second: record with {LOWEST_RATE} to {HIGHEST_RATE}"
    if frames < SHORTEST_S * rate:
        return f"is empty or shorter than {SHORTEST_S:g} s"
    if frames > LONGEST_S * rate:
        return f"lasts {frames / rate:.0f} s: a prompt may last {LONGEST_S:.0f} s"
    return ""


def _unsound(samples: Samples) -> str:
    """Say why a wav is refused by its sound, "" when it is not."""
    size = np.abs(samples)
    if not np.isfinite(samples).all():
        return "holds values that are no sound"
    if float(size.max()) < FAINTEST:
        return "is silent, or so faint that the room is louder: speak nearer to the microphone"
    if clipped(samples, FULL):
        return "is clipped: record it again, a little further from the microphone"
    return ""


def clipped(samples: NDArray[np.floating], full: float) -> bool:
    """Tell whether some samples in a row are as large as they can be, which is ``full``."""
    at_full = np.concatenate(([0], (np.abs(samples) >= full).astype(np.int8), [0]))
    begins, ends = np.flatnonzero(np.diff(at_full) == 1), np.flatnonzero(np.diff(at_full) == -1)
    return bool(begins.size) and int((ends - begins).max()) >= CLIPPED_RUN
