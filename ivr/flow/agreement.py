"""Whether a question agrees with itself: its keys, its words, its numbers of digits."""

from __future__ import annotations

from collections.abc import Container, Iterator

from ivr.flow.graph import Path
from ivr.flow.model import CollectKeys, Menu
from ivr.flow.sketch import Finding
from ivr.flow.view import DistrictView
from ivr.flow.vocabulary import COMMON, MOST_WORDS, UNSURE_PROMPTS, of_menu


def of_a_menu(node: Menu, view: DistrictView, known_prompts: Container[str]) -> Iterator[Finding]:
    """Find what does not fit in a menu, words most of all."""
    if not node.options:
        yield Finding(("options",), "a menu needs at least one key")
    if not node.listens:
        if node.invite:
            yield Finding(("invite",), "no key has words here; leave this out")
        return
    if view.language not in COMMON:
        yield Finding(("options",), f"words can be said in {', '.join(COMMON)} only")
    if not node.barge_in:
        yield Finding(("barge_in",), "who may say a word may say it at once: leave this out")
    of: dict[str, str] = {}
    for key, option in node.options.items():
        path: Path = ("options", key)
        for at, word in enumerate(option.words):
            if of.setdefault(word, key) != key:
                yield Finding((*path, "words", at), f"{word!r} stands for the key {of[word]}, too")
        if option.words and not option.said:
            yield Finding(path, "words need `said`: the word as a prompt, to ask whether it was it")
    words = of_menu(node, view.language, view.numbers)
    if sum(len(phrase.encode()) + 2 for phrase in (*words.phrases, *words.decoys)) > MOST_WORDS:
        yield Finding(("options",), "has more words than Asterisk takes at once: leave some out")
    for needed in UNSURE_PROMPTS:
        if needed not in known_prompts:
            yield Finding(("options",), f"words need the prompt {needed!r} in the catalogue")


def of_keys(node: CollectKeys) -> Iterator[Finding]:
    """Find what does not fit where several keys are collected."""
    if node.min_keys > node.max_keys:
        yield Finding(("min_keys",), f"{node.min_keys} is more than max_keys ({node.max_keys})")
    if node.skip and not node.finish_key:
        yield Finding(("skip",), "only a finishing key can skip; give finish_key")
    if node.finish_key and node.finish_key in node.alone:
        yield Finding(("alone", node.finish_key), "this is the finishing key; use skip")
    wanted = {"pin_code": 6, "ticket_number": 10}.get(node.check)
    if wanted and not node.min_keys <= wanted <= node.max_keys:
        name = node.check.replace("_", " ")
        yield Finding(("check",), f"a {name} has {wanted} digits: min_keys and max_keys forbid it")
