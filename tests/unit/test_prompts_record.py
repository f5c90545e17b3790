"""``sahayata prompts record | takes | put-back``: an office's own voice, kept, listed, put back."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from console.audit import Audit
from ivr.voice.masters import FOLDER, read_master
from ivr.voice.processing import MASTER_RATE
from ivr.voice.publish import own_recordings
from ivr.voice.studio_numbers import read_numbers
from sahayata import stores
from sahayata.checks.check import check
from sahayata.cli.__main__ import main
from sahayata.settings import PROJECT, Settings, load
from tests.support.rostered import seat_roster

NAME = "helpline_name"
HINDI = PROJECT / "prompts" / "hi"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An instance that was started once and does not run."""
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "state"))
    settings = load(state=str(tmp_path / "state"), port_base=None)
    seat_roster(settings, tmp_path)
    return settings


def said(prompt: str = NAME) -> NDArray[np.float64]:
    """What a person says: the project's recording of a prompt, not so loud."""
    return 0.5 * read_master(HINDI / FOLDER, prompt) / 32768


def wav(folder: Path, sound: NDArray[np.float64], rate: int = MASTER_RATE) -> str:
    file = folder / "said.wav"
    soundfile.write(file, sound, rate, format="WAV", subtype="PCM_16")
    return str(file)


def deeds(settings: Settings) -> list[tuple[str, str, str, str]]:
    engine = stores.open_database(settings)
    lines = Audit(engine, stores.now).page()
    engine.dispose()
    assert all(line.who for line in lines)
    return [(line.address, line.what, line.whom, line.outcome) for line in lines]


def test_a_file_is_kept_listed_and_put_back(
    instance: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prompts", "record", NAME, "--from", wav(tmp_path, said())]) == 0
    assert f"{NAME}: take 1 is what callers hear" in capsys.readouterr().out
    assert set(own_recordings(instance.state.sounds / "hi")) == {NAME}
    number = str(read_numbers(HINDI)[NAME])
    assert main(["prompts", "takes", number]) == 0, "by the number of the reading sheet"
    listed = capsys.readouterr().out.splitlines()
    assert listed[1].startswith(" *   1  ")
    assert "file said.wav" in listed[1]
    assert listed[2] == "     0  the project's recording"
    assert main(["prompts", "takes", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["prompts"][NAME]["in_use"], document["faults"]) == (1, [])
    assert main(["prompts", "put-back", NAME]) == 0
    assert "the project's recording is what callers hear" in capsys.readouterr().out
    assert own_recordings(instance.state.sounds / "hi") == {}
    assert main(["prompts", "put-back", NAME]) == 1
    assert "is in use; name the take" in capsys.readouterr().err
    assert main(["prompts", "put-back", NAME, "7"]) == 1
    assert main(["prompts", "put-back", NAME, "1"]) == 0
    assert deeds(instance) == [
        ("command", "put_back_prompt:1", NAME, "confirmed"),
        ("command", "put_back_prompt:7", NAME, "refused"),
        ("command", "put_back_prompt:0", NAME, "confirmed"),
        ("command", "record_prompt", NAME, "confirmed"),
    ]


@pytest.mark.parametrize(
    ("sound", "rate", "reason"),
    [
        (said()[::2], 8_000, "has 8000 samples a second"),
        (np.stack([said(), said()], axis=1), MASTER_RATE, "has 2 channels: record in mono"),
        (np.clip(8 * said(), -1, 1), MASTER_RATE, "is clipped"),
        (np.zeros(0), MASTER_RATE, "is empty or shorter"),
        (np.zeros(20_000), MASTER_RATE, "is silent"),
        (np.tile(said(), 300)[: 600 * MASTER_RATE], MASTER_RATE, "a prompt may last 90 s"),
        (np.tile(said(), 4), MASTER_RATE, "much longer than the text"),
        (said("n_1"), MASTER_RATE, "much shorter than the text"),
        (
            said() + np.random.default_rng(1).normal(0, 0.03, said().size),
            MASTER_RATE,
            "nearly as loud as the voice",
        ),
    ],
    ids=["8 kHz", "stereo", "clipped", "empty", "silent", "minutes", "long", "short", "noise"],
)
def test_a_file_that_callers_should_not_hear_is_refused(
    instance: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sound: NDArray[np.float64],
    rate: int,
    reason: str,
) -> None:
    assert main(["prompts", "record", NAME, "--from", wav(tmp_path, sound, rate)]) == 1
    assert reason in capsys.readouterr().err
    assert not (instance.state.studio / "hi").exists()
    assert deeds(instance) == []


def test_what_is_no_wav_and_no_instance_is_refused(
    instance: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a.wav").write_text("not a sound")
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    for file in ("a.wav", "nowhere.wav", "pipe.wav", "folder.wav"):
        assert main(["prompts", "record", NAME, "--from", str(tmp_path / file)]) == 1
        assert "is no wav that can be read" in capsys.readouterr().err
    assert main(["prompts", "record", NAME, "--call", "301"]) == 1
    assert "start it with `sahayata up`" in capsys.readouterr().err
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "nothing"))
    assert main(["prompts", "record", NAME, "--from", wav(tmp_path, said())]) == 1
    assert "nothing was ever started" in capsys.readouterr().err


def test_what_says_an_old_text_is_named_by_check(
    instance: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prompts", "record", NAME, "--from", wav(tmp_path, said())]) == 0
    record = instance.state.studio / "hi" / NAME / "takes.json"
    record.write_text(record.read_text(encoding="utf-8").replace("गुरुग्राम", "रायपुर"), "utf-8")
    found = [f.text for f in check(["prompts"], state=str(instance.state.root))]
    (told,) = [text for text in found if text.startswith(f"{NAME}: ")]
    assert "says “यह रायपुर ज़िला हेल्पलाइन है।”" in told
    assert "record it again; the project's recording is played" in told
    assert main(["prompts", "takes"]) == 0
    assert "not played: helpline_name" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["../hi", "..", "नमस्ते", "9" * 5000, "0", ""])
def test_what_is_no_prompt_and_no_language_is_refused(
    instance: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    file = wav(tmp_path, said())
    assert main(["prompts", "record", word, "--from", file]) == 2
    assert "is not in" in capsys.readouterr().err
    for language in ("../hi", str(HINDI), "xx"):
        words = ["prompts", "record", NAME, "--from", file, "--language", language]
        assert main(words) == 2
        assert f"there are no prompts in {language!r}" in capsys.readouterr().err
    assert not list(HINDI.glob("*/takes.json"))


def test_names_of_files_and_users_may_be_anything(
    instance: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odd = tmp_path / os.fsdecode(b"\xff\x1b[31m.wav")
    Path(wav(tmp_path, said())).rename(odd)
    monkeypatch.setattr(getpass, "getuser", lambda: "a\nb" * 99)
    assert main(["prompts", "record", NAME, "--from", str(odd)]) == 0
    assert main(["prompts", "takes"]) == 0
    assert f"{('a?b' * 99)[:64]}, file ??[31m.wav" in capsys.readouterr().out

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert main(["prompts", "put-back", NAME]) == 0
    assert [outcome for *_, outcome in deeds(instance)] == ["confirmed", "confirmed"]
