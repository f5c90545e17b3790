"""Whom help must reach at once: between naming such a matter and the queue nothing is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivr.flow import model
from ivr.flow.graph import edges
from ivr.flow.sketch import Finding


def held_up(flows: model.Flows, at_once: Collection[str]) -> Iterator[Finding]:
    """Find nodes that speak of one of these categories and lead the caller to a question."""
    for name, node in flows.nodes.items():
        if node.about in at_once:
            for question in _questions_after(flows, name):
                yield Finding(
                    ("nodes", name, "about"),
                    f"{node.about} is at_once in district.yaml, but {question} asks the caller"
                    " on the way to an operator: lead past it, or take at_once away",
                )


def _questions_after(flows: model.Flows, start: str) -> Iterator[str]:
    """Yield each first question that can be come to while the caller speaks of this matter."""
    about, seen, coming = flows.nodes[start].about, set[str](), [start]
    while coming:
        name = coming.pop()
        node = flows.nodes[name]
        if name in seen or (node.about and node.about != about):
            continue
        seen.add(name)
        if isinstance(node, model.Question | model.Record):
            yield name
        else:
            coming += [edge.to for edge in edges(node)]
