"""Tools of this machine that the set-up needs; apt installs the missing ones and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

PACKAGE_OF: Final[Mapping[str, str]] = {
    "mmdebstrap": "mmdebstrap",
    "bwrap": "bubblewrap",
    "npm": "npm",
    "espeak-ng": "espeak-ng",
    "newuidmap": "uidmap",
    # Debian has it; Ubuntu needs it to check what it fetches from Debian.
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
}
"""A command, or a file by its whole path, and the package it comes in."""


class ToolMissing(Exception):
    """A tool could not be installed; the message gives the command that would do it."""


def missing(tools: tuple[str, ...]) -> tuple[str, ...]:
    """Name the tools that are not there."""
    return tuple(tool for tool in tools if shutil.which(tool) is None and not Path(tool).is_file())


def install(tools: tuple[str, ...], say: Callable[[str], None]) -> None:
    """Install the missing ones of ``tools`` with apt, by sudo where we are not root.

    Raises:
        ToolMissing: there is no apt, no way to become root, or apt failed.
    """
    wanted = missing(tools)
    if not wanted:
        return
    packages = [PACKAGE_OF[tool] for tool in wanted]
    by_hand = f"sudo apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise ToolMissing(f"missing: {', '.join(wanted)}; install them, then run this again")
    prefix = as_root(by_hand)
    say(f"installing {', '.join(packages)} with apt" + (" (sudo)" if prefix else ""))
    install_command = [
        *prefix, "env", "DEBIAN_FRONTEND=noninteractive",
        "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages,
    ]  # fmt: skip
    if _run(install_command) == 0:
        return
    # A machine that never ran `apt-get update` has no list of packages to choose from.
    _run([*prefix, "apt-get", "update", "-q"])
    if _run(install_command) != 0 or missing(wanted):
        raise ToolMissing(f"apt could not install {', '.join(packages)}; try: {by_hand}")


def as_root(by_hand: str) -> list[str]:
    """Give what to put before a command to run it as root.

    Raises:
        ToolMissing: we are not root and there is no sudo; ``by_hand`` is quoted.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise ToolMissing(f"this needs root and there is no sudo; as root: {by_hand}")
    return ["sudo"]


def _run(argv: list[str]) -> int:
    return subprocess.run(argv, check=False).returncode
