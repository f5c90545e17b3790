"""What supervisors said to the callers of a queue: one recording a queue, or none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Notices:
    """The folder of notices; the dialplan plays ``<queue>.wav`` before a caller waits. Blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, queue: str, recording: Path) -> None:
        """Take a recording in the place of what there was, in one step. Raises ``OSError``."""
        fresh = self._folder / f".{queue}.new"
        shutil.copyfile(recording, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(self._folder / f"{queue}.wav")
        recording.unlink(missing_ok=True)

    def clear(self, queue: str) -> None:
        """Say nothing any more; once more does no harm."""
        (self._folder / f"{queue}.wav").unlink(missing_ok=True)
