"""What can keep an instance from starting, in words that say what to do."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

MB = 1_000_000


class CannotStart(Exception):
    """The instance, or a part of it, cannot be started; the message is for a person."""


class AlreadyRuns(CannotStart):
    """Another ``sahayata up`` has this DIR."""


def in_words(error: OSError, doing: str) -> str:
    """Say what went wrong with a file: ``doing`` is what we were about, the path is added."""
    where = error.filename if error.filename is not None else ""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what = "the disk is full; make room, then start again"
        case errno.EACCES | errno.EPERM:
            what = f"this user ({os.getuid()}) may not; change its owner or its permissions"
        case errno.EROFS:
            what = "it lies on a disk that can only be read"
        case errno.ENOENT:
            what = "it is not there"
        case errno.ENOTDIR | errno.EEXIST:
            what = "a file lies where a folder should be"
        case _:
            what = error.strerror or str(error)
    return f"{doing}: {where}: {what}" if where else f"{doing}: {what}"


def free_mb(folder: Path) -> int:
    """Say how much room the disk of ``folder`` has. Raises ``OSError`` when it cannot be seen."""
    return shutil.disk_usage(folder).free // MB


def require_room(folder: Path, least_mb: int) -> None:
    """Refuse to start on a disk that is nearly full.

    Raises:
        CannotStart: with how much there is, and how much there should be.
    """
    free = free_mb(folder)
    if free < least_mb:
        raise CannotStart(
            f"{folder}: the disk is nearly full: {free} MB are free, {least_mb} MB are needed"
            " (SAHAYATA_LEAST_FREE_MB); make room, then start again"
        )
