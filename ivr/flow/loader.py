"""Reads ``callflows.yaml``: strict, and every fault at once, with its line and what to do."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from ivr.flow import model
from ivr.flow.node import Node, Reaction
from ivr.flow.references import broken_references
from ivr.flow.sketch import Finding, Sketch, meant
from ivr.flow.view import DistrictView
from ivr.strict_yaml import Fault, YamlFaults, YamlSource, survey_yaml

_UNION: Final[UnionType] = get_args(model.AnyNode)[0]
KINDS: Final[Mapping[str, type[Node]]] = {
    get_args(node.model_fields["kind"].annotation)[0]: node for node in get_args(_UNION)
}
"""Each kind of node, as ``kind:`` names it."""
_NODE: Final = TypeAdapter[model.AnyNode](model.AnyNode)

PATTERNS: Final = {
    "goto": "a node: small letters, digits and _, beginning with a letter",
    "prompts": 'a prompt id (small letters, digits, _) or a value in braces: "{ticket_number}"',
    "options": 'a key of a telephone: "0"-"9", "*" or "#"',
}


class FlowFaults(YamlFaults):
    """The flows cannot be used; ``faults`` has everything that is wrong."""


@dataclass(frozen=True, slots=True)
class LoadedFlows:
    """Flows that passed, and the file they came from, for the lines in it."""

    flows: model.Flows
    source: YamlSource


def load_flows(path: Path, view: DistrictView, prompts: Container[str]) -> model.Flows:
    """Read the flows of a district. ``prompts`` are the ids of its catalogue.

    Raises:
        FlowFaults: with every fault there is. Nothing else is raised, whatever the file holds.
    """
    return load_with_source(path, view, prompts).flows


def load_with_source(path: Path, view: DistrictView, prompts: Container[str]) -> LoadedFlows:
    """Read the flows and keep the lines of the file; raises as ``load_flows``."""
    try:
        source, doubles = survey_yaml(path)
    except YamlFaults as error:
        raise FlowFaults(*error.faults) from error
    faults = list(doubles)
    try:
        flows = model.Flows.model_validate(source.data)
        sketch = Sketch(flows.entries, flows.rescue, flows.staff, flows.codes, flows.nodes, {})
    except ValidationError as error:
        flows = None
        sketch = _sketch(source.data)
        faults += [_fault(source, detail) for detail in error.errors(include_url=False)]
    faults += [fault_at(source, found) for found in broken_references(sketch, view, prompts)]
    if flows is None or faults:
        raise FlowFaults(*sorted(set(faults)))
    return LoadedFlows(flows, source)


def fault_at(source: YamlSource, finding: Finding) -> Fault:
    """Give a finding its line."""
    return source.fault(finding.path, finding.message)


def _sketch(data: Any) -> Sketch:  # noqa: ANN401 - YAML holds anything
    """Read as much as can be read."""
    top = data if isinstance(data, dict) else {}
    entries, nodes, rescue = top.get("entries"), top.get("nodes"), top.get("rescue")
    if not isinstance(nodes, dict):
        nodes = {}
    readable = {name: _readable(given) for name, given in nodes.items() if isinstance(name, str)}
    return Sketch(
        entries=_names(entries),
        rescue=rescue if isinstance(rescue, str) else None,
        codes=_names(top.get("codes")),
        staff=tuple(name for name in _list(top.get("staff")) if isinstance(name, str)),
        nodes={name: node for name, node in readable.items() if node is not None},
        unread={name: nodes[name] for name, node in readable.items() if node is None},
    )


def _names(given: object) -> dict[str, str]:
    pairs = given.items() if isinstance(given, dict) else ()
    return {key: to for key, to in pairs if isinstance(key, str) and isinstance(to, str)}


def _list(given: object) -> list[object]:
    return given if isinstance(given, list) else []


def _readable(given: object) -> model.AnyNode | None:
    try:
        return _NODE.validate_python(given)
    except ValidationError:
        return None


def _fault(source: YamlSource, detail: Mapping[str, Any]) -> Fault:
    """Turn what pydantic found into a sentence for a person of the district office."""
    found: tuple[str | int, ...] = detail["loc"]
    kind = str(found[2]) if found[:1] == ("nodes",) and found[2:3] and found[2] in KINDS else ""
    path = tuple(
        step for at, step in enumerate(found) if step != "[key]" and not (kind and at == 2)
    )
    return source.fault(path, _sentence(detail, path, kind))


def _sentence(detail: Mapping[str, Any], path: tuple[str | int, ...], kind: str) -> str:
    given, last = detail.get("input"), str(path[-1]) if path else ""
    match detail["type"]:
        case "union_tag_not_found":
            return f"has no kind; write one: {', '.join(KINDS)}"
        case "union_tag_invalid":
            tag = str(detail["ctx"].get("tag", ""))[:60]
            return f"there is no kind {tag!r}{meant(tag, KINDS)} ({', '.join(KINDS)})"
        case "missing":
            return "is missing"
        case "extra_forbidden":
            known = _fields(KINDS[kind] if kind else model.Flows)
            return f"is no field here; check the spelling{meant(last, known)}"
        case "string_type" if isinstance(given, bool | int | float):
            shown = str(given).lower() if isinstance(given, bool) else given
            return f'write it in quotes: "{shown}"'
        case "string_type":
            return "must be a word"
        case "string_pattern_mismatch":
            return f"{str(given)[:60]!r} is not {_wanted(path)}"
        case "tuple_type":
            return "must be a list: [first, second]"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "must be a table of names and values"
        case "literal_error":
            return f"{str(given)[:60]!r} is not known here; write {detail['ctx']['expected']}"
        case _:
            message: str = detail["msg"]
            return message.removeprefix("Value error, ").removeprefix("Input ")


def _fields(kind: type[BaseModel]) -> tuple[str, ...]:
    inner = (*Reaction.model_fields, *model.Option.model_fields)
    return (*kind.model_fields, *inner)


def _wanted(path: tuple[str | int, ...]) -> str:
    for step in reversed(path):
        match step:
            case "options" | "alone":
                return PATTERNS["options"]
            case "prompts" | "say" | "prompt":
                return PATTERNS["prompts"]
    return PATTERNS["goto"]
