"""Two scripts, one language: what is heard is compared by its sounds."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ivr.ear import whisper
from ivr.ear.sounds_of import error_among, error_rate, sounds
from ivr.ear.understood import LEAST_OUTLIER, Kind, Understood, ranked, understood
from ivr.ear.whisper import DIGESTS, EarMissing, Whisper


@pytest.mark.parametrize(
    ("hindi", "urdu"),
    [
        ("भोजन के लिए एक दबाएँ।", "بھوجن کے لئے ایک دبائیں"),
        ("राशन", "راشن"),
        ("यह ज़िला हेल्पलाइन है", "یہ جلا ہیلپ لائن ہے"),
        ("हम इसकी जाँच कर रहे हैं।", "ہم اس کی جانچ کر رہے ہیں"),
        ("पिन कोड", "پن کوڈ"),
        ("डॉक्टर", "ڈاکٹر"),
        ("झगड़ा, चोरी", "جھگڑا چوری"),
        ("पंद्रह", "پندرہ"),
        ("ऊपर", "اوپر"),
        ("क़ानून", "قانون"),
    ],
)
def test_the_same_words_sound_the_same(hindi: str, urdu: str) -> None:
    assert sounds(hindi) == sounds(urdu)
    assert error_rate(hindi, urdu) == 0


def test_letters_of_one_or_two_characters_are_the_same() -> None:
    assert sounds("ज\u093cिला") == sounds("\u095bिला") == "jla"


@pytest.mark.parametrize(
    ("said", "heard", "error"),
    [("राशन", "", 1.0), ("", "", 0.0), ("", "راشن", 1.0), ("राशन", "ریشن", 0.25)],
)
def test_the_error_is_a_share_of_what_was_said(said: str, heard: str, error: float) -> None:
    assert error_rate(said, heard) == error


@pytest.mark.parametrize(
    ("hindi", "urdu"),
    [
        ("पुलिस", "پولیس"),
        ("पुलिस", "پلس"),
        ("सुनिए", "سنیے"),
        ("दिन", "دن"),
        ("रविवार", "رویوار"),
        ("रविवार", "روار"),
        ("क", "کا"),
        ("ख", "کھ"),
    ],
)
def test_a_short_vowel_may_be_written_as_a_long_one_or_not_at_all(hindi: str, urdu: str) -> None:
    assert error_rate(hindi, urdu) == 0


def test_a_long_vowel_may_not_be_left_out() -> None:
    assert error_rate("तीन", "تن") == pytest.approx(1 / 3)


BEFORE, AFTER = "यह लिखा गया", "इक्कीस नवंबर"


@pytest.mark.parametrize(
    ("heard", "error"),
    [
        ("یہ لکھا گیا شنیوار اکیس نومبر", 0.0),
        ("یہ لکھا کیا شنیوار بیس نومبر", 0.0),
        ("یہ لکھا گیا اکیس نومبر", 1.0),
        ("یہ لکھا گیا شنیبار اکیس نومبر", 1 / 5),
        ("یہ لکھا گیا پشنیوار اکیس نومبر", 1 / 5),
        ("", 1.0),
    ],
)
def test_a_word_among_others_answers_for_its_own_place_only(heard: str, error: float) -> None:
    assert error_among(BEFORE, "शनिवार", AFTER, heard) == pytest.approx(error)


def test_a_sound_that_two_words_share_is_said_once() -> None:
    assert error_among("लगभग", "ग्यारह", "मिनट", "لگ بھگیارہ منٹ") == 0
    assert error_among("सात", "तीन", "नौ", "ساتین نو") == 0


def of(name: str, error: float, text: str = "एक दो तीन") -> Understood:
    return Understood(name, text, "", error)


def test_only_neighbours_are_compared() -> None:
    found = ranked(
        [
            *(of("good", 0.0), of("bad", 0.2), of("best", 0.0)),
            *(of("t_din", 0.9, "दिन"), of("n_1", 0.5, "एक"), of("n_lakh", 0.4, "लाख")),
            *(of("l_a", 0.7, "ए"), of("l_ka", 0.6, "क"), of("l_question", 0.3, "सवाल का निशान")),
        ]
    )
    assert {kind: [one.prompt for one in alike.prompts] for kind, alike in found.items()} == {
        Kind.SENTENCES: ["bad", "best", "good"],
        Kind.WORDS: ["t_din"],
        Kind.NUMBERS: ["n_1", "n_lakh"],
        Kind.LETTERS: ["l_a", "l_ka", "l_question"],
    }
    assert found[Kind.SENTENCES].mean == pytest.approx(0.2 / 3)


def test_an_outlier_is_worse_than_its_neighbours_and_bad_in_itself() -> None:
    many = [of(f"p{n}", 0.02) for n in range(20)]
    sentences = Kind.SENTENCES
    assert ranked([*many, of("odd", 0.6)])[sentences].outliers == (of("odd", 0.6),)
    assert ranked([*many, of("fair", LEAST_OUTLIER)])[sentences].outliers == ()
    assert ranked([]) == {}


def test_what_was_written_is_kept_with_its_error() -> None:
    assert understood("n_1", "एक", "ایک") == Understood("n_1", "एक", "ایک", 0.0)
    among = understood("w_6", "शनिवार", "یہ لکھا گیا", before=BEFORE, after=AFTER)
    assert among == Understood("w_6", "शनिवार", "یہ لکھا گیا", 1.0)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of a model that is none, with the digests they have."""
    for name in DIGESTS:
        (tmp_path / name).write_bytes(name.encode())
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in DIGESTS}
    monkeypatch.setattr(whisper, "DIGESTS", digests)
    return tmp_path


