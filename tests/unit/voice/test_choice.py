"""Who says a prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.voice.choice import VOICES, choose
from ivr.voice.remembered import Remembered
from tests.unit.voice.catalogues import catalogue

BY_ESPEAK = '  n_1: {text: "एक", for: "number", voice: espeak}\n'
USUAL = '  n_2: {text: "दो", for: "number"}\n'


@pytest.mark.parametrize(
    ("usual", "who"),
    [
        ("kokoro", "kokoro hf_alpha"),
        ("kokoro hm_psi", "kokoro hm_psi"),
        ("gtts", "gtts"),
        ("espeak", "espeak"),
    ],
)
def test_the_usual_voice_is_the_setting_s(tmp_path: Path, usual: str, who: str) -> None:
    prompts = catalogue(tmp_path, BY_ESPEAK, USUAL).prompts
    voice_of = choose(tmp_path, "hi", usual, tmp_path)
    assert voice_of("n_2", prompts["n_2"]).name == who
    assert voice_of("n_1", prompts["n_1"]).name == "espeak"


def test_a_wav_comes_before_the_voice_that_the_catalogue_names(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, BY_ESPEAK).prompts
    (tmp_path / "recorded").mkdir()
    (tmp_path / "recorded" / "n_1.wav").touch()
    assert choose(tmp_path, "hi", "gtts", tmp_path)("n_1", prompts["n_1"]).name == "recorded"


def test_a_voice_that_is_none_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert "kokoro hf_beta" in VOICES
    with pytest.raises(ValueError, match="'siri' is none of kokoro, "):
        choose(tmp_path, "hi", "siri", tmp_path)


def test_only_the_neural_voice_is_remembered(tmp_path: Path) -> None:
    prompts = catalogue(tmp_path, BY_ESPEAK, USUAL).prompts
    voice_of = choose(tmp_path, "hi", "kokoro", tmp_path, tmp_path / "said")
    remembered = voice_of("n_2", prompts["n_2"])
    assert isinstance(remembered, Remembered)
    assert remembered.name == "kokoro hf_alpha"
    assert not isinstance(voice_of("n_1", prompts["n_1"]), Remembered)
