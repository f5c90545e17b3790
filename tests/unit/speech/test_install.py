"""A model is installed whole or not at all, whatever the archive says of itself."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ivr.speech import trial
from ivr.speech.archive import CannotInstall, Most
from ivr.speech.install import Installed, install
from ivr.speech.model_folder import is_model, require_model
from ivr.speech.recogniser import ModelUnusable
from sahayata.cli.__main__ import main

FAKE_VOSK = Path(__file__).parents[2] / "support" / "fake_vosk"
MODEL = {
    "vosk-model-small-hi-0.22/am/final.mdl": b"m",
    "vosk-model-small-hi-0.22/conf/mfcc.conf": b"c",
    "vosk-model-small-hi-0.22/graph/Gr.fst": b"g",
    "vosk-model-small-hi-0.22/graph/HCLr.fst": b"h",
}


def archive(files: Mapping[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def well(_: Path) -> None:
    """Every model can be loaded."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where an older model is, which a failed installation must leave alone."""
    old = tmp_path / "state" / "speech-model"
    for name in MODEL:
        file = old / name.partition("/")[2]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"old")
    return old


def refused(source: Path | str, target: Path, **more: object) -> str:
    with pytest.raises(CannotInstall) as fault:
        install(str(source), target, **{"try_it": well, **more})  # type: ignore[arg-type]
    assert (target / "am/final.mdl").read_bytes() == b"old"
    assert [path.name for path in target.parent.iterdir()] == [target.name], "nothing is left over"
    return str(fault.value)


def test_an_archive_is_installed_and_the_older_model_is_gone(target: Path, tmp_path: Path) -> None:
    more = {**MODEL, "vosk-model-small-hi-0.22/README": b"r", "beside": b"x"}
    packed = archive(more, tmp_path / "m.zip")
    found = hashlib.sha256(packed.read_bytes()).hexdigest()
    made = install(str(packed), target, sha256=found.upper(), try_it=well)
    assert made == Installed("vosk-model-small-hi-0.22", found)
    assert is_model(target)
    assert (target / "am/final.mdl").read_bytes() == b"m"
    assert (target / "NAME").read_text() == "vosk-model-small-hi-0.22\n"
    assert not (target / "beside").exists()
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_the_command_needs_nothing_but_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PYTHONPATH", str(FAKE_VOSK))  # of the process that tries the model
    assert main(["speech", "install", str(tmp_path / "none.zip")]) == 1
    assert "there is no such file" in capsys.readouterr().err
    packed = archive(MODEL, tmp_path / "m.zip")
    assert main(["speech", "install", str(packed)]) == 0
    assert is_model(tmp_path / "state" / "speech-model")
    said = capsys.readouterr().out
    assert "vosk-model-small-hi-0.22 is in" in said
    assert hashlib.sha256(packed.read_bytes()).hexdigest() in said


def test_a_folder_is_installed(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "unpacked-model"
    target.rename(folder)
    assert install(str(folder), target, try_it=well) == Installed("unpacked-model", "")
    assert is_model(target)


def test_a_model_below_another_folder_takes_the_name_of_the_archive(
    tmp_path: Path, target: Path
) -> None:
    files = {name.replace("vosk-model-small-hi-0.22", "a_package/model"): b"" for name in MODEL}
    made = install(str(archive(files, tmp_path / "a-package.whl")), target, try_it=well)
    assert made.name == "a-package.whl"


def test_a_checksum_that_differs(target: Path, tmp_path: Path) -> None:
    packed = archive(MODEL, tmp_path / "m.zip")
    assert "its checksum differs" in refused(packed, target, sha256="0" * 64)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", "..\\evil", "vosk-model-small-hi-0.22/../../e"]
)
def test_an_archive_that_would_write_elsewhere(name: str, target: Path, tmp_path: Path) -> None:
    packed = archive({**MODEL, name: b"x"}, tmp_path / "m.zip")
    assert "would be written elsewhere" in refused(packed, target)


def test_an_archive_with_a_link(target: Path, tmp_path: Path) -> None:
    packed = tmp_path / "m.zip"
    with zipfile.ZipFile(packed, "w") as writing:
        link = zipfile.ZipInfo("vosk-model-small-hi-0.22/am/final.mdl")
        link.external_attr = 0o120777 << 16
        writing.writestr(link, "/etc/passwd")
    assert "would be written elsewhere" in refused(packed, target)


