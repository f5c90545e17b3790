"""The recordings the ear knows, prepared for finding them in a call.

A recording is kept as the speech in it, at the rate of the telephone, cut into short pieces. For
the first coarse search its beginning is kept once more, band-limited and decimated, as a spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.call import PromptId
from ivr.voice.codecs import TELEPHONE_RATE, to_telephone
from ivr.voice.masters import read_master, read_masters

Sound = NDArray[np.float32]
"""Mono sound at ``TELEPHONE_RATE``."""

COARSE_RATE: Final = 2_000
"""Samples a second of the coarse search: the band below 1 kHz holds most of speech."""
STEP: Final = TELEPHONE_RATE // COARSE_RATE
"""Samples of the telephone in a coarse one."""
ANCHOR_S: Final = 0.5
"""How much of a recording the coarse search looks for."""
BLOCK: Final = 8_192
"""Samples of one Fourier transform in the coarse search."""
PIECE: Final = 640
"""Samples of one piece, 80 ms: a few lost packets spoil few pieces."""

STEADY: Final = 0.7
"""A stretch at least so much like itself half a step on is found from wherever the call begins."""

NOBODYS: Final[Mapping[PromptId, Path]] = {}
"""No official recorded anything."""

_QUIET_DB: Final = -40.0
_FRAME: Final = 80


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording, without the silence at its ends."""

    prompt: PromptId
    speech: Sound
    pieces: Sound
    """``sharpened(speech)`` in rows of ``PIECE``, the last filled up with silence, each of length
    one."""
    norms: NDArray[np.float32]
    """How long each piece was before it was given length one: how loud it is."""
    weights: NDArray[np.float32]
    """How much each piece counts: 0 for one without speech, the last for the part it has."""

    @property
    def seconds(self) -> float:
        """How long the speech lasts."""
        return self.speech.size / TELEPHONE_RATE


@dataclass(frozen=True, slots=True)
class Anchor:
    """A stretch of a recording that the coarse search looks for."""

    recording: int
    """Which recording."""
    offset: int
    """Where the stretch begins in the speech, in samples of the telephone."""
    size: int
    """How long it is, in coarse samples."""


