"""A person's wav is preferred, and refused with the reason when it would not sound right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ivr.voice.masters import BuildFailed, build, read_masters
from ivr.voice.recorded import LONGEST_S, Recorded
from ivr.voice.voice import VoiceFailed
from tests.unit.voice.catalogues import ONE, catalogue
from tests.unit.voice.fake_voice import HummingVoice, chosen

RATE = 16_000


def hum(seconds: float, size: float = 0.3, rate: int = RATE) -> NDArray[np.float64]:
    return size * np.sin(2 * np.pi * 300 * np.arange(round(seconds * rate)) / rate)


def wav(path: Path, sound: NDArray[np.float64], rate: int = RATE) -> Path:
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, sound, rate, format="WAV", subtype="PCM_16")
    return path


def test_a_good_wav_is_what_it_is(tmp_path: Path) -> None:
    speech = Recorded(wav(tmp_path / "a.wav", hum(1, rate=44_100), 44_100)).speak("एक", 1.0)
    assert (speech.rate, speech.samples.size, speech.phonemes) == (44_100, 44_100, "")


@pytest.mark.parametrize(
    ("sound", "rate", "reason"),
    [
        (hum(1, rate=8_000), 8_000, "has 8000 samples a second: record with 16000"),
        (np.stack([hum(1), hum(1)], axis=1), RATE, "has 2 channels: record in mono"),
        (np.zeros(0), RATE, "is empty or shorter"),
        (hum(0.05), RATE, "is empty or shorter"),
        (np.clip(hum(1, 3.0), -1, 1), RATE, "is clipped"),
        (np.zeros(RATE), RATE, "is silent"),
        (hum(1, 0.005), RATE, "is silent, or so faint"),
        (hum(600, rate=RATE), RATE, f"lasts 600 s: a prompt may last {LONGEST_S:.0f} s"),
    ],
)
def test_an_unfit_wav_is_refused(
    tmp_path: Path, sound: NDArray[np.float64], rate: int, reason: str
) -> None:
    path = wav(tmp_path / "a.wav", sound, rate)
    with pytest.raises(VoiceFailed, match=reason) as refused:
        Recorded(path).speak("एक", 1.0)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a sound at all"])
def test_what_is_no_wav_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(VoiceFailed, match="no wav that can be read"):
        Recorded(tmp_path / "a.wav").speak("एक", 1.0)


def test_another_kind_of_file_is_refused_whatever_its_name(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", hum(1), RATE, format="FLAC")
    with pytest.raises(VoiceFailed, match="is FLAC, not a wav"):
        Recorded(tmp_path / "a.wav").speak("एक", 1.0)


def test_a_wav_that_appears_is_preferred_and_one_that_goes_is_forgotten(tmp_path: Path) -> None:
    prompts, folder, recorded = catalogue(tmp_path, ONE), tmp_path / "r", tmp_path / "recorded"
    voice_of = chosen(HummingVoice(), recorded)
    build(prompts, folder, voice_of)
    path = wav(recorded / "n_1.wav", hum(1))
    assert build(prompts, folder, voice_of).made == ("n_1",)
    assert read_masters(folder)["n_1"].voice == "recorded"
    assert build(prompts, folder, voice_of).kept == ("n_1",)
    path.unlink()
    build(prompts, folder, voice_of)
    assert read_masters(folder)["n_1"].voice == "humming"


def test_a_refused_wav_fails_the_build_and_leaves_the_old_recording(tmp_path: Path) -> None:
    prompts, folder, recorded = catalogue(tmp_path, ONE), tmp_path / "r", tmp_path / "recorded"
    build(prompts, folder, chosen(HummingVoice(), recorded))
    before = (folder / "n_1.flac").read_bytes()
    wav(recorded / "n_1.wav", np.zeros(RATE))
    with pytest.raises(BuildFailed, match=r"n_1: .*n_1\.wav is silent"):
        build(prompts, folder, chosen(HummingVoice(), recorded))
    assert (folder / "n_1.flac").read_bytes() == before


def test_a_wav_does_not_go_on_saying_what_the_text_no_longer_says(tmp_path: Path) -> None:
    folder, recorded = tmp_path / "r", tmp_path / "recorded"
    voice_of = chosen(HummingVoice(), recorded)
    path = wav(recorded / "n_1.wav", hum(1))
    build(catalogue(tmp_path, ONE), folder, voice_of)
    changed = catalogue(tmp_path, ONE.replace("एक", "दो"))
    with pytest.raises(BuildFailed, match="says “एक”, and the text is now “दो”"):
        build(changed, folder, voice_of)
    assert build(catalogue(tmp_path, ONE.replace("एक", "एक।")), folder, voice_of).made == ("n_1",)
    wav(path, hum(1.2))
    assert build(changed, folder, voice_of).made == ("n_1",)
