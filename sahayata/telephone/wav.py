"""Recordings of calls as WAV files: 8 kHz, 16 bit, one channel."""

from __future__ import annotations

import errno
import os
import wave
from pathlib import Path

import numpy as np

from sahayata.telephone.alaw import RATE, Samples


def require_writable(path: Path) -> None:
    """Make sure, before a call that may take minutes, that its recording can be written.

    Raises:
        OSError: it cannot; the error names ``path``.
    """
    fresh = _fresh(path)
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        fresh.touch()
        fresh.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def write_wav(path: Path, samples: Samples) -> None:
    """Write a file that is there whole or not at all. ``OSError`` says why not."""
    fresh = _fresh(path)
    try:
        with fresh.open("wb") as file:
            with wave.open(file, "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(RATE)
                sound.writeframes(samples.astype("<i2").tobytes())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def read_wav(path: Path) -> Samples:
    """Read a file of the same kind. ``ValueError`` when it is of another kind or no WAV at all."""
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, RATE):
                raise ValueError(f"{path}: is not 8 kHz, 16 bit, one channel")
            return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(np.int16)
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path}: is no WAV file ({error})") from error
