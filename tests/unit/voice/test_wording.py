"""Sentences that load and that a caller may still not understand are named with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.hindi.plain import PLAIN_WORDS, key_stands_last
from ivr.strict_yaml import YamlFaults
from ivr.voice.catalogue import load_with_lines
from ivr.voice.wording import WORDS_FILE, known_words, wording, words
from tests.unit.voice.catalogues import GREETING, written

KNOWN = frozenset(words("नमस्ते राशन भोजन के लिए दबाएँ दबाइए लाइन पर रहिए एक दो या घर करोड़"))


def remarks(folder: Path, text: str) -> list[str]:
    path = written(folder, GREETING, f'  x: {{text: "{text}", for: "a"}}\n')
    found = wording(load_with_lines(path), KNOWN, lambda word: f"ipa {word}")
    assert all((fault.file, fault.line) == ("catalogue.yaml", 5) for fault in found)
    return [fault.message.removeprefix("prompts.x.text: ") for fault in found]


@pytest.mark.parametrize(
    "text", ["भोजन के लिए एक दबाएँ।", "भोजन के लिए एक दबाएँ, या लाइन पर रहिए।", "नमस्ते। एक करोड़।"]
)
def test_a_good_sentence_is_not_named(tmp_path: Path, text: str) -> None:
    assert remarks(tmp_path, text) == []


def test_an_unknown_word_is_named_with_what_was_meant_and_what_will_be_said(tmp_path: Path) -> None:
    (remark,) = remarks(tmp_path, "राशण के लिए दो दबाएँ।")
    assert "“राशण” is not in words.txt: did you mean राशन?" in remark
    assert "it is said [ipa राशण]" in remark


def test_without_a_voice_the_word_is_named_all_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, '  x: {text: "गड़बड़झाला", for: "a"}\n')
    (fault,) = wording(load_with_lines(path), KNOWN, lambda _: "")
    assert "“गड़बड़झाला” is not in words.txt: if that is right" in fault.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("प्रतीक्षा।", "“प्रतीक्षा” is a stiff word; people say: इंतज़ार"),
        ("एक दबाएँ भोजन के लिए।", "say first what it is for"),
        ("भोजन के लिए दबाएँ एक।", "say first what it is for"),
        ("एक दबाएँ, या लाइन पर रहिए।", "say first what it is for"),
        ("दो दबाएँ।", "say first what it is for"),
        ("भोजन के लिए एक दबाओ।", "“दबाओ” is said to a child"),
        ("तुम लाइन पर रहो।", "“रहो” is said to a child"),
        ("घर " * 19 + "।", "a sentence of 19 words"),
    ],
)
def test_a_sentence_that_is_hard_to_follow_is_named(
    tmp_path: Path, text: str, message: str
) -> None:
    assert any(message in remark for remark in remarks(tmp_path, text))


def test_another_language_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text('format: 1\nlanguage: en\nprompts:\n  a: {text: "Hello", for: "a"}\n')
    assert wording(load_with_lines(path), frozenset(), lambda _: "") == ()


def test_the_list_of_words(tmp_path: Path) -> None:
    assert "इक्कीस" in known_words(tmp_path)
    (tmp_path / WORDS_FILE).write_text("# नहीं\nराशन # a comment\n\nघर भोजन\n", encoding="utf-8")
    known = known_words(tmp_path)
    assert {"राशन", "घर", "भोजन", "इक्कीस"} <= known
    assert "नहीं" not in known


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a" * 1_000_001])
def test_a_list_that_cannot_be_used_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / WORDS_FILE).write_bytes(data)
    with pytest.raises(YamlFaults, match=WORDS_FILE):
        known_words(tmp_path)


def test_words_are_compared_in_one_spelling() -> None:
    # ज़ is one character or two.
    assert words("\u095bरूर") == words("ज\u093cरूर")
    assert words("बार-बार, (हाथ)") == ("बार", "बार", "हाथ")


def test_a_stiff_word_has_a_plain_one_that_is_not_stiff() -> None:
    assert not [plain for plain in PLAIN_WORDS.values() if plain in PLAIN_WORDS]
    assert all(PLAIN_WORDS.values())


def test_a_sentence_without_a_key_is_right() -> None:
    assert key_stands_last("आपका टिकट खुला है")
