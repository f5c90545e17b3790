"""Everything a flow names must exist: nodes, prompts, queues, categories, facts, answers."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ivr.flow import model
from ivr.flow.facts import ABOUT_A_QUEUE
from ivr.flow.graph import TARGETS, Path, answers, edges, prompts
from ivr.flow.speech import FIXED_PROMPTS, reference
from ivr.flow.view import DistrictView
from ivr.flow.vocabulary import COMMON, MOST_WORDS, UNSURE_PROMPTS, of_menu
from ivr.room import DEEDS, TAKES

ENTRIES: Final = ("inbound", "queue_key", "queue_limit")
"""Conversations every helpline needs."""
UNKNOWN_CODE: Final = "staff"
"""The entry of a telephone of the staff that dialled no code of ``codes``."""
WITH_ARGUMENT: Final = frozenset({"digits", "pin_code", "number", "waiting"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """As much of a file as could be read, so that one fault does not hide another."""

    entries: Mapping[str, str]
    rescue: str | None
    staff: tuple[str, ...]
    codes: Mapping[str, str]
    nodes: Mapping[str, model.AnyNode]
    unread: Mapping[str, object]
    """Nodes that could not be read, as they stand in the file."""

    @property
    def names(self) -> frozenset[str]:
        """All nodes, those that could not be read included."""
        return frozenset((*self.nodes, *self.unread))

    @property
    def answers(self) -> frozenset[str]:
        """All answers that any question stores."""
        unread = (given.get("answer") for given in self.unread.values() if isinstance(given, dict))
        return answers(self.nodes) | frozenset(name for name in unread if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a flow, and where it stands in the file."""

    path: Path
    message: str
    grave: bool = True
    """False: worth a look, but the flow works."""


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


def meant(name: str, known: Iterable[str]) -> str:
    """Suggest what was meant: ``; did you mean 'pin'?``, "" when nothing is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


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
    node: model.Node, sketch: Sketch, view: DistrictView, known_prompts: Container[str]
) -> Iterator[Finding]:
    for edge in edges(node):
        yield from _target(edge.path, edge.to, sketch)
    for path, prompt in prompts(node):
        yield from _prompt(path, prompt, sketch, view, known_prompts)
    if node.about is not None:
        yield from _listed(("about",), "category", node.about, view.categories)
    match node:
        case model.AskRoom() | model.Notice() | model.Take() | model.ListenIn():
            yield from _staff(node, sketch)
        case model.JoinQueue(queue=str(queue)):
            yield from _listed(("queue",), "queue", queue, view.queues)
        case model.IssueTicket(category=str(category)):
            yield from _listed(("category",), "category", category, view.categories)
            if category in view.categories and not view.categories[category].ticket:
                yield Finding(("category",), f"{category} has ticket: false in district.yaml")
        case model.TicketStatus(number=str(answer)):
            yield from _listed(("number",), "answer", answer, sketch.answers)
        case model.Branch():
            yield from _branch(node, sketch, view)
        case model.CollectKeys():
            yield from _collect(node)
        case model.Menu():
            yield from _menu(node, view, known_prompts)


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
                yield from _listed(here, "category", value, view.categories)
            elif field == "prompt" and isinstance(value, str):
                yield from _prompt(here, value, sketch, view, known_prompts)
            elif field in ("prompts", "say") and isinstance(value, list):
                for at, prompt in enumerate(value):
                    if isinstance(prompt, str):
                        yield from _prompt((*here, at), prompt, sketch, view, known_prompts)
            else:
                yield from _unread(here, value, sketch, view, known_prompts)


def _listed(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[Finding]:
    if name not in set(known):
        yield Finding(path, f"there is no {kind} {name!r}{meant(name, known)}")


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
    if name not in model.SPOKEN_VALUES:
        near = meant(name, model.SPOKEN_VALUES)
        yield Finding(path, f"there is no spoken value {{{name}}}{near}")
    elif bool(argument) is not (name in WITH_ARGUMENT):
        right = f"{{{name}:…}}" if name in WITH_ARGUMENT else f"{{{name}}}"
        yield Finding(path, f"write {right}: {model.SPOKEN_VALUES[name]}")
    elif name == "waiting":
        yield from _listed(path, "queue", argument, view.queues)
    elif argument:
        yield from _listed(path, "answer", argument, sketch.answers)
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
    if node.fact not in model.FACTS:
        yield Finding(("fact",), f"there is no fact {node.fact!r}{meant(node.fact, model.FACTS)}")
        return
    values = _values(node.fact, sketch, view)
    for value in node.cases:
        if value not in values:
            yield Finding(
                ("cases", value), f"{node.fact} is never {value!r}; it is {', '.join(values)}"
            )
    if node.fact in ABOUT_A_QUEUE and node.of is not None:
        yield from _listed(("of",), "queue", node.of, view.queues)
    elif node.fact == "answered" and node.of is None:
        yield Finding((), "say which answer: of: <name of the answer>")
    elif node.fact == "answered" and node.of is not None:
        yield from _listed(("of",), "answer", node.of, sketch.answers)
    elif node.of is not None and node.fact not in ABOUT_A_QUEUE:
        yield Finding(("of",), f"{node.fact} is not asked of anything; leave this out")


def _staff(
    node: model.AskRoom | model.Notice | model.Take | model.ListenIn, sketch: Sketch
) -> Iterator[Finding]:
    match node:
        case model.AskRoom():
            yield from _room(node, sketch)
        case model.Notice():
            yield from _listed(("queue",), "answer", node.queue, sketch.answers)
        case model.Take():
            yield from _listed(("number",), "answer", node.number, sketch.answers)
            for value in node.cases:
                if value not in TAKES:
                    known = ", ".join(TAKES)
                    yield Finding(("cases", value), f"a take is never {value!r}; it is {known}")
        case model.ListenIn():
            yield from _listed(("operator",), "answer", node.operator, sketch.answers)


def _room(node: model.AskRoom, sketch: Sketch) -> Iterator[Finding]:
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
        yield from _listed(("given", need), "answer", answer, sketch.answers)


def _values(fact: str, sketch: Sketch, view: DistrictView) -> tuple[str, ...]:
    match fact:
        case "category":
            return tuple(view.categories)
        case "entry":
            return tuple(sketch.entries)
        case _:
            return model.FACTS[fact]


def _menu(node: model.Menu, view: DistrictView, known_prompts: Container[str]) -> Iterator[Finding]:
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


def _collect(node: model.CollectKeys) -> Iterator[Finding]:
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
