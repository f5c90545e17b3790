"""A root file system of Debian testing with Asterisk in it, under the user's cache.

The host is Debian 12 or 13, which have no Asterisk, or Ubuntu: nothing is installed on it. The
root file system is made beside its place and renamed into it, so that it is whole or absent.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from deploy.tools import as_root

SUITE: Final = "forky"
PACKAGES: Final = ("asterisk", "python3", "tzdata")
"""python3 runs the fall-back script, which Asterisk starts; its minimal package lacks pprint."""
LEFT_OUT: Final = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*/*")
OPTIONS: Final = (
    "--variant=minbase",
    f"--include={','.join(PACKAGES)}",
    # A mirror that lags serves a Release file past its date; the signature is checked all the same.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    *(f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
)
STEPS: Final = (
    "running apt-get update",
    "downloading packages",
    "extracting archives",
    "installing essential packages",
    "installing remaining packages",
    "cleaning package lists",
)
"""What mmdebstrap says in turn (1.3 to 1.5), for the progress bar."""

Progress = Callable[[int, str], None]
"""Called with how many of ``STEPS`` are done and what is being done."""


class BuildFailed(Exception):
    """The root file system could not be made; the message has the last lines of the tool."""


def cache() -> Path:
    """Give the user's cache folder of this project."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sahayata"


def place() -> Path:
    """Say where the root file system of this recipe lies, made or not."""
    recipe = hashlib.sha256("\n".join((SUITE, *OPTIONS)).encode()).hexdigest()[:12]
    return cache() / f"asterisk-{recipe}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of the cache: a second process waits, then finds the work done."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "provision.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def mirror() -> list[str]:
    """Give the mirror this machine's own apt uses for Debian; empty leaves it to mmdebstrap."""
    if shutil.which("apt-get") is None:
        return []
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(ORIGIN) $(LABEL)"],
        capture_output=True, text=True, check=False, timeout=60,
    ).stdout  # fmt: skip
    for line in listing.splitlines():
        site, _, whose = line.partition(" ")
        if whose == "Debian Debian" and site.startswith(("http://", "https://")):
            return [site]
    return []


def build(target: Path, progress: Progress) -> None:
    """Make the root file system and put it at ``target`` in one step.

    Raises:
        BuildFailed: mmdebstrap or tar failed, or the disk is full.
        deploy.tools.ToolMissing: root is needed and cannot be had.
    """
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _fill(fresh, progress)
        fresh.rename(target)
    except OSError as error:
        raise BuildFailed(f"{target}: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fill(folder: Path, progress: Progress) -> None:
    # By way of tar, so that without root every file belongs to the user, who can remove it again.
    command = [*_privilege(), "mmdebstrap", *OPTIONS, "--format=tar", SUITE, "-", *mirror()]
    unpack = ["tar", "-x", "-C", str(folder), "--no-same-owner", "--exclude=./dev/*"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        assert maker.stderr is not None
        with subprocess.Popen(unpack, stdin=maker.stdout) as unpacker:
            maker.stdout.close()
            last = _follow(maker.stderr, progress)
            unpacked = unpacker.wait()
        if maker.wait() != 0:
            raise BuildFailed("mmdebstrap failed:\n" + "\n".join(last))
        if unpacked != 0:
            raise BuildFailed(f"{folder}: could not be unpacked; is the disk full?")


def _follow(output: IO[bytes], progress: Progress) -> list[str]:
    """Read what mmdebstrap says, report its steps, and return its last lines."""
    last: list[str] = []
    for raw in output:
        line = raw.decode(errors="replace").strip()
        last = [*last[-14:], line]
        for number, step in enumerate(STEPS):
            if step in line:
                progress(number, step)
    return last


def _privilege() -> list[str]:
    """Decide whether mmdebstrap needs root: not where the kernel lets users make name spaces."""
    if os.geteuid() == 0:
        return []
    probe = ["unshare", "--user", "--map-root-user", "--map-auto", "true"]
    if subprocess.run(probe, check=False, capture_output=True).returncode == 0:
        return []
    return as_root("make setup")
