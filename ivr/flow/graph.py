"""A flow as a graph: which nodes follow a node, and on what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.flow import model, staff_nodes
from ivr.flow.node import Node, Prompts

Path = tuple[str | int, ...]
"""Where something stands in ``callflows.yaml``, from the top: ``("nodes", "pin", "next")``."""


TARGETS: Final = frozenset(
    {
        *("next", "to", "goto", "skip", "exhausted", "otherwise", "unavailable", "empty"),
        *("found", "not_found", "wrong_number", "too_many"),
    }
)
"""Fields of a node that name another node."""
ON: Final = {"next": "", "to": ""}
"""What is written on a way that is the usual one."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out of a node."""

    path: Path
    """Where in the node the target is named."""
    to: str
    on: str
    """What leads this way: ``key 1``, ``silence``, ``unavailable``; "" for the only way."""

    @property
    def pressed(self) -> str:
        """The key that leads this way, "" when it is no key."""
        return self.on.removeprefix("key ") if self.on.startswith("key ") else ""


def edges(node: Node) -> tuple[Edge, ...]:
    """Return every way out of a node, in the order of the file; none for a node that ends."""
    if isinstance(node, model.Question):
        return (*_by_key(node), *_without_answer(node))
    if isinstance(node, model.Branch | staff_nodes.AskRoom | staff_nodes.Take):
        cases = (Edge(("cases", value), to, value) for value, to in node.cases.items())
        return (*cases, Edge(("otherwise",), node.otherwise, "otherwise"))
    return tuple(
        Edge((name,), getattr(node, name), ON.get(name, name.replace("_", " ")))
        for name in type(node).model_fields
        if name in TARGETS
    )


def _by_key(node: model.Question) -> Iterator[Edge]:
    match node:
        case model.Menu():
            for key, option in node.options.items():
                yield Edge(("options", key, "goto"), option.goto, f"key {key}")
        case model.CollectKeys():
            yield Edge(("next",), node.next, "answered")
            if node.skip:
                yield Edge(("skip",), node.skip, f"key {node.finish_key}")
            for key, to in node.alone.items():
                yield Edge(("alone", key), to, f"key {key}")


def _without_answer(node: model.Question) -> Iterator[Edge]:
    for name, reaction in (("silence", node.silence), ("wrong_key", node.wrong_key)):
        if reaction.goto:
            yield Edge((name, "goto"), reaction.goto, name.replace("_", " "))
    yield Edge(("exhausted",), node.exhausted, "exhausted")


def prompts(node: Node) -> tuple[tuple[Path, str], ...]:
    """Return everything a node may say with where it stands, spoken values included."""
    return tuple(_prompts(node))


def _prompts(node: Node) -> Iterator[tuple[Path, str]]:
    said: Prompts = getattr(node, "prompts", ())
    yield from ((("prompts", at), prompt) for at, prompt in enumerate(said))
    if isinstance(node, model.Menu):
        for key, option in node.options.items():
            if option.prompt:
                yield ("options", key, "prompt"), option.prompt
            if option.said:
                yield ("options", key, "said"), option.said
        yield from ((("invite", at), prompt) for at, prompt in enumerate(node.invite))
    if isinstance(node, model.Question):
        for name, reaction in (("silence", node.silence), ("wrong_key", node.wrong_key)):
            yield from (((name, "say", at), prompt) for at, prompt in enumerate(reaction.say))


def answers(nodes: Mapping[str, model.AnyNode]) -> frozenset[str]:
    """Return the names of all answers that any question stores."""
    asking = (n for n in nodes.values() if isinstance(n, model.Question | staff_nodes.AskRoom))
    return frozenset(node.answer for node in asking if node.answer)


def citizens_only(flows: model.Flows) -> model.Flows:
    """Leave the conversations of the staff out, with the nodes that only they come to."""
    starts = (*flows.citizens.values(), flows.rescue)
    seen = reachable(flows.nodes, starts)
    return model.Flows(
        format=flows.format,
        entries=flows.citizens,
        rescue=flows.rescue,
        nodes={name: node for name, node in flows.nodes.items() if name in seen},
    )


def codes_that(flows: model.Flows, deeds: Collection[str]) -> tuple[str, ...]:
    """Return the codes of the staff that lead to one of these deeds, in the order of the file."""
    return tuple(
        code
        for code, entry in flows.codes.items()
        if any(
            isinstance(node, staff_nodes.AskRoom) and node.do in deeds
            for node in (flows.nodes[name] for name in _reachable_by(flows, entry))
        )
    )


def _reachable_by(flows: model.Flows, entry: str) -> Iterator[str]:
    """Give the nodes a conversation of this entry can come to; conversations share nodes."""
    seen: set[str] = set()
    coming = [flows.entries[entry]]
    while coming:
        name = coming.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        node = flows.nodes[name]
        if isinstance(node, model.Branch) and node.fact == "entry":
            coming.append(node.cases.get(entry, node.otherwise))
        else:
            coming += [edge.to for edge in edges(node)]


def reachable(nodes: Mapping[str, model.AnyNode], starts: Iterable[str]) -> frozenset[str]:
    """Return every node that can be come to from ``starts``."""
    seen: set[str] = set()
    coming = [start for start in starts if start in nodes]
    while coming:
        name = coming.pop()
        if name not in seen:
            seen.add(name)
            coming += [edge.to for edge in edges(nodes[name]) if edge.to in nodes]
    return frozenset(seen)
