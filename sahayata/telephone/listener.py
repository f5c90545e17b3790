"""One who knows the recordings of a language, and listens while a call goes on or after it."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from ivr.ear import Heard, Recordings, hears, listen, load_recordings
from ivr.voice.masters import MastersUnreadable
from sahayata.telephone.alaw import Samples

_load = lru_cache(maxsize=2)(load_recordings)
"""It takes a second; who calls often from one process waits once."""
_LOADING: Final = threading.Lock()


class Listener:
    """Listens with the recordings of one language; without them it hears nothing and says so."""

    def __init__(self, folder: Path) -> None:
        self.fault = ""
        self._folder = folder
        self._recordings: Recordings | None = None

    def prepare(self) -> None:
        """Load the recordings, once."""
        if self._recordings is not None or self.fault:
            return
        try:
            with _LOADING:
                self._recordings = _load(self._folder)
        except (MastersUnreadable, OSError) as error:
            self.fault = f"cannot tell what was heard: {error}"

    def hear(self, samples: Samples) -> list[Heard]:
        """Say what occurs in a sound, in order."""
        self.prepare()
        if self._recordings is None:
            return []
        return listen(np.divide(samples, 32768, dtype=np.float32), self._recordings)

    def seconds(self, prompt: str) -> float:
        """Return how long a prompt lasts; 0 when it is not known."""
        self.prepare()
        only = self._recordings.each.get(prompt) if self._recordings else None
        return sum(recording.seconds for recording in only.known) if only else 0.0

    def hears(self, samples: Samples, prompt: str) -> bool:
        """Say whether a prompt was said to its end somewhere in a sound: quick in a short one."""
        self.prepare()
        if self._recordings is None:
            return False
        return hears(np.divide(samples, 32768, dtype=np.float32), self._recordings, prompt)
