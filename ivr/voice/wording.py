"""The lint of the catalogue: what loads, and a caller may still not understand.

A word that nobody has vouched for may be a slip of the pen or misread by the voice: it is named
with its line, the word that was perhaps meant, and what will be said. The words that somebody has
read and heard stand in ``words.txt`` beside the catalogue, one a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from ivr.hindi.plain import (
    ADDRESSED_LOW,
    LONGEST_SENTENCE,
    PLAIN_WORDS,
    key_stands_last,
    sentences,
)
from ivr.hindi.vocabulary import VOCABULARY
from ivr.strict_yaml import Fault, YamlFaults
from ivr.voice.catalogue import LoadedCatalogue, Prompt

WORDS_FILE: Final = "words.txt"
MOST_BYTES: Final = 1_000_000

_WORD: Final = re.compile(r"[^\W\d_](?:[\w\u0900-\u0903\u093a-\u094f\u0951-\u0957\u200c\u200d])*")
_LIKENESS: Final = 0.6

Phonemes = Callable[[str], str]
"""How a voice reads a word, in the International Phonetic Alphabet; "" when it cannot be told."""


def known_words(folder: Path) -> frozenset[str]:
    """Read ``words.txt`` of a language; ``#`` begins a comment. Values need not stand there.

    Raises ``YamlFaults`` for a file that cannot be read, is too large or no UTF-8.
    """
    path = folder / WORDS_FILE
    if not path.exists():
        return VALUES
    try:
        if path.stat().st_size > MOST_BYTES:
            raise YamlFaults(Fault(WORDS_FILE, 0, f"is larger than {MOST_BYTES} bytes"))
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise YamlFaults(Fault(WORDS_FILE, 0, f"cannot be read: {error.strerror}")) from error
    except UnicodeDecodeError as error:
        raise YamlFaults(Fault(WORDS_FILE, 0, "is not UTF-8 text; save it as UTF-8")) from error
    return VALUES.union(*(words(line.partition("#")[0]) for line in lines))


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in the spelling that is compared (NFC)."""
    return tuple(_WORD.findall(unicodedata.normalize("NFC", text)))


VALUES: Final = frozenset(word for text in VOCABULARY.values() for word in words(text))
"""Words of numbers, times, days and letters: everybody's."""


def wording(
    loaded: LoadedCatalogue, known: Collection[str], phonemes: Phonemes
) -> tuple[Fault, ...]:
    """Look through every text of a Hindi catalogue, in the order of the file; others pass."""
    if loaded.catalogue.language != "hi":
        return ()
    return tuple(
        loaded.source.fault(("prompts", name, "text"), message)
        for name, prompt in loaded.catalogue.prompts.items()
        for message in _remarks(prompt, known, phonemes)
    )


def _remarks(prompt: Prompt, known: Collection[str], phonemes: Phonemes) -> Iterator[str]:
    for word in dict.fromkeys(words(prompt.text)):
        if word in known:
            continue
        if word in PLAIN_WORDS:
            yield f"“{word}” is a stiff word; people say: {PLAIN_WORDS[word]}"
        else:
            yield _unknown(word, known, phonemes)
    for low in dict.fromkeys(ADDRESSED_LOW.findall(prompt.text)):
        yield f"“{low}” is said to a child; a caller is आप"
    for sentence in sentences(prompt.text):
        if not key_stands_last(sentence):
            yield f"“{sentence}”: say first what it is for and then the key, nothing after it"
        if (length := len(sentence.split())) > LONGEST_SENTENCE:
            yield f"a sentence of {length} words; make two of it (at most {LONGEST_SENTENCE})"


def _unknown(word: str, known: Collection[str], phonemes: Phonemes) -> str:
    near = get_close_matches(word, known, n=1, cutoff=_LIKENESS)
    meant = f"did you mean {near[0]}? " if near else ""
    heard = phonemes(word)
    said = f"it is said [{heard}]; " if heard else ""
    return f"“{word}” is not in {WORDS_FILE}: {meant}{said}if that is right, add the word there"
