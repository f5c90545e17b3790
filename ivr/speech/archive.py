"""Unpacking a model: neither names nor sizes in an archive are believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

PIECE: Final = 1 << 20
SYMLINK: Final = 0o120000
KIND: Final = 0o170000


class CannotInstall(Exception):
    """The model is not installed, and what was there before is as it was; says why."""


@dataclass(frozen=True, slots=True)
class Most:
    """How large things may be, in bytes and files."""

    archive: int = 2 << 30
    unpacked: int = 4 << 30
    files: int = 2000


def unpack(archive: Path, target: Path, most: Most) -> str:
    """Unpack the model in an archive; return the name of its folder there.

    Raises:
        CannotInstall: it is no archive, or not one to be trusted, or holds no model.
    """
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
