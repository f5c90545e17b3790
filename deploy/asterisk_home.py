"""Which Asterisk is used: the one on PATH, or the one in a root file system of our own."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Version = tuple[int, int, int]

WANTED: Final[Version] = (22, 10, 1)
"""Before it, one unauthenticated SIP message stops PJSIP."""
ACCEPTED: Final[Version] = (20, 0, 0)
"""From it on an Asterisk on PATH is used, with a warning below ``WANTED``."""
MODULE_FOLDERS: Final = (
    "usr/lib/*/asterisk/modules",
    "usr/lib/asterisk/modules",
    "usr/lib64/asterisk/modules",
    "usr/local/lib/asterisk/modules",
)
DATA_FOLDERS: Final = ("usr/share/asterisk", "var/lib/asterisk", "usr/local/share/asterisk")


class AsteriskMissing(Exception):
    """No usable Asterisk; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that can be started."""

    version: str
    """As it calls itself, for example ``22.10.1``."""
    root: Path | None
    """Its root file system; ``None`` when it is installed on this machine."""
    binary: Path
    """Seen from inside its root."""
    modules: Path
    """Seen from inside its root."""
    data: Path
    """Where its documentation lies, seen from inside its root."""

    @property
    def old(self) -> bool:
        """Older than what we ask for; it works, with known faults."""
        return parse_version(self.version) < WANTED


def parse_version(text: str) -> Version:
    """Read ``22.10.1`` out of what ``asterisk -V`` prints; ``(0, 0, 0)`` when there is none."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else (0, 0, 0)


def on_path() -> Asterisk | None:
    """Find the Asterisk of this machine, ``None`` when there is none new enough and whole."""
    found = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        return None
    try:
        said = subprocess.run(
            [found, "-V"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = parse_version(said)
    if version < ACCEPTED:
        return None
    try:
        return _describe(".".join(map(str, version)), None, Path(found))
    except AsteriskMissing:
        return None


def in_root(root: Path) -> Asterisk:
    """Describe the Asterisk in a root file system.

    Raises:
        AsteriskMissing: there is none in it, or it lacks a part.
    """
    status = root / "var/lib/dpkg/status"
    try:
        text = status.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise AsteriskMissing(f"{status}: {error.strerror}") from error
    match = re.search(r"^Package: asterisk\n(?:.+\n)*?Version: (?:\d+:)?(.+)$", text, re.MULTILINE)
    if match is None:
        raise AsteriskMissing(f"{root}: has no package asterisk")
    version = ".".join(map(str, parse_version(match[1])))
    return _describe(version, root, Path("/usr/sbin/asterisk"))


def _describe(version: str, root: Path | None, binary: Path) -> Asterisk:
    top = root or Path("/")
    inside = Path("/")
    modules = _first(top, MODULE_FOLDERS, "chan_pjsip.so")
    data = _first(top, DATA_FOLDERS, "documentation")
    return Asterisk(version, root, binary, inside / modules, inside / data)


def _first(top: Path, patterns: tuple[str, ...], holding: str) -> Path:
    for pattern in patterns:
        for folder in sorted(top.glob(pattern)):
            if (folder / holding).exists():
                return folder.relative_to(top)
    raise AsteriskMissing(f"{top}: no folder of Asterisk there holds {holding}")
