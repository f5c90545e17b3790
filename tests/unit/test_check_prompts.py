"""``sahayata check prompts`` names what a caller might not understand, with its line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ivr.voice.studio_numbers import FILE_NAME as NUMBERS
from sahayata.checks.check import check
from sahayata.checks.finding import Finding
from sahayata.checks.prompts import MOST_OF_A_KIND
from sahayata.settings import PROJECT, load
from sahayata.studio import open_booth

SENTENCE = "भोजन के लिए एक दबाएँ।"


def findings(folder: Path, monkeypatch: pytest.MonkeyPatch, sentence: str) -> list[Finding]:
    """Look at our prompts with another sentence for food."""
    project = folder / "project"
    hindi = project / "prompts" / "hi"
    hindi.mkdir(parents=True, exist_ok=True)
    for name in ("district.yaml", "callflows.yaml", "dialplans"):
        (project / name).symlink_to(PROJECT / name)
    (hindi / "recordings").symlink_to(PROJECT / "prompts" / "hi" / "recordings")
    for name in ("words.txt", "numbers.txt"):
        shutil.copy(PROJECT / "prompts" / "hi" / name, hindi)
    catalogue = (PROJECT / "prompts" / "hi" / "catalogue.yaml").read_text(encoding="utf-8")
    changed = (
        catalogue
        if sentence == SENTENCE
        else catalogue.replace(f'main_menu_food: {{text: "{SENTENCE}"', "main_menu_food: {text: X")
    )
    assert sentence == SENTENCE or changed != catalogue
    (hindi / "catalogue.yaml").write_text(changed.replace("X", f'"{sentence}"'), encoding="utf-8")
    monkeypatch.setenv("SAHAYATA_PROJECT", str(project))
    return list(check(["prompts"], state=str(folder / "state")))


def line_of(prompt: str) -> int:
    text = (PROJECT / "prompts" / "hi" / "catalogue.yaml").read_text(encoding="utf-8")
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(f"  {prompt}:"))


def test_an_unknown_word_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(tmp_path, monkeypatch, "भोजण के लिए एक दबाएँ।")
    (warning,) = [one.text for one in found if one.weight == "warning"]
    assert warning.startswith(f"catalogue.yaml:{line_of('main_menu_food')}: ")
    assert "“भोजण” is not in words.txt: did you mean भोजन? it is said [" in warning
    faults = [one.text for one in found if one.weight == "fault"]
    assert any("main_menu_food is missing or says another text" in fault for fault in faults)


def test_a_wav_that_nobody_uses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wavs = tmp_path / "project" / "prompts" / "hi" / "recorded"
    wavs.mkdir(parents=True)
    for name in ("greting.wav", "goodbye.mp3", "README.md", ".hidden"):
        (wavs / name).touch()
    found = findings(tmp_path, monkeypatch, SENTENCE)
    assert [one.text for one in found if one.weight == "warning"] == [
        f"{wavs / 'goodbye.mp3'} is not used: a recording is a file ID.wav",
        f"{wavs / 'greting.wav'} is not used: there is no prompt greting",
    ]


def test_spoilt_numbers_are_a_fault_here_and_stop_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    findings(tmp_path, monkeypatch, SENTENCE)
    project = tmp_path / "project"
    settings = load(state=str(tmp_path / "s"), port_base=None, environment={}, project=project)
    assert open_booth(settings, "hi").numbers["greeting"]
    assert not caplog.messages
    numbers = project / "prompts" / "hi" / NUMBERS
    numbers.write_text(numbers.read_text(encoding="utf-8") + "greeting 101\n", encoding="utf-8")
    assert open_booth(settings, "hi").numbers == {}
    assert "'greeting 101' is no number and the id of a prompt" in caplog.messages[0]
    found = check(["prompts"], state=str(tmp_path / "state"))
    (fault,) = [one.text for one in found if one.weight == "fault"]
    assert fault.startswith(f"{NUMBERS}:")


def test_many_of_a_kind_are_told_as_a_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sounds = tmp_path / "state" / "sounds" / "hi"
    sounds.mkdir(parents=True)
    first = min(file.stem for file in (PROJECT / "prompts" / "hi" / "recordings").glob("*.flac"))
    (sounds / f"{first}.alaw").touch()
    found = findings(tmp_path, monkeypatch, SENTENCE)
    faults = [one.text for one in found if one.weight == "fault"]
    assert len(faults) == MOST_OF_A_KIND + 1
    assert faults[0] == f"{sounds / first}.alaw: is empty: the next start mends them"
    assert re.fullmatch(r"and \d{3,} more like this: the next start mends them", faults[-1])


def test_digits_are_a_fault_with_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fault,) = findings(tmp_path, monkeypatch, "भोजन के लिए 1 दबाएँ।")
    assert fault.weight == "fault"
    assert fault.text.startswith(f"catalogue.yaml:{line_of('main_menu_food')}: ")
    assert "has the digits 1; they are said “एक”" in fault.text