def test_what_is_no_model(target: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.zip"
    text.write_text("not found", "utf-8")
    assert "is no zip archive" in refused(text, target)
    cut = archive(MODEL, tmp_path / "cut.zip")
    cut.write_bytes(cut.read_bytes()[:-40])
    assert "is no zip archive" in refused(cut, target)
    assert "no model for speech" in refused(archive({"a": b""}, tmp_path / "a.zip"), target)
    assert "there is no such file" in refused(tmp_path / "nowhere.zip", target)
    assert "there is no such file" in refused("", target)
    (tmp_path / "papers").mkdir()
    said = refused(tmp_path / "papers", target)
    assert said == f"{tmp_path / 'papers'}: is no model for speech, am/final.mdl is missing in it"
    large = {name: b"" for name in MODEL if "HCLr" not in name}
    assert "choose a small one" in refused(archive(large, tmp_path / "large.zip"), target)
    (tmp_path / "empty").mkdir()
    assert "am/final.mdl is missing" in refused(tmp_path / "empty", target)
    assert "a folder has no checksum" in refused(tmp_path / "empty", target, sha256="00")


def test_a_model_that_cannot_be_loaded(target: Path, tmp_path: Path) -> None:
    def damaged(folder: Path) -> None:
        raise ModelUnusable(f"{folder}: cannot be used: it is damaged")

    packed = archive(MODEL, tmp_path / "m.zip")
    assert refused(packed, target, try_it=damaged) == f"{packed}: cannot be used: it is damaged"


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (Most(archive=10), "no small model is"),
        (Most(unpacked=3), "unpacks to more than"),
        (Most(files=3), "no model has so many"),
    ],
)
def test_what_is_too_large(most: Most, said: str, target: Path, tmp_path: Path) -> None:
    assert said in refused(archive(MODEL, tmp_path / "m.zip"), target, most=most)


def test_an_archive_that_lies_about_its_sizes(target: Path, tmp_path: Path) -> None:
    packed = archive({**MODEL, "vosk-model-small-hi-0.22/x": bytes(9000)}, tmp_path / "m.zip")
    data = bytearray(packed.read_bytes())
    for at in _sizes_of(data, 9000):
        data[at : at + 4] = (1).to_bytes(4, "little")
    packed.write_bytes(data)
    refused(packed, target, most=Most(unpacked=100))


def _sizes_of(data: bytes | bytearray, size: int) -> list[int]:
    wanted = size.to_bytes(4, "little")
    return [at for at in range(len(data)) if data[at : at + 4] == wanted]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Serve files; a path that begins with ``cut`` breaks off in the middle."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path[1:]
            if name not in files:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(files[name])))
            self.end_headers()
            cut = len(files[name]) // 2 if name.startswith("cut") else None
            self.wfile.write(files[name][:cut])

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", files
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_model_from_the_net(web: tuple[str, dict[str, bytes]], target: Path) -> None:
    address, files = web
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writing:
        for name, content in MODEL.items():
            writing.writestr(name, content)
    files["m.zip"] = files["cut.zip"] = packed.getvalue()
    found = hashlib.sha256(files["m.zip"]).hexdigest()
    assert "anybody on the way can change it" in refused(f"{address}/m.zip", target)
    assert "its checksum differs" in refused(f"{address}/m.zip", target, sha256="0" * 64)
    assert "404" in refused(f"{address}/none.zip", target, sha256=found)
    assert "the connection broke off" in refused(f"{address}/cut.zip", target, sha256=found)
    most = Most(archive=9)
    assert "has 0 MB" in refused(f"{address}/m.zip", target, sha256=found, most=most)
    seen: list[tuple[int, int]] = []
    size = len(files["m.zip"])
    install(
        f"{address}/m.zip",
        target,
        sha256=found,
        try_it=well,
        progress=lambda there, of: seen.append((there, of)),
    )
    assert seen == [(size, size)]
    assert (target / "am/final.mdl").read_bytes() == b"m"


def test_no_internet_and_no_address(target: Path) -> None:
    said = refused("https://127.0.0.1:9/m.zip", target)
    assert "cannot be reached" in said
    assert "give the file" in said
    assert "give a file, or an address with https" in refused("file:///etc/passwd", target)


def test_a_folder_that_only_looks_like_a_model_is_found_out(target: Path) -> None:
    require_model(target)
    with pytest.raises(ModelUnusable, match="cannot be used: Vosk cannot load this model"):
        trial.run(target)
