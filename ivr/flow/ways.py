"""Where the ways through a flow lead: nodes nobody comes to, circles, and callers left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ivr.flow import model, staff_nodes
from ivr.flow.graph import Edge, edges, reachable
from ivr.flow.node import Node
from ivr.flow.sketch import Finding

Nodes = Mapping[str, model.AnyNode]
OPERATOR = model.JoinQueue | model.Rejoin
ENDS = OPERATOR | staff_nodes.ListenIn | model.HangUp
WAITS_FOR_THE_CALLER = model.Question | model.Record | staff_nodes.Notice | staff_nodes.Take


def unreachable(flows: model.Flows) -> Iterator[Finding]:
    """Find nodes no call comes to."""
    seen = reachable(flows.nodes, (*flows.entries.values(), flows.rescue))
    for name in flows.nodes:
        if name not in seen:
            yield Finding(
                ("nodes", name), "no call comes here; point something at it or take it out"
            )


def no_way_out(flows: model.Flows) -> Iterator[Finding]:
    """Find nodes from which neither a queue nor a hang-up can be reached."""
    ends = {name for name, node in flows.nodes.items() if isinstance(node, ENDS)}
    leading = set(ends)
    growing = True
    while growing:
        more = {
            name
            for name, node in flows.nodes.items()
            if name not in leading and any(edge.to in leading for edge in edges(node))
        }
        leading |= more
        growing = bool(more)
    for name in flows.nodes:
        if name not in leading:
            yield Finding(("nodes", name), "leads neither to a queue nor to a hang-up")


def circles(flows: model.Flows) -> Iterator[Finding]:
    """Find circles in which nothing is ever asked of the caller."""

    def unasked(name: str) -> Iterable[Edge]:
        node = flows.nodes[name]
        return () if isinstance(node, WAITS_FOR_THE_CALLER) else edges(node)

    for way in _circles(flows.nodes, unasked):
        yield Finding(
            ("nodes", way[0]), f"goes in a circle without asking anything: {' → '.join(way)}"
        )


def left_alone(flows: model.Flows) -> Iterator[Finding]:
    """Find questions whose silence never ends, or, for a citizen, ends in a hang-up."""

    def unanswered(name: str) -> tuple[Edge, ...]:
        return tuple(_unanswered(flows.nodes[name]))

    for way in _circles(flows.nodes, unanswered):
        if any(isinstance(flows.nodes[name], model.Question) for name in way):
            yield Finding(
                ("nodes", way[0]), f"a caller who stays silent goes in a circle: {' → '.join(way)}"
            )
    citizens = reachable(flows.nodes, flows.citizens.values())
    for name, node in flows.nodes.items():
        if name not in citizens or not isinstance(node, model.Question):
            continue
        for edge in unanswered(name):
            for end in sorted(_reached(flows.nodes, edge.to, unanswered)):
                if isinstance(flows.nodes[end], model.HangUp):
                    yield Finding(
                        ("nodes", name, *edge.path),
                        f"silence or wrong keys must lead to an operator, not to the hang-up {end}",
                    )


def _unanswered(node: Node) -> Iterator[Edge]:
    """Follow a caller who does not answer."""
    ways = edges(node)
    if isinstance(node, model.Record | staff_nodes.Notice):
        ways = tuple(edge for edge in ways if edge.path != ("next",))
    elif isinstance(node, model.Question):
        ways = tuple(edge for edge in ways if edge.path[0] in ("silence", "wrong_key", "exhausted"))
    yield from ways


def _reached(nodes: Nodes, start: str, ways: Callable[[str], Iterable[Edge]]) -> set[str]:
    seen: set[str] = set()
    coming = [start]
    while coming:
        name = coming.pop()
        if name not in seen:
            seen.add(name)
            coming += [edge.to for edge in ways(name)]
    return seen


def _circles(nodes: Nodes, ways: Callable[[str], Iterable[Edge]]) -> Iterator[tuple[str, ...]]:
    """Find circles: one for each node that a walk in depth comes back to."""
    done: set[str] = set()
    for start in nodes:
        path: list[str] = []
        stack: list[tuple[str, Iterator[Edge]]] = []
        if start not in done:
            path.append(start)
            stack.append((start, iter(ways(start))))
        while stack:
            name, further = stack[-1]
            edge = next(further, None)
            if edge is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif edge.to in path:
                yield (*path[path.index(edge.to) :], edge.to)
            elif edge.to not in done:
                path.append(edge.to)
                stack.append((edge.to, iter(ways(edge.to))))
