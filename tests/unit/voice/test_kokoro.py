"""Kokoro's symbols, and everything that can be missing or wrong about its files."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ivr.voice import kokoro
from ivr.voice.kokoro import MODEL, SHORT, STYLE, VOCABULARY, Kokoro
from ivr.voice.kokoro_symbols import symbols
from ivr.voice.voice import VoiceFailed


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("एक", "<एक>"),
        ("धन्यवाद। नमस्ते।", "<धन्यवाद>. <नमस्ते>."),
        ("मन हो, तो चार दबाएँ।", "<मन हो>, <तो चार दबाएं>."),
        ("क्या? हाँ! (ठीक है)", "<क्या>? <हाँ>! <ठीक है>"),
        ("बार-बार", "<बार-बार>".replace("-", "")),
        ("एक – दो...", "<एक>— <दो>."),
    ],
)
def test_each_clause_is_read_alone_and_keeps_its_punctuation(text: str, spoken: str) -> None:
    assert symbols(text, lambda words: f"<{words}>") == spoken


def test_ties_go_and_marks_stand_apart() -> None:
    assert symbols("x", lambda _: "t^ʃ\u1ebd g-a") == "tʃe\u0303 ɡa"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of a model that knows the symbols a, b and the full stop."""
    style = np.arange(np.prod(STYLE), dtype=np.float32)
    contents = {
        MODEL: b"model",
        VOCABULARY: json.dumps({"vocab": {"a": 1, "b": 2, ".": 3}}).encode(),
        "hf_alpha.bin": style.tobytes(),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    monkeypatch.setattr(kokoro, "DIGESTS", digests)
    monkeypatch.setattr(kokoro, "phonemes_of", lambda text, _language: text)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the model was asked; it answers a tenth of a second of nothing much."""
    asked: list[dict[str, Any]] = []

    class Session:
        def __init__(self, model: bytes, **options: object) -> None:
            assert model == b"model"

        def run(self, _names: None, inputs: dict[str, Any]) -> list[Any]:
            asked.append(inputs)
            return [np.full((1, 2_400), 0.1, np.float32)]

    class Options(SimpleNamespace):
        def add_session_config_entry(self, name: str, value: str) -> None:
            assert (name, value) == ("session.intra_op.allow_spinning", "0")

    library = SimpleNamespace(
        InferenceSession=Session,
        SessionOptions=Options,
        ExecutionMode=SimpleNamespace(ORT_SEQUENTIAL=0),
    )
    monkeypatch.setitem(sys.modules, "onnxruntime", library)
    return asked


def test_the_model_is_asked_as_it_wants(files: Path, asked: list[dict[str, Any]]) -> None:
    text = "ab" * SHORT
    speech = Kokoro(files).speak(f"{text}।", 0.9)
    assert (speech.rate, speech.samples.size, speech.phonemes) == (24_000, 2_400, f"{text}.")
    assert asked[0]["tokens"].tolist() == [[0, *[1, 2] * SHORT, 3, 0]]
    assert asked[0]["style"][0, 0] == (2 * SHORT + 1) * 256  # the row for so many symbols
    assert asked[0]["speed"].tolist() == pytest.approx([0.9])


def test_a_symbol_it_does_not_know_is_named(files: Path, asked: list[dict[str, Any]]) -> None:
    with pytest.raises(VoiceFailed, match="no symbol for X"):
        Kokoro(files).say("aXb", 1.0)
    assert not asked


@pytest.mark.parametrize("text", ["", "a" * 511])
def test_nothing_and_too_much_are_refused(
    files: Path, asked: list[dict[str, Any]], text: str
) -> None:
    with pytest.raises(VoiceFailed, match="1 to 510 sounds at once"):
        Kokoro(files).say(text, 1.0)
    assert not asked


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("name", [MODEL, VOCABULARY, "hf_alpha.bin"])
def test_a_file_that_differs_is_refused(files: Path, name: str) -> None:
    (files / name).write_bytes(b"something else")
    with pytest.raises(VoiceFailed, match=f"{name} is damaged or another version"):
        Kokoro(files).say("ab", 1.0)
    (files / name).unlink()
    with pytest.raises(VoiceFailed, match="make prompts fetches it"):
        Kokoro(files).say("ab", 1.0)


def test_without_the_library_it_says_what_to_do(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(VoiceFailed, match="onnxruntime is not installed: make prompts"):
        Kokoro(files).say("ab", 1.0)


def test_the_recipe_needs_no_model_and_holds_voice_pace_and_spelling(tmp_path: Path) -> None:
    assert "behind" in Kokoro(tmp_path).recipe("उनसठ।", 1.0)
    recipe = Kokoro(tmp_path, "hf_beta").recipe("उनसठ।", 0.9)
    assert recipe.startswith("kokoro 6e742170d309 hi hf_beta cd83ae0bb9b2 speed=0.9 ")
    assert recipe.endswith("उन्सठ.")


def told(*lengths_s: float) -> Any:
    """Sound and silence in turns, so many seconds of each."""
    parts = [
        np.full(round(seconds * 24_000), 0.0 if turn % 2 else 0.3, np.float32)
        for turn, seconds in enumerate(lengths_s)
    ]
    return np.concatenate(parts)


@pytest.mark.parametrize(
    ("text", "said", "rest_s"),
    [
        # Behind the last silence that begins where the carrier ends.
        ("ab", told(1.0, 0.2, 0.7, 0.1, 0.05, 0.1, 0.4, 0.1, 0.2), 0.72),
        # A hiss begins with the carrier's last consonant in it: that is skipped.
        ("sab", told(2.0, 0.1, 0.6), 0.59),
    ],
)
def test_a_word_is_cut_from_behind_its_carrier(
    files: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: Any, rest_s: float
) -> None:
    spoken: list[str] = []

    def say(_self: Kokoro, symbols: str, _pace: float) -> Any:
        spoken.append(symbols)
        return said

    monkeypatch.setattr(Kokoro, "say", say)
    speech = Kokoro(files).speak(f"{text}।", 1.0)
    assert spoken == [f"{kokoro.CARRIER.replace('।', '.')} {text}."]
    assert speech.phonemes == f"{text}."
    assert speech.samples.size / speech.rate == pytest.approx(rest_s, abs=0.02)


def test_where_the_carrier_ends_goes_with_the_pace(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Kokoro, "say", lambda *_: told(1.93, 0.1, 0.5))
    assert Kokoro(files).speak("ab", 1.15).samples.size == round(0.52 * 24_000)


def test_without_a_silence_behind_the_carrier_it_is_said_alone(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str] = []

    def say(_self: Kokoro, symbols: str, _pace: float) -> Any:
        spoken.append(symbols)
        return told(3.0)

    monkeypatch.setattr(Kokoro, "say", say)
    Kokoro(files).speak("ab", 1.0)
    assert spoken[-1] == "ab"


def test_a_word_of_another_language_is_left_to_another_voice(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "phonemes_of", lambda text, _language: f"(en){text}(hi)")
    with pytest.raises(VoiceFailed, match="reads hi only, and not all of “Ajay” is"):
        Kokoro(files).speak("Ajay", 1.0)
