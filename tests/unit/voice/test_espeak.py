"""What can go wrong with a program that speaks, without the program."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ivr.voice import espeak_ng
from ivr.voice.espeak import Espeak
from ivr.voice.respelling import respelt
from ivr.voice.voice import VoiceFailed


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An espeak-ng whose behaviour a test writes as a shell script."""
    path = tmp_path / "espeak-ng"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return path


def script(program: Path, body: str) -> None:
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


def wav(samples: NDArray[np.float64]) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, 22_050, format="WAV", subtype="PCM_16")
    return file.getvalue()


def speaking(program: Path, samples: NDArray[np.float64]) -> None:
    (program.parent / "out.wav").write_bytes(wav(samples))
    script(
        program,
        f"cat > {program.parent}/in.txt\n"
        f'case "$*" in *--stdout*) cat {program.parent}/out.wav;; *) echo " ˈeːk ";; esac',
    )


def test_it_reads_the_respelt_text_and_tells_the_phonemes(program: Path) -> None:
    speaking(program, np.full(2000, 0.5))
    speech = Espeak().speak("उनसठ दबाएँ", 1.0)
    assert (program.parent / "in.txt").read_text(encoding="utf-8") == "उन्सठ दबाएं"
    assert (speech.rate, speech.samples.size, speech.phonemes) == (22_050, 2000, "ˈeːk")


def test_a_missing_program_says_how_to_get_it() -> None:
    with pytest.raises(VoiceFailed, match="apt-get install espeak-ng"):
        Espeak(program="no-such-program").speak("एक", 1.0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo broken voice >&2; exit 3", r"failed \(3\): broken voice"),
        ("cat >/dev/null; echo rubbish", "gave no sound"),
    ],
)
def test_a_failing_program_is_quoted(program: Path, body: str, message: str) -> None:
    script(program, body)
    with pytest.raises(VoiceFailed, match=message):
        Espeak().speak("एक", 1.0)


def test_silence_is_a_failure(program: Path) -> None:
    speaking(program, np.zeros(2000))
    with pytest.raises(VoiceFailed, match="said nothing"):
        Espeak().speak("एक", 1.0)


def test_a_program_that_hangs_is_stopped(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(espeak_ng, "TIME_LIMIT_S", 0.05)
    script(program, "exec sleep 20")
    with pytest.raises(VoiceFailed, match="took more than"):
        Espeak().speak("एक", 1.0)


def test_the_recipe_holds_settings_and_spelling() -> None:
    assert Espeak().recipe("उनसठ", 1.0) == "espeak-ng hi speed=135 pitch=45: उन्सठ"


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("दबाएँ।", "दबाएं।"),
        ("कर पाएँगे", "कर पाएंगे"),
        ("सड\u093cसठ", "सड\u093c\u094dसठ"),
        ("स\u095cसठ", "सड\u093c\u094dसठ"),
        ("उनसठवाँ", "उनसठवाँ"),
        ("हेल्पलाइन है", "हेल्प लाइन है"),
    ],
)
def test_whole_words_are_respelt(text: str, spelt: str) -> None:
    assert respelt(text) == spelt
