"""Putting a model where it belongs: from a file, a folder or the net, whole or not at all.

What is in an archive is not believed: neither names, nor sizes, nor that it is a model.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ivr.speech import trial
from ivr.speech.archive import CannotInstall, Most, unpack
from ivr.speech.fetching import Progress, fetch
from ivr.speech.model_folder import require_model
from ivr.speech.recogniser import ModelUnusable
from ivr.speech.vosk_model import NAME_FILE

NAMELESS: Final = ("", "model")
"""Folders of archives that say nothing of what is in them."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that was installed."""

    name: str
    sha256: str
    """Of the archive; "" of a folder."""


def install(
    source: str,
    target: Path,
    *,
    sha256: str = "",
    progress: Progress = lambda _, __: None,
    most: Most | None = None,
    try_it: Callable[[Path], object] = trial.run,
) -> Installed:
    """Put the model of a FILE, folder or URL in the place of ``target``.

    Raises:
        CannotInstall: with the reason and what to do.
    """
    most = most or Most()
    wanted = sha256.strip().lower()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".speech-model-", dir=target.parent) as folder:
            fresh = Path(folder) / "model"
            if source and Path(source).is_dir():
                _refuse_sum_of_folder(wanted)
                require_model(Path(source))  # before anything is copied: it may be any folder
                shutil.copytree(source, fresh)
                made = Installed(Path(source).resolve().name, "")
            else:
                archive, name = _archive(source, wanted, Path(folder), progress, most)
                found = _sum_of(archive)
                _require_sum(found, wanted, source)
                inside = unpack(archive, fresh, most)
                made = Installed(name if inside in NAMELESS else inside, found)
            require_model(fresh)
            try_it(fresh)
            (fresh / NAME_FILE).write_text(f"{made.name}\n", "utf-8")
            _put(fresh, target, Path(folder) / "before")
    except ModelUnusable as fault:
        text = str(fault).replace(str(fresh), source)
        raise CannotInstall(text) from fault
    except OSError as fault:
        raise CannotInstall(f"{target}: cannot be written: {fault.strerror or fault}") from fault
    return made


def _archive(
    source: str, wanted: str, folder: Path, progress: Progress, most: Most
) -> tuple[Path, str]:
    """Give the archive on this disk, fetched where need be, and what it is called."""
    scheme, separator, rest = source.partition("://")
    if separator:
        if scheme not in ("https", "http"):
            raise CannotInstall(f"{source}: give a file, or an address with https://")
        if scheme == "http" and not wanted:
            raise CannotInstall(f"{source}: anybody on the way can change it: give --sha256 SUM")
        fetched = folder / "archive.zip"
        fetch(source, fetched, progress, most)
        return fetched, PurePosixPath(rest).name.removesuffix(".zip")
    path = Path(source)
    if not path.is_file():
        raise CannotInstall(f"{source}: there is no such file")
    if path.stat().st_size > most.archive:
        raise CannotInstall(f"{source}: is larger than {most.archive >> 20} MB: no small model is")
    return path, path.name.removesuffix(".zip")


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_sum(found: str, wanted: str, source: str) -> None:
    if wanted and found != wanted:
        raise CannotInstall(
            f"{source}: its checksum differs: it is damaged, or another file than was meant\n"
            f"  wanted {wanted}\n  found  {found}"
        )


def _refuse_sum_of_folder(wanted: str) -> None:
    if wanted:
        raise CannotInstall("a folder has no checksum: give the archive, or leave --sha256 out")


def _put(fresh: Path, target: Path, aside: Path) -> None:
    """Put the new model in the place of the old one."""
    if target.exists():
        target.rename(aside)
    try:
        fresh.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
