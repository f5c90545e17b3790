"""The command line that runs Asterisk from its root file system, seeing DIR and little else.

Inside there are the root file system's ``/usr`` and ``/etc`` read-only, folders of ours at the
same paths as outside, and nothing more of this machine. Networks and process ids are the machine's
own: the id that Asterisk writes to its pid file is the one we see.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.asterisk_home import Asterisk, AsteriskMissing

MERGED: Final = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Links into /usr on every Debian since 12."""
KEPT: Final = (Path("/usr"), Path("/etc"), Path("/dev"), Path("/proc"), Path("/sys"))
"""Places that are the root file system's own inside: none of ours can be shown there."""


RUN: Final = Path("/run/sahayata")
"""Where Asterisk finds its folder of ``Sight.run`` inside."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What of this machine is seen inside, at the same paths."""

    writable: tuple[Path, ...]
    readable: tuple[Path, ...] = ()
    run: Path | None = None
    """Seen at ``RUN``, too: the path of a socket must be short, and this one may be long."""


def command(asterisk: Asterisk, sight: Sight, argv: Sequence[str]) -> list[str]:
    """Give the command line that runs ``argv`` beside the files of ``asterisk``.

    Raises:
        AsteriskMissing: neither bubblewrap nor chroot works here, or a folder of ours lies in
            a place that is hidden inside.
    """
    if asterisk.root is None:
        return list(argv)
    require_shown(asterisk, sight)
    if _bubblewrap_works(asterisk.root):
        return _bubblewrap(asterisk.root, sight, argv)
    if os.geteuid() == 0 and shutil.which("unshare"):
        return _chroot(asterisk.root, sight, argv)
    raise AsteriskMissing(
        "bubblewrap does not work here (the kernel refuses name spaces to users): "
        "run as root, or install asterisk 20 or newer on this machine"
    )


def require_shown(asterisk: Asterisk, sight: Sight) -> None:
    """Refuse folders that cannot be shown inside. Raises ``AsteriskMissing``."""
    for path in (*sight.writable, *sight.readable):
        for hidden in KEPT:
            if asterisk.root is not None and path.is_relative_to(hidden):
                raise AsteriskMissing(
                    f"{path}: folders under {hidden} cannot be used; choose another place"
                )


def _links(root: Path) -> list[tuple[str, str]]:
    return [(str((root / name).readlink()), name) for name in MERGED if (root / name).is_symlink()]


def _bubblewrap_works(root: Path) -> bool:
    if shutil.which("bwrap") is None:
        return False
    trial = _bubblewrap(root, Sight(()), ["/usr/bin/true"])
    return subprocess.run(trial, check=False, capture_output=True, timeout=30).returncode == 0


def _bubblewrap(root: Path, sight: Sight, argv: Sequence[str]) -> list[str]:
    words = ["bwrap", "--ro-bind", f"{root}/usr", "/usr", "--ro-bind", f"{root}/etc", "/etc"]
    for target, name in _links(root):
        words += ["--symlink", target, f"/{name}"]
    words += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/run"]  # noqa: S108 - its own
    for path in sight.readable:
        words += ["--ro-bind", str(path), str(path)]
    # Writable ones last: DIR often lies inside the project, which is read-only.
    for path in sight.writable:
        words += ["--bind", str(path), str(path)]
    if sight.run is not None:
        words += ["--bind", str(sight.run), str(RUN)]
    return [*words, "--", *argv]


def _chroot(root: Path, sight: Sight, argv: Sequence[str]) -> list[str]:
    """Do what bubblewrap does with mount and chroot, in a mount name space of its own."""
    new = root.parent / "empty"
    new.mkdir(exist_ok=True)
    lines = ["set -e", f"cd {shlex.quote(str(new))}", "mount -t tmpfs tmpfs .", f"cd {new}"]

    def bind(source: Path, inside: Path, options: str) -> None:
        at = shlex.quote(f".{inside}")
        lines.append(f"mkdir -p {at}; mount --bind {shlex.quote(str(source))} {at}")
        lines.append(f"mount -o remount,bind,{options} {at}")

    bind(root / "usr", Path("/usr"), "ro")
    bind(root / "etc", Path("/etc"), "ro")
    lines += [f"ln -s {shlex.quote(target)} ./{name}" for target, name in _links(root)]
    lines += ["mkdir dev proc run tmp", "mount --rbind /dev dev", "mount -t proc proc proc"]
    for path in sight.readable:
        bind(path, path, "ro")
    for path in sight.writable:
        bind(path, path, "rw")
    if sight.run is not None:
        bind(sight.run, RUN, "rw")
    lines.append('exec chroot . "$@"')
    script = "\n".join(lines)
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *argv]