@dataclass(frozen=True)
class Recordings:
    """All recordings of a language. Takes about a second to prepare and some tens of megabytes."""

    known: tuple[Recording, ...]

    @cached_property
    def each(self) -> Mapping[PromptId, Recordings]:
        """Return every recording alone, by its name."""
        return {recording.prompt: Recordings((recording,)) for recording in self.known}

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Return what the coarse search looks for: the first and the second half second.

        A call begins anywhere between two coarse samples. Where most of the sound is close to the
        end of the coarse band, half a step from its own place it is no longer like itself: such a
        stretch is looked for there, too.
        """
        size = round(ANCHOR_S * TELEPHONE_RATE)
        found = []
        for number, recording in enumerate(self.known):
            for offset in (0, size):
                if offset == 0 or recording.speech.size >= offset + size:
                    here = Anchor(number, offset, (recording.speech.size - offset) // STEP)
                    here = replace(here, size=min(here.size, size // STEP))
                    found.append(here)
                    there = replace(here, offset=offset + STEP // 2)
                    if _likeness(self._stretch(here), self._stretch(there)) < STEADY:
                        found.append(there)
        return tuple(found)

    @cached_property
    def _coarse(self) -> tuple[tuple[Sound, ...], ...]:
        """Each recording as the coarse search has it, from its beginning and half a step on."""
        return tuple(
            tuple(coarse_sound(recording.speech[begin:]) for begin in range(0, STEP, STEP // 2))
            for recording in self.known
        )

    def _stretch(self, anchor: Anchor) -> Sound:
        step, rest = divmod(anchor.offset, STEP)
        return self._coarse[anchor.recording][rest // (STEP // 2)][step : step + anchor.size]

    @cached_property
    def spectra(self) -> NDArray[np.complex64]:
        """Return the conjugate spectrum of each anchor, of length one, in rows."""
        rows = np.zeros((len(self.anchors), BLOCK), np.float32)
        for row, anchor in zip(rows, self.anchors, strict=True):
            stretch = self._stretch(anchor)
            row[: stretch.size] = stretch / max(float(np.linalg.norm(stretch)), 1e-9)
        return np.conj(np.fft.rfft(rows, axis=1)).astype(np.complex64)


def load_recordings(folder: Path, own: Mapping[PromptId, Path] = NOBODYS) -> Recordings:
    """Load the masters of a language (``prompts/<language>/recordings``), silences left out.

    ``own`` are masters that officials of an instance recorded, in the place of the project's.
    Raises ``ivr.voice.masters.MastersUnreadable``. A recording with the same sound as an earlier
    one is left out too: no ear can tell them apart.
    """
    return prepare(_sounds(folder, own))


def load_each(folder: Path, own: Mapping[PromptId, Path] = NOBODYS) -> Mapping[PromptId, Recording]:
    """Load every recording by its name, those with the same sound too; silences left out.

    As ``load_recordings`` otherwise. Raises ``ivr.voice.masters.MastersUnreadable``.
    """
    speech = {prompt: without_silence(sound) for prompt, sound in _sounds(folder, own).items()}
    return {prompt: _recording(prompt, said) for prompt, said in speech.items() if said.size}


def prepare(sounds: Mapping[PromptId, Sound]) -> Recordings:
    """Prepare recordings that are in memory."""
    known, seen = [], set()
    for prompt, sound in sounds.items():
        speech = without_silence(sound)
        address = speech.tobytes()
        if speech.size and address not in seen:
            seen.add(address)
            known.append(_recording(prompt, speech))
    return Recordings(tuple(known))


def _sounds(folder: Path, own: Mapping[PromptId, Path]) -> dict[PromptId, Sound]:
    files = {prompt: own.get(prompt, folder / prompt) for prompt in read_masters(folder)}
    return {
        prompt: np.float32(1 / 32768) * to_telephone(read_master(file.parent, file.stem))
        for prompt, file in files.items()
    }


def _likeness(one: Sound, other: Sound) -> float:
    """Return the normalised correlation of two stretches, as far as both go."""
    size = min(one.size, other.size)
    loudness = float(np.linalg.norm(one[:size]) * np.linalg.norm(other[:size]))
    return float(one[:size] @ other[:size]) / loudness if loudness else 1.0


def coarse_sound(sound: Sound) -> Sound:
    """Band-limit and decimate for the coarse search."""
    return np.asarray(soxr.resample(sound, TELEPHONE_RATE, COARSE_RATE, quality="MQ"), np.float32)


def sharpened(sound: Sound) -> Sound:
    """Lift the high band, where consonants are: they tell सात from साठ, vowels do not."""
    sharp = sound.copy()
    sharp[1:] -= np.float32(0.95) * sound[:-1]
    return sharp


def _recording(prompt: PromptId, speech: Sound) -> Recording:
    count = -(-speech.size // PIECE)
    pieces = np.zeros(count * PIECE, np.float32)
    pieces[: speech.size] = sharpened(speech)
    rows = pieces.reshape(count, PIECE)
    norms = np.linalg.norm(rows, axis=1)
    weights = (norms > norms.max() * 10 ** (-25 / 20)).astype(np.float32)
    weights[-1] *= (speech.size - (count - 1) * PIECE) / PIECE
    return Recording(prompt, speech, rows / np.maximum(norms, 1e-9)[:, None], norms, weights)


def without_silence(sound: Sound) -> Sound:
    """Return a sound without the silence at its ends."""
    frames = sound[: sound.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    energy = np.square(frames).mean(axis=1)
    if not energy.size or not energy.max():
        return np.zeros(0, np.float32)
    loud = np.flatnonzero(energy > energy.max() * 10 ** (_QUIET_DB / 10))
    return sound[loud[0] * _FRAME : (loud[-1] + 1) * _FRAME]
