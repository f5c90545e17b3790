"""What is certain to be known when a node is come to, whichever way the caller came.

A must-analysis: what every way to a node has brought along. ``ticket``, ``promise``, ``status``,
``category``, ``answer:<name>`` and ``load:<queue>`` are the things that can be known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ivr.flow import model, staff_nodes
from ivr.flow.graph import Edge, edges, prompts
from ivr.flow.node import Node
from ivr.flow.sketch import Finding
from ivr.flow.speech import reference

Known = frozenset[str]

FROM_A_QUEUE: Final = ("queue_key", "queue_limit")
"""Entries of callers who came out of a queue: it tells what they are speaking of."""

NEEDS: Final = {
    "ticket_number": "ticket",
    "limit": "promise",
    "deadline": "promise",
    "status": "status",
    "status_details": "status",
    "category": "category",
    "room": "room",
}
HOW: Final = {
    "ticket": "a ticket: issue_ticket, or the yes of has_ticket, must come before",
    "promise": "a promise: the yes of promised must come before",
    "status": "a status: ticket_status must come before",
    "category": "a category: about must come before",
    "room": "an answer of the room: a case of a room node must come before",
    "answer": "the answer {0}: its question, or the yes of answered, must come before",
    "load": "the load of {0}: a branch on queue_load with of: {0} must come before",
}


def said_too_early(flows: model.Flows) -> tuple[Finding, ...]:
    """Find everything a node says or needs that is not known on every way to it."""
    known = known_at(flows)
    return tuple(
        Finding(("nodes", name, *path), f"some callers come here without {_how(need)}")
        for name, node in flows.nodes.items()
        if name in known
        for path, need in _needs(node)
        if need not in _arriving(node, known[name])
    )


def known_at(flows: model.Flows) -> Mapping[str, Known]:
    """Return what is known at each node that can be come to."""
    known: dict[str, Known] = {}
    coming: list[tuple[str, Known]] = [
        (name, frozenset({"category"}) if entry in FROM_A_QUEUE else frozenset())
        for entry, name in flows.entries.items()
    ]
    while coming:
        name, brought = coming.pop()
        before = known.get(name)
        now = brought if before is None else before & brought
        if now == before or name not in flows.nodes:
            continue
        known[name] = now
        node = flows.nodes[name]
        here = _arriving(node, now)
        coming += [(edge.to, here | _learnt(node, edge)) for edge in edges(node)]
    return known


def _arriving(node: Node, known: Known) -> Known:
    return known | {"category"} if node.about else known


def _learnt(node: Node, edge: Edge) -> Known:
    """Tell what going this way adds."""
    field = edge.path[0]
    match node:
        case model.IssueTicket() if field == "next":
            return frozenset({"ticket"})
        case model.TicketStatus() if field == "found":
            return frozenset({"status"})
        case model.Menu(answer=str(answer)) if field == "options":
            return frozenset({f"answer:{answer}"})
        case model.CollectKeys(answer=str(answer)) if field == "next":
            return frozenset({f"answer:{answer}"})
        case staff_nodes.AskRoom() if field == "cases":
            return frozenset({"room", f"answer:{node.answer}"} if node.answer else {"room"})
        case staff_nodes.Take() if field == "cases":
            return frozenset({"room"})
        case model.Branch() if field == "cases":
            return _from_fact(node, str(edge.path[1]))
    return frozenset()


def _from_fact(node: model.Branch, value: str) -> Known:
    match node.fact, value:
        case "has_ticket", "yes":
            return frozenset({"ticket"})
        case "promised", "yes":
            return frozenset({"ticket", "promise"})
        case "answered", "yes":
            return frozenset({f"answer:{node.of}"})
        case "queue_load", _ if node.of:
            return frozenset({f"load:{node.of}"})
    return frozenset()


def _needs(node: Node) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for path, prompt in prompts(node):
        value = reference(prompt)
        if value is None:
            continue
        match value:
            case (("digits" | "pin_code" | "number"), answer):
                yield path, f"answer:{answer}"
            case "waiting", queue:
                yield path, f"load:{queue}"
            case name, _ if name in NEEDS:
                yield path, NEEDS[name]
    match node:
        case model.Record() | model.CallBack():
            yield (), "ticket"
        case model.TicketStatus(number=str(answer)) | staff_nodes.Take(number=answer):
            yield ("number",), f"answer:{answer}"
        case staff_nodes.AskRoom():
            for need, answer in node.given.items():
                yield ("given", need), f"answer:{answer}"
        case staff_nodes.Notice():
            yield ("queue",), f"answer:{node.queue}"
        case staff_nodes.ListenIn():
            yield ("operator",), f"answer:{node.operator}"
        case model.JoinQueue(queue=None) | model.IssueTicket(category=None) | model.Rejoin():
            yield (), "category"


def _how(need: str) -> str:
    kind, _, argument = need.partition(":")
    return HOW[kind].format(argument)
