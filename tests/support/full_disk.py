"""A disk that is really full: a tiny tmpfs where we may mount one, and a limit on file sizes."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Self


def _can_mount() -> bool:
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k", "sahayata-test", folder],
            capture_output=True,
            check=False,
        )
        if mounted.returncode != 0:
            return False
        subprocess.run(["umount", folder], check=True)
    return True


FULL_DISKS = ["size_limit", "tmpfs"] if _can_mount() else ["size_limit"]
"""What this machine can do: without the right to mount, the kernel's limit on the size of files."""


class FullDisk:
    """A folder whose disk can be filled and emptied. ``kind`` is one of ``FULL_DISKS``."""

    def __init__(self, kind: str, folder: Path, size: str = "2m") -> None:
        self.folder = folder
        self._kind = kind
        self._size = size
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def __enter__(self) -> Self:
        self.folder.mkdir()
        if self._kind == "tmpfs":
            words = ["-t", "tmpfs", "-o", f"size={self._size}", "sahayata-test", str(self.folder)]
            subprocess.run(["mount", *words], check=True)
        return self

    def fill(self) -> None:
        """Leave no room: for files that grow, and for new ones with anything in them."""
        if self._kind == "tmpfs":
            self._filler.write_bytes(b"")
            with self._filler.open("wb", buffering=0) as file:
                while _takes(file.fileno()):
                    pass
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, self._limits[1]))

    def empty(self) -> None:
        """Make room again."""
        if self._kind == "tmpfs":
            self._filler.unlink(missing_ok=True)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)

    def __exit__(self, *_: object) -> None:
        self.empty()
        if self._kind == "tmpfs":
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


def _takes(descriptor: int) -> bool:
    try:
        return os.write(descriptor, bytes(4096)) > 0
    except OSError:
        return False
