"""A log file that never grows without end."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Final

MOST_BYTES: Final = 5_000_000
KEPT: Final = 3


class LogFile:
    """Appends to ``path``; when it is full it becomes ``path.1``, the older ones move up."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES, kept: int = KEPT) -> None:
        """Open the file. Raises ``OSError`` when it cannot be written."""
        self._path, self._most_bytes, self._kept = path, most_bytes, kept
        self._file: BinaryIO = path.open("ab")
        self.lost = 0
        """Bytes that could not be written, on a full disk."""

    def write(self, data: bytes) -> None:
        """Append; on a full disk the data is counted as lost, and what is logged goes on."""
        try:
            if self._file.tell() + len(data) > self._most_bytes:
                self._turn_over()
            self._file.write(data)
            self._file.flush()
        except OSError:
            self.lost += len(data)

    def close(self) -> None:
        """Close the file; what a full disk does not take is lost."""
        try:
            self._file.close()
        except OSError:
            self.lost += 1

    def _turn_over(self) -> None:
        self._file.close()
        turn_over(self._path, self._kept)
        self._file = self._path.open("ab")


def turn_over(path: Path, kept: int = KEPT) -> None:
    """Move ``path`` to ``path.1``, ``path.1`` to ``path.2``, and forget what is beyond ``kept``."""
    for number in range(kept, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        newer = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
        if newer.exists():
            newer.replace(older)
