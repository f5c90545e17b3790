"""Everything a flow names must exist: nodes, prompts, queues, categories, facts, answers."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final

from ivr.flow import lexicon, model
from ivr.flow.agreement import of_a_menu, of_keys
from ivr.flow.facts import ABOUT_A_QUEUE
from ivr.flow.graph import TARGETS, Path, edges, prompts
from ivr.flow.node import Node
from ivr.flow.sketch import Finding, Sketch, listed, meant
from ivr.flow.speech import FIXED_PROMPTS, reference
from ivr.flow.staff_nodes import StaffNode
from ivr.flow.staff_references import of_the_staff
from ivr.flow.view import DistrictView

ENTRIES: Final = ("inbound", "queue_key", "queue_limit")
"""Conversations every helpline needs."""
UNKNOWN_CODE: Final = "staff"
"""The entry of a telephone of the staff that dialled no code of ``codes``."""
WITH_ARGUMENT: Final = frozenset({"digits", "pin_code", "number", "waiting"})


def broken_references(
    sketch: Sketch, view: DistrictView, known_prompts: Container[str]
) -> tuple[Finding, ...]:
    """Find everything that is named and does not exist, or does not fit where it stands."""
    in_nodes = (
        Finding(("nodes", name, *finding.path), finding.message)
        for name, node in sketch.nodes.items()
        for finding in _node(node, sketch, view, known_prompts)
    )
    in_unread = (
        finding
        for name, given in sketch.unread.items()
        for finding in _unread(("nodes", name), given, sketch, view, known_prompts)
    )
    return (*_starts(sketch), *in_nodes, *in_unread)


def _starts(sketch: Sketch) -> Iterator[Finding]:
    for entry in ENTRIES if sketch.entries else ():
        if entry not in sketch.entries:
            yield Finding(("entries",), f"{entry} is missing; name the node it begins at")
    for at, entry in enumerate(sketch.staff):
        if entry not in sketch.entries:
            yield Finding(("staff", at), f"there is no entry {entry!r}")
    for code, entry in sketch.codes.items():
        if entry not in sketch.staff:
            yield Finding(("codes", code), f"{entry!r} is no entry of the staff")
    if sketch.staff and UNKNOWN_CODE not in sketch.staff:
        yield Finding(("staff",), f"{UNKNOWN_CODE} is missing: where a code goes that is none")
    for entry, name in sketch.entries.items():
        yield from _target(("entries", entry), name, sketch)
    if sketch.rescue is None:
        return
    yield from _target(("rescue",), sketch.rescue, sketch)
    node = sketch.nodes.get(sketch.rescue)
    if node is not None and not isinstance(node, model.JoinQueue):
        yield Finding(("rescue",), f"{sketch.rescue} must be a join_queue: nothing else may fail")
    elif node is not None and node.queue is None:
        yield Finding(("nodes", sketch.rescue), "the rescue must name its queue")


def _target(path: Path, name: str, sketch: Sketch) -> Iterator[Finding]:
    if name not in sketch.names:
        yield Finding(path, f"there is no node {name!r}{meant(name, sketch.names)}")


def _node(
    node: Node, sketch: Sketch, view: DistrictView, known_prompts: Container[str]
) -> Iterator[Finding]:
    for edge in edges(node):
        yield from _target(edge.path, edge.to, sketch)
    for path, prompt in prompts(node):
        yield from _prompt(path, prompt, sketch, view, known_prompts)
    if node.about is not None:
        yield from listed(("about",), "category", node.about, view.categories)
    match node:
        case _ if isinstance(node, StaffNode):
            yield from of_the_staff(node, sketch)
        case model.JoinQueue(queue=str(queue)):
            yield from listed(("queue",), "queue", queue, view.queues)
        case model.IssueTicket(category=str(category)):
            yield from listed(("category",), "category", category, view.categories)
            if category in view.categories and not view.categories[category].ticket:
                yield Finding(("category",), f"{category} has ticket: false in district.yaml")
        case model.TicketStatus(number=str(answer)):
            yield from listed(("number",), "answer", answer, sketch.answers)
        case model.Branch():
            yield from _branch(node, sketch, view)
        case model.CollectKeys():
            yield from of_keys(node)
        case model.Menu():
            yield from of_a_menu(node, view, known_prompts)


def _unread(
    path: Path, given: object, sketch: Sketch, view: DistrictView, known_prompts: Container[str]
) -> Iterator[Finding]:
    """Check the names in a node that could not be read, as far as they can be told."""
    if isinstance(given, dict):
        for field, value in given.items():
            here = (*path, field)
            if field in TARGETS and isinstance(value, str):
                yield from _target(here, value, sketch)
            elif field in ("alone", "cases") and isinstance(value, dict):
                for key, to in value.items():
                    if isinstance(to, str):
                        yield from _target((*here, key), to, sketch)
            elif field == "about" and isinstance(value, str):
                yield from listed(here, "category", value, view.categories)
            elif field == "prompt" and isinstance(value, str):
                yield from _prompt(here, value, sketch, view, known_prompts)
            elif field in ("prompts", "say") and isinstance(value, list):
                for at, prompt in enumerate(value):
                    if isinstance(prompt, str):
                        yield from _prompt((*here, at), prompt, sketch, view, known_prompts)
            else:
                yield from _unread(here, value, sketch, view, known_prompts)


def _prompt(
    path: Path, prompt: str, sketch: Sketch, view: DistrictView, known_prompts: Container[str]
) -> Iterator[Finding]:
    value = reference(prompt)
    if value is None:
        if prompt not in known_prompts:
            near = meant(prompt, known_prompts) if isinstance(known_prompts, Iterable) else ""
            yield Finding(path, f"there is no prompt {prompt!r} in the catalogue{near}")
        return
    name, argument = value
    if name not in lexicon.SPOKEN_VALUES:
        near = meant(name, lexicon.SPOKEN_VALUES)
        yield Finding(path, f"there is no spoken value {{{name}}}{near}")
    elif bool(argument) is not (name in WITH_ARGUMENT):
        right = f"{{{name}:…}}" if name in WITH_ARGUMENT else f"{{{name}}}"
        yield Finding(path, f"write {right}: {lexicon.SPOKEN_VALUES[name]}")
    elif name == "waiting":
        yield from listed(path, "queue", argument, view.queues)
    elif argument:
        yield from listed(path, "answer", argument, sketch.answers)
    for needed in _said_with(name, view):
        if needed not in known_prompts:
            yield Finding(path, f"{{{name}}} needs the prompt {needed!r} in the catalogue")


def _said_with(name: str, view: DistrictView) -> tuple[str, ...]:
    categories = tuple(f"category_{category}" for category in view.categories)
    match name:
        case "category":
            return categories
        case "status":
            return tuple(prompt for prompt in FIXED_PROMPTS if prompt.startswith("state_"))
        case "status_details":
            said = tuple(prompt for prompt in FIXED_PROMPTS if prompt.startswith("status_"))
            return (*said, *categories)
        case _:
            return ()


def _branch(node: model.Branch, sketch: Sketch, view: DistrictView) -> Iterator[Finding]:
    if node.fact not in lexicon.FACTS:
        yield Finding(("fact",), f"there is no fact {node.fact!r}{meant(node.fact, lexicon.FACTS)}")
        return
    values = _values(node.fact, sketch, view)
    for value in node.cases:
        if value not in values:
            yield Finding(
                ("cases", value), f"{node.fact} is never {value!r}; it is {', '.join(values)}"
            )
    if node.fact in ABOUT_A_QUEUE and node.of is not None:
        yield from listed(("of",), "queue", node.of, view.queues)
    elif node.fact == "answered" and node.of is None:
        yield Finding((), "say which answer: of: <name of the answer>")
    elif node.fact == "answered" and node.of is not None:
        yield from listed(("of",), "answer", node.of, sketch.answers)
    elif node.of is not None and node.fact not in ABOUT_A_QUEUE:
        yield Finding(("of",), f"{node.fact} is not asked of anything; leave this out")


def _values(fact: str, sketch: Sketch, view: DistrictView) -> tuple[str, ...]:
    match fact:
        case "category":
            return tuple(view.categories)
        case "entry":
            return tuple(sketch.entries)
        case _:
            return lexicon.FACTS[fact]
