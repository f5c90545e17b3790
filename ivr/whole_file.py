"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = False) -> None:
    """Put ``data`` at ``path`` in one step: who reads meanwhile finds what was there, or all of it.

    With ``durable`` it is on the disk before this returns. Raises ``OSError``; what was there is
    then as it was, and nothing is left beside it.
    """
    with _beside(path, data, mode, durable=durable) as fresh:
        fresh.replace(path)
        if durable:
            _sync(path.parent)


def write_all_whole(files: Mapping[Path, bytes]) -> None:
    """Put several files in their places, each in one step, when all of them are written.

    Raises ``OSError``; a full disk leaves every one of them as it was.
    """
    with ExitStack() as written:
        fresh = {
            path: written.enter_context(_beside(path, data, 0o644)) for path, data in files.items()
        }
        for path, file in fresh.items():
            file.replace(path)


@contextmanager
def _beside(path: Path, data: bytes, mode: int, *, durable: bool = False) -> Iterator[Path]:
    """Write a file beside ``path``; what has not taken its place in the end is removed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        fresh = Path(file.name)
        try:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            fresh.chmod(mode)
            yield fresh
        finally:
            fresh.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
