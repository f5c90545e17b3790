"""A wall clock that a test sets, for whole processes: libfaketime (Debian's package faketime)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")

UNDER_FAKETIME = Path(__file__).with_name("under_faketime")


class NoFaketime(Exception):
    """The library is not on this machine."""


class MovedClock:
    """Moves the wall clock of every process that is started with ``environment``.

    The steady clock goes on as it is.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.move_to(0)

    def move_to(self, seconds: int) -> None:
        """Let it be so much later than it is, from now on; negative: earlier."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self._file)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process of ours has to be started with. Raises ``NoFaketime``."""
        return {**self._under(_library()), "PYTHONPATH": str(UNDER_FAKETIME)}

    @property
    def beside(self) -> Mapping[str, str]:
        """The same for one that sees of this machine the file's folder only."""
        return self._under(Path(shutil.copy(_library(), self._file.with_name("faketime.so"))))

    def _under(self, library: Path) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def _library() -> Path:
    for place in PLACES:
        for found in Path("/").glob(place.lstrip("/")):
            return found
    raise NoFaketime("this test needs libfaketime: `make test` installs it, or apt-get install it")
