"""What may be said, what was said, and how it goes over the wire."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.fastagi.protocol import command
from ivr.speech.grammar import MAX_PHRASES, BadGrammar, Grammar, Guess, HeardWord, from_wire
from ivr.speech.spelling import spellings
from ivr.words import is_phrase
from tests.support.fake_recogniser import words

GRAMMAR = Grammar(("राशन", "राशन कार्ड", "भोजन"), ("नहीं", "मदद"))
LETTERS = st.text(alphabet="कखगराशनँािीुू़्abcé", min_size=1, max_size=9).filter(is_phrase)


@pytest.mark.parametrize(
    ("heard", "guess"),
    [
        (words("राशन", 0.9), Guess("राशन", 0.9)),
        (words("[unk] राशन [unk]", 0.7), Guess("राशन", 0.7)),
        (words("राशन कार्ड"), Guess("राशन कार्ड", 1.0)),
        (words("राशन राशन"), Guess("राशन", 1.0)),
        ((HeardWord("राशन", 0.9), HeardWord("कार्ड", 0.4)), Guess("राशन कार्ड", 0.4)),
        (words("राशन भोजन"), None),
        (words("नहीं राशन"), Guess("राशन", 0.5)),
        (words("नहीं"), None),
        (words("[unk]"), None),
        ((), None),
    ],
)
def test_one_answer_is_heard_or_none(heard: tuple[HeardWord, ...], guess: Guess | None) -> None:
    assert GRAMMAR.heard(heard) == guess


@given(st.lists(LETTERS, min_size=1, unique=True), st.lists(LETTERS, unique=True))
def test_a_grammar_comes_over_the_wire_as_it_was(options: list[str], decoys: list[str]) -> None:
    grammar = Grammar(tuple(options), tuple(decoys))
    sent = grammar.to_wire()
    command("SET", "VARIABLE", "SPEECH_ENGINE(grammar)", sent)  # nothing in it breaks a command
    assert from_wire(sent) == grammar


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "!नहीं",
        "a||b",
        "1",
        "राशन,",
        "a  b",
        " a",
        "a" * 65,
        "a\n",
        '"',
        "-",
        "ा",
        "|".join(["a"] * (MAX_PHRASES + 1)),
    ],
)
def test_what_is_no_grammar_is_refused(text: str) -> None:
    with pytest.raises(BadGrammar):
        from_wire(text)


def test_a_word_is_looked_for_in_the_spellings_of_others() -> None:
    assert list(spellings("हाँ"))[:2] == ["हाँ", "हां"]
    assert "जरूरत" in spellings("ज़रूरत")
    assert list(spellings("दो")) == ["दो"]
