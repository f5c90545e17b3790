"""Putting a model where it belongs: from a file, a folder or the net, whole or not at all.

What is in an archive is not believed: neither names, nor sizes, nor that it is a model.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from ivr.speech import trial
from ivr.speech.model_folder import require_model
from ivr.speech.recogniser import ModelUnusable
from ivr.speech.vosk_model import NAME_FILE

NAMELESS: Final = ("", "model")
"""Folders of archives that say nothing of what is in them."""
PIECE: Final = 1 << 20
NET_LIMIT_S: Final = 30.0
"""Without a byte for so long a download is given up."""
SYMLINK: Final = 0o120000
KIND: Final = 0o170000

Progress = Callable[[int, int], None]
"""Told how many bytes are there, of how many (0: not known)."""


class CannotInstall(Exception):
    """The model is not installed, and what was there before is as it was; says why."""


@dataclass(frozen=True, slots=True)
class Most:
    """How large things may be, in bytes and files."""

    archive: int = 2 << 30
    unpacked: int = 4 << 30
    files: int = 2000


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
            if Path(source).is_dir():
                _refuse_sum_of_folder(wanted)
                shutil.copytree(source, fresh)
                made = Installed(Path(source).resolve().name, "")
            else:
                archive, name = _archive(source, Path(folder), progress, most)
                found = _sum_of(archive)
                _require_sum(found, wanted, source)
                inside = _unpack(archive, fresh, most)
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


def _archive(source: str, folder: Path, progress: Progress, most: Most) -> tuple[Path, str]:
    """Give the archive on this disk, fetched where need be, and what it is called."""
    scheme, separator, rest = source.partition("://")
    if separator:
        if scheme not in ("https", "http"):
            raise CannotInstall(f"{source}: give a file, or an address with https://")
        fetched = folder / "archive.zip"
        _fetch(source, fetched, progress, most)
        return fetched, PurePosixPath(rest).name.removesuffix(".zip")
    path = Path(source)
    if not path.is_file():
        raise CannotInstall(f"{source}: there is no such file")
    if path.stat().st_size > most.archive:
        raise CannotInstall(f"{source}: is larger than {most.archive >> 20} MB: no small model is")
    return path, path.name.removesuffix(".zip")


def _fetch(address: str, target: Path, progress: Progress, most: Most) -> None:
    try:
        # The scheme was looked at: http or https.
        with (
            closing(urllib.request.urlopen(address, timeout=NET_LIMIT_S)) as answer,  # noqa: S310
            target.open("wb") as file,
        ):
            size = int(answer.headers.get("Content-Length") or 0)
            if size > most.archive:
                raise CannotInstall(f"{address}: has {size >> 20} MB: no small model is so large")
            fetched = 0
            while piece := answer.read(PIECE):
                fetched += len(piece)
                if fetched > most.archive:
                    raise CannotInstall(f"{address}: is larger than {most.archive >> 20} MB")
                file.write(piece)
                progress(fetched, size)
            if fetched < size:
                raise CannotInstall(f"{address}: the connection broke off; try again")
    except urllib.error.HTTPError as fault:
        fault.close()
        raise CannotInstall(f"{address}: {fault.code} {fault.reason}") from fault
    except urllib.error.URLError as fault:
        raise CannotInstall(
            f"{address}: cannot be reached ({fault.reason}): is there internet? fetch it elsewhere,"
            " bring it here, and give the file"
        ) from fault
    except (TimeoutError, ConnectionError, ValueError) as fault:
        raise CannotInstall(f"{address}: the connection broke off ({fault}); try again") from fault


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


def _unpack(archive: Path, target: Path, most: Most) -> str:
    """Unpack the model in an archive; return the name of its folder there."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            _require_modest(members, most)
            root = _model_in([_place(member) for member in members])
            left = most.unpacked
            for member in members:
                place = _place(member)
                if place.is_relative_to(root):
                    file = target / place.relative_to(root)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    with packed.open(member) as source:
                        left -= _copy(source, file, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        raise CannotInstall(
            f"{archive.name}: is no zip archive, or a damaged one: fetch it again"
        ) from fault
    return root.name


def _require_modest(members: list[zipfile.ZipInfo], most: Most) -> None:
    if len(members) > most.files:
        raise CannotInstall(f"holds {len(members)} files: no model has so many")
    if sum(member.file_size for member in members) > most.unpacked:
        raise CannotInstall(f"unpacks to more than {most.unpacked >> 20} MB: no small model does")


def _place(member: zipfile.ZipInfo) -> PurePosixPath:
    """Give where a member lies. Raises ``CannotInstall`` for one that would lie elsewhere."""
    place = PurePosixPath(member.filename)
    kind = (member.external_attr >> 16) & KIND
    if place.is_absolute() or ".." in place.parts or "\\" in member.filename or kind == SYMLINK:
        raise CannotInstall(
            f"the archive holds {member.filename[:80]!r}, which would be written elsewhere:"
            " this is no model, do not trust where it came from"
        )
    return place


def _model_in(places: list[PurePosixPath]) -> PurePosixPath:
    """Find the folder of the archive that holds the model."""
    for place in sorted(places, key=lambda place: len(place.parts)):
        if place.name == "final.mdl":
            folder = place.parent
            return folder.parent if folder.name == "am" else folder
    raise CannotInstall("the archive holds no model for speech (am/final.mdl is not in it)")


def _copy(source: IO[bytes], target: Path, most: int) -> int:
    copied = 0
    with target.open("wb") as file:
        while piece := source.read(PIECE):
            copied += len(piece)
            if copied > most:
                raise CannotInstall("unpacks to more than it says: do not trust it")
            file.write(piece)
    return copied


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