def gpt2(text: str) -> str:
    """Write bytes as a tokenizer of bytes does, for those used here."""
    return "".join(
        "Ġ" if byte == 0x20 else chr(byte + 162) if 0x7F <= byte <= 0xA0 else chr(byte)
        for byte in text.encode()
    )


def test_only_letters_of_urdu_may_be_written(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [" راشن", "ہے", " ration", "राशन", " ۲", "\u060c"]
    vocabulary = {gpt2(token): number for number, token in enumerate(tokens)}
    asked: list[dict[str, Any]] = []

    class Model:
        hf_tokenizer = SimpleNamespace(get_vocab=lambda: {**vocabulary, "<|ur|>": 50_290})

        def __init__(self, folder: str, **_: object) -> None:
            assert folder == str(model)

        def transcribe(self, sound: Any, **options: Any) -> tuple[list[Any], None]:
            asked.append({"size": sound.size, **options})
            return [SimpleNamespace(text=" راشن "), SimpleNamespace(text="کے لئے")], None

    monkeypatch.setitem(sys.modules, "faster_whisper", SimpleNamespace(WhisperModel=Model))
    assert Whisper(model).write(np.zeros(8_000, np.float32)) == "راشن کے لئے"
    (options,) = asked
    assert options["language"] == "ur"
    assert options["suppress_tokens"] == [-1, 2, 3, 4]
    assert options["size"] == 16_000 * 1.8


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_missing_or_damaged_model_says_what_fetches_it(model: Path, name: str) -> None:
    (model / name).write_text(json.dumps("damaged"))
    with pytest.raises(EarMissing, match=r"damaged or another version: .*deploy\.models whisper"):
        Whisper(model).write(np.zeros(10, np.float32))
    (model / name).unlink()
    with pytest.raises(EarMissing, match=r"is not there: .*deploy\.models whisper"):
        Whisper(model).write(np.zeros(10, np.float32))


def test_without_the_library_it_says_so(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(EarMissing, match="faster-whisper is not installed"):
        Whisper(model).write(np.zeros(10, np.float32))
