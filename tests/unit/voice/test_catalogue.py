"""The catalogue is strict: every fault is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.strict_yaml import YamlFaults
from ivr.voice.catalogue import load_catalogue
from tests.unit.voice.catalogues import GREETING, ONE, PAUSE, catalogue, written


def test_a_sound_catalogue(tmp_path: Path) -> None:
    loaded = catalogue(tmp_path, GREETING, ONE, PAUSE)
    assert list(loaded.prompts) == ["greeting", "n_1", "pause_short"]
    assert loaded.prompts["greeting"].spoken == "नमस्ते।"
    assert loaded.prompts["pause_short"].pause_ms == 350
    assert loaded.text_of(("greeting", "pause_short", "n_1")) == "नमस्ते। एक"


def test_pace_and_voice_are_those_of_the_settings_unless_said(tmp_path: Path) -> None:
    line = '  text: {text: "एक", pace: 0.9, voice: espeak, for: "number"}\n'
    prompts = catalogue(tmp_path, GREETING, line).prompts
    assert (prompts["greeting"].pace, prompts["greeting"].voice) == (1.0, None)
    assert (prompts["text"].pace, prompts["text"].voice) == (0.9, "espeak")


def test_what_is_said_may_be_spelt_apart_from_what_is_read(tmp_path: Path) -> None:
    line = '  n_59: {text: "उनसठ", say: "उन्सठ", for: "number"}\n'
    assert catalogue(tmp_path, line).prompts["n_59"].spoken == "उन्सठ"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('  x: {text: "", for: "a"}\n', "has no text"),
        ('  x: {text: "  ", for: "a"}\n', "has no text"),
        ('  x: {for: "a"}\n', "has no text"),
        ('  x: {text: "एक"}\n', "is missing"),
        ('  x: {text: "एक", for: "a", colour: red}\n', "is not a setting here"),
        ('  x: {text: "एक", pause_ms: 300, for: "a"}\n', "a silence (pause_ms) and a text"),
        ("  x: {pause_ms: 5, for: a}\n", "pause_ms: must be at least 20"),
        ('  x: {text: "SMS भेजें", for: "a"}\n', "Latin letters SMS; they are spelt out “एस एम एस”"),
        (
            '  x: {text: "1 दबाएँ", for: "a"}\n',
            "has the digits 1; they are said “एक”: write numbers as words",
        ),
        ('  x: {text: "फ़ोन 1950", for: "a"}\n', "said “एक हज़ार नौ सौ पचास”"),
        ('  x: {text: "फ़ोन 0124", for: "a"}\n', "said “शून्य एक दो चार”"),
        ('  x: {text: "पास ९९९९९९९९९९", for: "a"}\n', "said “नौ नौ नौ नौ नौ नौ नौ नौ नौ नौ”"),
        ('  x: {text: "१ दबाएँ", for: "a"}\n', "has the digits १"),
        (
            '  x: {text: "नमस्ते 🙏", for: "a"}\n',
            "of which nothing is said: 🙏 (PERSON WITH FOLDED HANDS)",
        ),
        (
            '  x: {text: "é ok", for: "a"}\n',
            "Latin letters ok; they are spelt out “ओ के”: write the Hindi word; has characters",
        ),
        ('  x: {text: "एक", say: "ek", for: "a"}\n', "Latin letters ek"),
        ('  x: {text: "एक", pace: 2.0, for: "a"}\n', "must be at most 1.3"),
        ('  x: {text: "एक", voice: "polly", for: "a"}\n', "voice"),
        ("  x: {pause_ms: 50, pace: 0.9, for: a}\n", "neither voice nor pace"),
        ("  x: {text: 12, for: a}\n", 'write it in quotes: "12"'),
        ('  X-1: {text: "एक", for: "a"}\n', "X-1"),
        (GREETING, "duplicate key"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, GREETING, line)
    with pytest.raises(YamlFaults) as caught:
        load_catalogue(path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("catalogue.yaml", 5)
    assert message in str(fault)


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    lines = ("x: {text: a, for: a}", 'y: {text: "", for: a}', 'z: {text: "7", say: é, for: a}', "7")
    path = written(tmp_path, *(f"  {line}\n" for line in lines[:3]))
    with pytest.raises(YamlFaults) as caught:
        load_catalogue(path)
    assert [fault.line for fault in caught.value.faults] == [4, 5, 6, 6]


@pytest.mark.parametrize("prompts", ["7", "[a]", "{a: 7}", "{a: [b]}", "{a: {text: [b]}}"])
def test_whatever_stands_there_is_a_fault_and_nothing_worse(tmp_path: Path, prompts: str) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(f"format: 1\nlanguage: hi\nprompts: {prompts}\n")
    with pytest.raises(YamlFaults):
        load_catalogue(path)


def test_another_language_may_use_its_own_script(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text('format: 1\nlanguage: en\nprompts:\n  a: {text: "Hello", for: "a"}\n')
    assert load_catalogue(path).prompts["a"].text == "Hello"
