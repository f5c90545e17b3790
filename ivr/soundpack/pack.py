"""The tarball: recordings under Asterisk's names, ``say.conf``, what each says, README, licence.

The same recordings give the same bytes, whenever and wherever it is made.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.asterisk_sounds import PACK
from ivr.call import PromptId
from ivr.soundpack.say_conf import LANGUAGE, say_conf
from ivr.voice.catalogue import FILE_NAME, Catalogue, load_catalogue
from ivr.voice.codecs import ENCODERS
from ivr.voice.masters import FOLDER, read_master

NAME: Final = "asterisk-sounds-hi"
SOUNDS: Final = f"sounds/{LANGUAGE}"
"""Where the recordings lie in the tarball; each is named as Asterisk asks for it."""
WORDS: Final = f"{LANGUAGE}.txt"
"""What each file says, a line a file: ``digits/21: इक्कीस``."""
_MADE: Final = 315_532_800
"""The same time stamp for every file: 1 January 1980, the oldest that all tools take."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What is in the pack besides sound."""

    readme: Path
    licence: Path
    version: str


def write_pack(prompts: Path, papers: Papers, folder: Path) -> Path:
    """Write the tarball into ``folder`` and return its path; an older one stays until it is whole.

    ``prompts`` is the folder of the language. Raises ``ivr.strict_yaml.YamlFaults``,
    ``ivr.voice.masters.MastersUnreadable`` when a recording is missing, and ``OSError``.
    """
    catalogue = load_catalogue(prompts / FILE_NAME)
    folder.mkdir(parents=True, exist_ok=True)
    top = f"{NAME}-{papers.version}"
    target = folder / f"{top}.tar.gz"
    with tempfile.TemporaryDirectory(prefix=".pack-", dir=folder) as workshop:
        fresh = Path(workshop) / target.name
        with (
            fresh.open("wb") as file,
            gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=_MADE) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            for name, data in _files(prompts / FOLDER, catalogue, papers):
                _add(tar, f"{top}/{name}", data)
        fresh.replace(target)
    return target


def words(catalogue: Catalogue) -> str:
    """Write what each file says."""
    return "".join(
        f"{name}: {catalogue.prompts[prompt].text or '(silence)'}\n"
        for name, prompt in sorted(PACK.items())
    )


def _files(masters: Path, catalogue: Catalogue, papers: Papers) -> Iterator[tuple[str, bytes]]:
    yield "README.md", papers.readme.read_bytes()
    yield "LICENSE", papers.licence.read_bytes()
    yield "say.conf", say_conf().encode()
    yield WORDS, words(catalogue).encode()
    for prompt, names in sorted(_names_of().items()):
        pcm = read_master(masters, prompt)
        for ending, encode in ENCODERS.items():
            data = encode(pcm)
            for name in names:
                yield f"{SOUNDS}/{name}.{ending}", data


def _names_of() -> dict[PromptId, list[str]]:
    names: dict[PromptId, list[str]] = {}
    for name, prompt in PACK.items():
        names.setdefault(prompt, []).append(name)
    return names


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(data), _MADE, 0o644
    tar.addfile(entry, io.BytesIO(data))
