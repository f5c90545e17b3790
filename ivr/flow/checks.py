"""The lint of ``callflows.yaml``: what loads and is still wrong for a caller."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.flow import model, staff_nodes, ways
from ivr.flow.announced import announced, announced_in
from ivr.flow.at_once import held_up
from ivr.flow.graph import Path
from ivr.flow.held import said_too_early
from ivr.flow.loader import LoadedFlows, fault_at
from ivr.flow.node import Node, Prompts
from ivr.flow.sketch import Finding
from ivr.strict_yaml import Fault

MOST_KEYS: Final = 9
"""Keys announced in one menu; more than that nobody remembers."""
KEY_NAMES: Final = {"*": "* (स्टार)", "#": "# (हैश)"}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing the lint has to say."""

    fault: Fault
    grave: bool
    """False: worth a look, but the flow works."""


def lint(
    loaded: LoadedFlows,
    texts: Mapping[str, str],
    language: str = "hi",
    at_once: Collection[str] = (),
) -> tuple[Remark, ...]:
    """Look through flows with the texts of their prompts (id → text), in the order of the file.

    Which keys a text announces is known for Hindi; in other languages that is not looked at.
    ``at_once`` are the categories of the district whose callers are asked nothing.
    """
    found = (
        *findings(loaded.flows, texts if language == "hi" else None),
        *held_up(loaded.flows, at_once),
    )
    remarks = [Remark(fault_at(loaded.source, finding), finding.grave) for finding in found]
    return tuple(sorted(remarks, key=lambda remark: (remark.fault.line, remark.fault.message)))


def findings(flows: model.Flows, texts: Mapping[str, str] | None) -> tuple[Finding, ...]:
    """Look through flows; every finding names its place. Without texts, not at announced keys."""
    return (
        *ways.unreachable(flows),
        *ways.no_way_out(flows),
        *ways.circles(flows),
        *ways.left_alone(flows),
        *said_too_early(flows),
        *(
            Finding(("nodes", name, *finding.path), finding.message, finding.grave)
            for name, node in flows.nodes.items()
            if texts is not None
            for finding in _keys(node, flows, texts)
        ),
    )


def _keys(node: Node, flows: model.Flows, texts: Mapping[str, str]) -> Iterator[Finding]:
    match node:
        case model.Menu():
            yield from _menu(node, texts)
        case model.CollectKeys():
            yield from _collect(node, texts)
        case model.Record() | staff_nodes.Take():
            yield from _strangers(("prompts",), node.prompts, {node.finish_key}, texts)
        case model.Say():
            following = flows.nodes.get(node.next)
            known = set(following.options) if isinstance(following, model.Menu) else set()
            yield from _strangers(("prompts",), node.prompts, known, texts)
            if not node.prompts:
                yield Finding(("prompts",), "says nothing", grave=False)


def _menu(node: model.Menu, texts: Mapping[str, str]) -> Iterator[Finding]:
    by_menu = announced_in(node.prompts, texts)
    yield from _strangers(("prompts",), node.prompts, set(node.options), texts)
    for name, reaction in (("silence", node.silence), ("wrong_key", node.wrong_key)):
        yield from _strangers((name, "say"), reaction.say, set(node.options), texts)
    told = set(by_menu)
    for key, option in node.options.items():
        path: Path = ("options", key)
        keys = announced(texts.get(option.prompt or "", ""))
        told.update(keys)
        if option.prompt is None:
            if key not in by_menu and not option.silent:
                yield Finding(
                    path, f"nobody is told of key {_named(key)}: give a prompt, or silent: true"
                )
        elif option.silent:
            yield Finding((*path, "silent"), "a key with a prompt is not silent")
        elif not keys and key not in by_menu:
            yield Finding((*path, "prompt"), f"{option.prompt} does not say: press {_named(key)}")
        elif keys and keys != (key,):
            others = ", ".join(_named(other) for other in keys)
            yield Finding(
                (*path, "prompt"),
                f"{option.prompt} tells the caller to press {others}, not {_named(key)}",
            )
    if len(told) > MOST_KEYS:
        yield Finding(
            ("options",), f"{len(told)} keys are announced; nobody remembers so many", grave=False
        )


def _collect(node: model.CollectKeys, texts: Mapping[str, str]) -> Iterator[Finding]:
    known = {node.finish_key, *node.alone}
    yield from _strangers(("prompts",), node.prompts, known, texts)
    if node.skip and node.finish_key not in announced_in(node.prompts, texts):
        yield Finding(("skip",), f"nobody is told that {_named(node.finish_key)} skips this")


def _strangers(
    path: Path, prompts: Prompts, known: set[str], texts: Mapping[str, str]
) -> Iterator[Finding]:
    """Find announced keys that do nothing."""
    for at, prompt in enumerate(prompts):
        for key in announced(texts.get(prompt, "")):
            if key not in known:
                yield Finding(
                    (*path, at), f"{prompt} announces key {_named(key)}, which does nothing here"
                )


def _named(key: str) -> str:
    return KEY_NAMES.get(key, key)
