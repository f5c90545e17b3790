"""What a voice said once need not be said again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ivr.voice.remembered import Remembered
from ivr.voice.voice import VoiceFailed
from tests.unit.voice.fake_voice import HummingVoice


def size_of_one(tmp_path: Path) -> int:
    """How many bytes a word takes."""
    Remembered(HummingVoice(), tmp_path / "one").speak("एक", 1.0)
    (file,) = (tmp_path / "one").iterdir()
    return file.stat().st_size


def test_the_same_speech_is_given_without_the_voice(tmp_path: Path) -> None:
    voice = HummingVoice()
    first = Remembered(voice, tmp_path).speak("एक दो", 1.0)
    again = Remembered(voice, tmp_path).speak("एक दो", 1.0)
    assert voice.said == ["एक दो"]
    assert np.array_equal(first.samples, again.samples)
    assert replace(again, samples=first.samples) == first


def test_another_text_pace_or_setting_is_said_by_the_voice(tmp_path: Path) -> None:
    voice, other = HummingVoice(), HummingVoice("deep")
    for speaker, text, pace in ((voice, "एक", 1.0), (voice, "दो", 1.0), (voice, "एक", 0.9)):
        Remembered(speaker, tmp_path).speak(text, pace)
    Remembered(other, tmp_path).speak("एक", 1.0)
    assert voice.said == ["एक", "दो", "एक"]
    assert other.said == ["एक"]
    assert Remembered(voice, tmp_path).name == voice.name
    assert Remembered(voice, tmp_path).recipe("एक", 1.0) == voice.recipe("एक", 1.0)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_what_is_damaged_is_said_again(tmp_path: Path, damage: bytes) -> None:
    voice = HummingVoice()
    memory = Remembered(voice, tmp_path)
    memory.speak("एक", 1.0)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    memory.speak("एक", 1.0)
    memory.speak("एक", 1.0)
    assert voice.said == ["एक", "एक"]


def test_what_was_not_asked_for_longest_goes(tmp_path: Path) -> None:
    voice = HummingVoice()
    memory = Remembered(voice, tmp_path / "said", most_bytes=2 * size_of_one(tmp_path) + 50)
    for age, text in ((300, "एक"), (200, "दो")):
        before = set(memory.folder.glob("*"))
        memory.speak(text, 1.0)
        (new,) = set(memory.folder.glob("*")) - before
        os.utime(new, (1_000_000 - age, 1_000_000 - age))
    memory.speak("एक", 1.0)
    memory.speak("तीन", 1.0)
    assert len(list(memory.folder.iterdir())) == 2
    memory.speak("एक", 1.0)
    memory.speak("दो", 1.0)
    assert voice.said == ["एक", "दो", "तीन", "दो"]


def test_a_voice_that_fails_leaves_nothing(tmp_path: Path) -> None:
    memory = Remembered(HummingVoice(cannot_say=frozenset({"एक"})), tmp_path)
    with pytest.raises(VoiceFailed):
        memory.speak("एक", 1.0)
    assert not list(tmp_path.iterdir())
