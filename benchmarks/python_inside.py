"""Our Python where Asterisk can start it: it sees the project folder and little else.

A program that ``AGI()`` starts runs beside Asterisk, with the Python of that system and none of our
libraries. For a fair comparison it gets the very interpreter and libraries that our processes run
on, byte code included, in a folder of the project.
"""

from __future__ import annotations

import compileall
import os
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sahayata.settings import PROJECT

OURS: Final = (
    *("agi_scripts", "benchmarks", "database", "ivr", "queue_manager", "sahayata", "tickets"),
)
LEFT_OUT: Final = shutil.ignore_patterns("test", "idlelib", "ensurepip", "site-packages")


def install(folder: Path) -> list[str]:
    """Copy all that is needed into ``folder``; return the words before the name of a module."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    outside = Path(sys.base_prefix)
    library = folder / "lib" / version
    shutil.copytree(
        sysconfig.get_path("stdlib"), library, ignore=LEFT_OUT, copy_function=_link, symlinks=True
    )
    shutil.copytree(
        sysconfig.get_path("purelib"), library / "site-packages", copy_function=_link, symlinks=True
    )
    for shared in (outside / "lib").glob("libpython*.so*"):
        _link(str(shared), str(folder / "lib" / shared.name))
    python = folder / "bin" / version
    python.parent.mkdir()
    _link(str(Path(sys.executable).resolve()), str(python))
    own = folder / "own"
    for name in OURS:
        shutil.copytree(PROJECT / name, own / name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(own, quiet=1)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONHOME": str(folder),
        "PYTHONPATH": str(own),
        "LD_LIBRARY_PATH": str(folder / "lib"),
    }
    settings = [f"{name}={value}" for name, value in environment.items()]
    return ["env", "-i", *settings, str(python), "-s", "-m"]


def program(path: Path, words: Sequence[str]) -> Path:
    """Write the program that ``AGI()`` starts; its standard error would hold callers' numbers."""
    path.write_text(f"#!/bin/sh\nexec {shlex.join(words)} 2>/dev/null\n")
    path.chmod(0o755)
    return path


def _link(source: str, target: str) -> None:
    """Share a file where the disk can, which takes no time; copy it where not."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
