"""One who knows the recordings of a language, and listens while a call goes on or after it."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from ivr.ear import Heard, Recordings, hears, listen, load_recordings
from ivr.voice.masters import MastersUnreadable
from ivr.voice.publish import own_recordings
from sahayata.telephone.alaw import Samples


@lru_cache(maxsize=2)
def _load(folder: Path, own: tuple[tuple[str, Path], ...]) -> Recordings:
    """Load once: it takes a second, and some call often from one process."""
    return load_recordings(folder, dict(own))


_LOADING: Final = threading.Lock()


class Listener:
    """Listens with the recordings of one language; without them it hears nothing and says so."""

    def __init__(self, folder: Path, published: Path | None = None) -> None:
        """Listen with the masters in ``folder``.

        ``published`` is what an instance has laid out for Asterisk, with what officials recorded.
        """
        self.fault = ""
        self._published = published
        self._folder = folder
        self._recordings: Recordings | None = None

    def prepare(self) -> None:
        """Load the recordings, once."""
        if self._recordings is not None or self.fault:
            return
        try:
            with _LOADING:
                self._recordings = _load(self._folder, self._own())
        except (MastersUnreadable, OSError) as error:
            self.fault = f"cannot tell what was heard: {error}"

    def _own(self) -> tuple[tuple[str, Path], ...]:
        own = own_recordings(self._published) if self._published else {}
        return tuple(sorted((prompt, recording.path) for prompt, recording in own.items()))

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
