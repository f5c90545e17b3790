"""The process that has names said by Kokoro: what it is told, and when it ends."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from ivr.voice.espeak import Espeak
from ivr.voice.kokoro import Kokoro
from ivr.voice.names import all_said, read_names
from sahayata.processes import naming
from sahayata.processes.naming import Naming, better_names, name_all
from sahayata.settings import load
from sahayata.voices import voice_of_names
from tests.support.waiting import until

NAMES = {"201": "सुनीता यादव", "202": "Ajay Kumar"}


async def test_without_its_model_the_names_are_said_by_espeak(tmp_path: Path) -> None:
    folder = tmp_path / "names"
    better = better_names(Kokoro(tmp_path / "no model"), folder)
    await better.say(NAMES)
    assert set(read_names(folder)) == {"name_201", "name_202"}
    assert all_said(folder, NAMES.values(), Espeak())
    assert not all_said(folder, NAMES.values(), better.voice)


async def test_it_says_why_it_could_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "names").write_text("no folder")
    await name_all(Naming.by(Kokoro(tmp_path), tmp_path / "names", NAMES))
    assert "not all names of operators are said by hf_alpha" in caplog.text
    assert str(tmp_path / "names") in caplog.text


async def test_it_is_nice_and_ends_with_the_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in that notes what it is told and how nice it may be, and never ends."""
    stand_in = tmp_path / "stand_in.py"
    stand_in.write_text(
        "import os, pathlib, sys, time\n"
        "from sahayata.processes import naming\n"
        "told = sys.stdin.read()\n"
        "naming.Naming.run = lambda self: note(self)\n"
        "def note(one):\n"
        "    said = f'{os.getpid()} {os.nice(0)} {one.names}'\n"
        f"    pathlib.Path({str(tmp_path / 'told')!r}).write_text(said)\n"
        "    time.sleep(600)\n"
        "import io; sys.stdin = io.StringIO(told)\n"
        "naming.main()\n"
    )
    monkeypatch.setattr(naming, "PROGRAM", (sys.executable, str(stand_in)))
    running = asyncio.create_task(name_all(Naming.by(Kokoro(tmp_path), tmp_path, NAMES)))
    told = tmp_path / "told"
    await until(lambda: told.exists() and told.read_text().endswith("}"))
    pid, nice, names = told.read_text().split(" ", 2)
    assert (nice, names) == ("19", str(NAMES))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not Path("/proc", pid).exists()


def test_what_it_is_told_is_what_it_does(tmp_path: Path) -> None:
    one = Naming.by(Kokoro(tmp_path, "hm_psi"), tmp_path / "names", NAMES)
    assert Naming(**json.loads(json.dumps(asdict(one)))) == one
    assert (one.voice, one.language) == ("hm_psi", "hi")


@pytest.mark.parametrize(
    ("setting", "speaker"),
    [("kokoro", "hf_alpha"), ("kokoro hm_omega", "hm_omega"), ("espeak", ""), ("gtts", "")],
)
def test_the_setting_is_obeyed_and_no_name_leaves_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, speaker: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = load(state=str(tmp_path), environment={"SAHAYATA_VOICE": setting})
    assert voice_of_names(settings, "hi") is None, "nothing is installed"
    files = tmp_path / "sahayata" / "voices" / "kokoro"
    files.mkdir(parents=True)
    for name in ("model.onnx", "vocab.json", "hf_alpha.bin", "hm_omega.bin"):
        (files / name).touch()
    monkeypatch.setattr("sahayata.voices.find_spec", lambda name: name)
    found = voice_of_names(settings, "hi")
    assert (found.voice if found else "") == speaker
    monkeypatch.setattr("sahayata.voices.find_spec", lambda _: None)
    assert voice_of_names(settings, "hi") is None
