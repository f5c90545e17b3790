"""One at a time at the recordings of an instance: a start, a command, a call of an official.

The lock is a file in the folder of sounds. Who reads does not wait: what is being changed is looked
at a moment later.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = ".lock"
WAIT_S: Final = 10.0
"""Longer nobody publishes one recording; a first start publishes all of them in some seconds."""
_LOOK_EVERY_S: Final = 0.05


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Change recordings below ``target`` with nobody else at it. Blocks.

    Raises ``OSError`` when it cannot be locked, or somebody else takes longer than ``WAIT_S``.
    """
    target.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + WAIT_S
    with (target / LOCK).open("a") as file:
        while not _locked(file.fileno(), fcntl.LOCK_EX):
            if time.monotonic() >= until:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(target / LOCK))
            time.sleep(_LOOK_EVERY_S)
        yield


@contextmanager
def undisturbed(target: Path) -> Iterator[bool]:
    """Look at recordings below ``target``; false when somebody is changing them just now."""
    try:
        file = (target / LOCK).open()
    except OSError:
        yield True  # Nobody ever changed one, or nobody can.
        return
    with file:
        yield _locked(file.fileno(), fcntl.LOCK_SH)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
