"""A voice whose speech is remembered: what a neural voice said once it need not say again.

Speech as the voice gave it, before ``ivr.voice.processing``, by the digest of its recipe: when only
the processing changes, a catalogue is made anew in seconds instead of a quarter of an hour. The
folder may be deleted at any time. It is bounded: the speech that was not asked for longest goes.
"""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np

from ivr.voice.voice import Speech, Voice
from ivr.whole_file import write_whole

log = logging.getLogger(__name__)

MOST_BYTES: Final = 300_000_000
"""Two catalogues and more: twelve minutes of speech are 70 MB."""
ENDING: Final = ".npz"


@dataclass(frozen=True, slots=True)
class Remembered:
    """``voice``, with what it said in ``folder``."""

    voice: Voice
    folder: Path
    most_bytes: int = MOST_BYTES

    @property
    def name(self) -> str:
        """Name the voice."""
        return self.voice.name

    def recipe(self, text: str, pace: float) -> str:
        """Return the recipe of the voice: remembered or not, it is the same speech."""
        return self.voice.recipe(text, pace)

    def speak(self, text: str, pace: float) -> Speech:
        """Say ``text``, or give what the voice said then. Raises ``VoiceFailed``, ``OSError``."""
        digest = hashlib.sha256(self.recipe(text, pace).encode()).hexdigest()
        path = self.folder / f"{digest}{ENDING}"
        if path.exists() and (known := _read(path)) is not None:
            path.touch()
            return known
        speech = self.voice.speak(text, pace)
        self._keep(path, speech)
        return speech

    def _keep(self, path: Path, speech: Speech) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = io.BytesIO()
        np.savez(kept, samples=speech.samples, rate=speech.rate, phonemes=speech.phonemes)
        write_whole(path, kept.getvalue())
        files = [(file.stat(), file) for file in self.folder.glob(f"*{ENDING}")]
        over = sum(known.st_size for known, _ in files) - self.most_bytes
        for known, file in sorted(files, key=lambda pair: pair[0].st_mtime_ns):
            if over <= 0:
                return
            file.unlink()
            over -= known.st_size


def _read(path: Path) -> Speech | None:
    """Read what was said, ``None`` when the file is damaged: then it is said again."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            samples = np.asarray(kept["samples"], np.float32)
            return Speech(samples, int(kept["rate"]), str(kept["phonemes"]))
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as fault:
        log.warning("%s is said again: %s", path, fault)
        return None
