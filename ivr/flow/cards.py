"""A node as a card in the picture: its name, what it says, and its ways out."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.flow import model, staff_nodes
from ivr.flow.graph import edges
from ivr.flow.node import Prompts
from ivr.flow.speech import reference

LETTERS: Final = 46
"""How many letters stand in a line of a card."""
MOST_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: ``1``, ``भोजन के लिए एक दबाएँ। (भोजन / खाना)``, ``food``."""

    on: str
    says: str
    to: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a node."""

    name: str
    kind: str
    lines: tuple[str, ...]
    ways: tuple[Way, ...]


def card(name: str, node: model.AnyNode, texts: Mapping[str, str]) -> Card:
    """Describe a node with the texts of its prompts."""
    options = node.options if isinstance(node, model.Menu) else {}
    ways = []
    for edge in edges(node):
        option = options.get(edge.pressed)
        said = option.prompt if option and option.prompt else ""
        words = " / ".join(option.words) if option else ""
        says = " ".join(filter(None, (texts.get(said, ""), words and f"({words})")))
        ways.append(Way(edge.pressed or edge.on, says, edge.to))
    return Card(name, node.kind, _lines(node, texts), tuple(ways))


def says(prompts: Prompts, texts: Mapping[str, str]) -> str:
    """Return what prompts say, spoken values as ‹ticket number›."""
    return " ".join(filter(None, (_said(prompt, texts) for prompt in prompts)))


def _said(prompt: str, texts: Mapping[str, str]) -> str:
    value = reference(prompt)
    if value is None:
        return texts.get(prompt, prompt)
    return "‹" + " ".join(filter(None, value)).replace("_", " ") + "›"


def _lines(node: model.AnyNode, texts: Mapping[str, str]) -> tuple[str, ...]:
    text = says(getattr(node, "prompts", ()), texts)
    lines = textwrap.wrap(text, LETTERS, max_lines=MOST_LINES, placeholder=" …")
    fact = _fact(node)
    return (fact, *lines) if fact else tuple(lines)


def _fact(node: model.AnyNode) -> str:
    match node:
        case model.Branch():
            return f"{node.fact} {node.of or ''}?".replace(" ?", "?").replace("_", " ")
        case model.IssueTicket():
            return f"ticket: {node.category or 'of the category'}"
        case model.JoinQueue():
            return f"queue: {node.queue or 'of the category'}"
        case staff_nodes.AskRoom():
            return f"the room: {node.do.replace('_', ' ')}"
        case model.CollectKeys():
            return f"{node.min_keys}-{node.max_keys} keys, {node.check.replace('_', ' ')}"
        case _ if node.about:
            return f"about: {node.about}"
    return ""
