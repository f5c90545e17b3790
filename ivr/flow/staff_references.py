"""What the nodes of the staff name must exist, and be what the room knows."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.sketch import Finding, Sketch, listed, meant
from ivr.flow.staff_nodes import AskRoom, ListenIn, Notice, StaffNode, Take
from ivr.room import DEEDS, TAKES


def of_the_staff(node: StaffNode, sketch: Sketch) -> Iterator[Finding]:
    """Find what a node of the staff names and does not exist."""
    match node:
        case AskRoom():
            yield from _room(node, sketch)
        case Notice():
            yield from listed(("queue",), "answer", node.queue, sketch.answers)
        case Take():
            yield from listed(("number",), "answer", node.number, sketch.answers)
            for value in node.cases:
                if value not in TAKES:
                    known = ", ".join(TAKES)
                    yield Finding(("cases", value), f"a take is never {value!r}; it is {known}")
        case ListenIn():
            yield from listed(("operator",), "answer", node.operator, sketch.answers)


def _room(node: AskRoom, sketch: Sketch) -> Iterator[Finding]:
    deed = DEEDS.get(node.do)
    if deed is None:
        yield Finding(("do",), f"the room knows no {node.do!r}{meant(node.do, DEEDS)}")
        return
    for value in node.cases:
        if value not in deed.outcomes:
            known = ", ".join(deed.outcomes)
            yield Finding(("cases", value), f"{node.do} never answers {value!r}; it is {known}")
    for need in deed.needs:
        if need not in node.given:
            yield Finding(("given",), f"{node.do} needs {need!r}: name the answer that holds it")
    for need, answer in node.given.items():
        if need not in deed.needs:
            yield Finding(("given", need), f"{node.do} does not need {need!r}; leave it out")
        yield from listed(("given", need), "answer", answer, sketch.answers)
