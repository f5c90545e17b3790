"""Words at a menu: which may be said for which key, and which are known and mean nothing. Pure.

Beside the words of the menu itself every language has the names of the keys, and its yes, no and
help. A menu none of whose keys has words of its own is answered by keys only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.flow.model import Flows, Menu
from ivr.languages import Numbers

OPERATOR_KEY: Final = "0"
"""Where help is, in every menu that has it."""
DIGITS: Final = "1234567890"


@dataclass(frozen=True, slots=True)
class CommonWords:
    """What people say at any menu."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    help: tuple[str, ...]


COMMON: Final[Mapping[str, CommonWords]] = {
    "hi": CommonWords(yes=("हाँ", "जी हाँ"), no=("नहीं", "जी नहीं"), help=("मदद",)),
}
"""Of each language in which words may be said."""
NOTHING: Final = CommonWords((), (), ())

MOST_WORDS: Final = 1900
"""Bytes of all words of a menu: with these a command of AGI is full."""
UNSURE_PROMPTS: Final = ("did_you_say", "did_you_say_yes")
"""Said before and after a word that was not heard clearly."""
YES: Final = "1"
"""The key that ``did_you_say_yes`` names."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one question."""

    keys: Mapping[str, str]
    """What each phrase stands for."""
    decoys: tuple[str, ...]
    """What is no answer here."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """What is an answer here."""
        return tuple(self.keys)


def of_menu(node: Menu, language: str, numbers: Numbers) -> Vocabulary:
    """Give the words of a menu; what it says itself comes before what every menu knows."""
    common = COMMON.get(language, NOTHING)
    keys: dict[str, str] = {}
    for key, option in node.options.items():
        keys |= {phrase: key for phrase in option.words if phrase not in keys}
    named = {numbers.number(int(digit)).text: digit for digit in DIGITS}
    helped = dict.fromkeys(common.help, OPERATOR_KEY)
    also = {word: key for word, key in (named | helped).items() if key in node.options}
    keys = keys | {word: key for word, key in also.items() if word not in keys}
    known = (*named, *common.yes, *common.no, *common.help)
    return Vocabulary(keys, tuple(word for word in known if word not in keys))


def of_yes_or_no(language: str, numbers: Numbers) -> Vocabulary:
    """Give the words of "did you say …?": yes, or the name of its key; everything else is no."""
    common = COMMON.get(language, NOTHING)
    one = numbers.number(int(YES)).text
    return Vocabulary(dict.fromkeys((*common.yes, one), YES), (*common.no, *common.help))


def words_of(flows: Flows, language: str, numbers: Numbers) -> tuple[str, ...]:
    """Give every word that any menu listens for, each once."""
    menus = (node for node in flows.nodes.values() if isinstance(node, Menu) and node.listens)
    found = [of_menu(node, language, numbers) for node in menus]
    phrases = (phrase for words in found for phrase in (*words.phrases, *words.decoys))
    return tuple(dict.fromkeys(word for phrase in phrases for word in phrase.split(" ")))
