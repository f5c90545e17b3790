"""``sahayata prompts check``: what it says, and what its exit status is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.ear import whisper
from ivr.ear.recordings import Sound
from sahayata.cli.__main__ import main, parser

FOOD, RATION = "main_menu_food", "main_menu_ration"


class Heard(whisper.Whisper):
    """An ear that hears what it was told to."""

    texts: tuple[str, ...] = ()

    def write(self, sound: Sound) -> str:
        assert sound.size
        first, *rest = type(self).texts
        type(self).texts = (*rest, first)
        return first


@pytest.fixture
def ear(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[Heard]:
    monkeypatch.setattr(whisper, "Whisper", Heard)
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path))
    return Heard


def test_what_was_understood_is_told_worst_first(
    ear: type[Heard], capsys: pytest.CaptureFixture[str]
) -> None:
    ear.texts = ("بھوجن کے لئے ایک دبائیں", "راشن کے لئے تین دبائیں")
    assert main(["prompts", "check", "--words", FOOD, RATION]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "of the sounds not understood" in said[0]
    assert [line.split()[1] for line in said[1:3]] == [f"{RATION}:", f"{FOOD}:"]
    assert said[-1] == "nothing is wrong"


def test_an_outlier_is_a_fault(ear: type[Heard], capsys: pytest.CaptureFixture[str]) -> None:
    ear.texts = ("کچھ اور",)
    assert main(["prompts", "check", "--words", "--json", FOOD]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["faults"][0].startswith(f"{FOOD}: ")
    assert document["understood"]["sentences"]["prompts"][0]["heard"] == "کچھ اور"


def test_a_prompt_that_is_none_and_an_ear_that_is_missing_are_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["prompts", "check", "no_such_prompt"]) == 2
    assert "no recording of no_such_prompt" in capsys.readouterr().err
    assert main(["prompts", "check", "--words", FOOD]) == 1
    assert "deploy.models whisper" in capsys.readouterr().err


def test_listening_needs_an_instance(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path / "nothing"))
    assert main(["prompts", "check", "--listen"]) == 1
    assert "nothing was ever started" in capsys.readouterr().err


def test_a_voice_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAHAYATA_STATE", str(tmp_path))
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["prompts", "build", "--voice", "siri"])
    assert "'siri' is none of kokoro, " in capsys.readouterr().err


def test_a_build_needs_no_voice_named() -> None:
    assert parser().parse_args(["prompts", "build"]).voice is None
