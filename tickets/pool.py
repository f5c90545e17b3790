"""A file of leased ticket numbers that nobody has been given yet.

The fall-back script takes numbers from it with all of our processes dead, so it needs the standard
library only, and many scripts may take at the same moment. The file has one line for each number,
its last character ``-`` while free and ``x`` once taken. Taking is the change of that one byte,
which no crash can tear, made durable before the number is returned.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tickets.number import NUMBER_LENGTH, is_well_formed

_LINE: Final = NUMBER_LENGTH + 2
_FREE: Final = b"-"
_TAKEN: Final = b"x"
_RETRY_S: Final = 0.01


class PoolEmpty(Exception):
    """No free number: none was leased, all are taken, or the file could not be locked in time."""


class NumberPool:
    """The numbers in one file. ``lock_s`` is how long to wait for another process, in seconds."""

    def __init__(self, path: Path | str, *, lock_s: float = 2.0) -> None:
        self._path = Path(path)
        self._lock = self._path.with_name(self._path.name + ".lock")
        self._lock_s = lock_s

    def take(self) -> str:
        """Return a number that was never returned before and never will be again.

        It is marked on disk first; a crash in between wastes the number. Raises ``PoolEmpty``, or
        ``OSError`` when the disk does not take the mark.
        """
        with self._locked():
            if not self._path.exists():
                raise PoolEmpty(f"{self._path} does not exist")
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            try:
                for place, number in _free(_content(descriptor)):
                    os.pwrite(descriptor, _TAKEN, place + NUMBER_LENGTH)
                    os.fsync(descriptor)
                    return number
            finally:
                os.close(descriptor)
        raise PoolEmpty(f"every number in {self._path} is taken")

    def put(self, numbers: Iterable[str]) -> None:
        """Add freshly leased numbers; all of them are there afterwards, or none is.

        A number may be put once in its life: lease a new block rather than repeat one whose fate
        is unknown. Raises ``ValueError`` for what is no ticket number, ``OSError`` from the disk.
        """
        fresh = list(numbers)
        if wrong := [number for number in fresh if not is_well_formed(number)]:
            raise ValueError(f"not a ticket number: {wrong[0]!r}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            kept = [number for _, number in _free(self._read())]
            lines = (number.encode() + _FREE + b"\n" for number in dict.fromkeys(kept + fresh))
            self._replace(b"".join(lines))

    def left(self) -> int:
        """How many numbers are free now."""
        return sum(1 for _ in _free(self._read()))

    def _read(self) -> bytes:
        return self._path.read_bytes() if self._path.exists() else b""

    def _replace(self, content: bytes) -> None:
        """Put a new file in the place of the old one, both durable at every moment."""
        temporary = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the pool alone. The lock is a file of its own because ``put`` replaces the pool."""
        if not self._path.parent.is_dir():
            raise PoolEmpty(f"{self._path.parent} does not exist")
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            deadline = time.monotonic() + self._lock_s
            while not _try_lock(descriptor):
                if time.monotonic() >= deadline:
                    raise PoolEmpty(f"{self._lock} is held by another process")
                time.sleep(_RETRY_S)
            yield
        finally:
            os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _free(content: bytes) -> Iterator[tuple[int, str]]:
    """Every free number with its place. A damaged line is passed over: its number is unknown."""
    for place in range(0, len(content) - _LINE + 1, _LINE):
        line = content[place : place + _LINE]
        number = line[:NUMBER_LENGTH].decode("ascii", errors="replace")
        if line[NUMBER_LENGTH:] == _FREE + b"\n" and is_well_formed(number):
            yield place, number
