"""Strict YAML with line numbers, shared by every file that people of a district edit.

Duplicate keys, bytes that are no UTF-8, files past ``MAX_BYTES``, anchors and aliases are faults.
Nothing here raises anything but ``YamlFaults``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 30


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, and where."""

    file: str
    line: int
    """Counted from 1; 0 when no line can be named."""
    message: str

    def __str__(self) -> str:
        """As editors and people read it: ``callflows.yaml:7: message``."""
        return (
            f"{self.file}:{self.line}: {self.message}"
            if self.line
            else f"{self.file}: {self.message}"
        )


class YamlFaults(Exception):
    """The file is no strict YAML; ``faults`` says why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class YamlSource:
    """A loaded file: plain data, and the line of everything in it."""

    name: str
    data: Any
    """Plain ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool``, ``None``."""
    marked: Any
    """The same with line numbers, as ruamel.yaml keeps them."""

    def line(self, path: Sequence[str | int]) -> int:
        """Find the line of what stands at ``path``, or of the nearest thing above that exists."""
        here, line = self.marked, 1
        for step in path:
            if isinstance(here, CommentedMap) and step in here:
                line = here.lc.key(step)[0] + 1
            elif isinstance(here, CommentedSeq) and isinstance(step, int) and step < len(here):
                line = here.lc.item(step)[0] + 1
            else:
                continue  # pydantic names union members and validators too: not in the file
            here = here[step]
        return line

    def fault(self, path: Sequence[str | int], message: str) -> Fault:
        """Make a fault about what stands at ``path``."""
        where = ".".join(str(step) for step in path)
        return Fault(self.name, self.line(path), f"{where}: {message}" if where else message)

    def faults(self, error: ValidationError) -> tuple[Fault, ...]:
        """Turn everything pydantic found into faults with lines, in the order of the file."""
        return tuple(
            sorted(
                self.fault(detail["loc"], _plain(detail["msg"], detail.get("input")))
                for detail in error.errors(include_url=False)
            )
        )


def read_yaml(path: Path) -> YamlSource:
    """Read one file. Raises ``YamlFaults`` on anything that is no strict YAML."""
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise YamlFaults(Fault(str(path), 0, f"cannot be read: {error.strerror}")) from error
    if len(raw) > MAX_BYTES:
        raise YamlFaults(Fault(name, 0, f"is larger than {MAX_BYTES} bytes"))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise YamlFaults(Fault(name, line, "is not UTF-8 text; save the file as UTF-8")) from error
    try:
        _refuse_tricks(name, text)
        marked = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise YamlFaults(Fault(name, line, _sentence(error))) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise YamlFaults(Fault(name, 0, f"is no YAML: {error}")) from error
    return YamlSource(name, _unmarked(marked), marked)


def _refuse_tricks(name: str, text: str) -> None:
    """Refuse what can exhaust memory or hide a meaning, before anything is built."""
    inside: list[list[bool]] = []  # for each open table or list: [is a table, a key comes next]
    for event in YAML(typ="rt").parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlFaults(Fault(name, line, "anchors and aliases (& and *) are not used here"))
        if getattr(event, "tag", None):
            raise YamlFaults(Fault(name, line, "tags (!) are not used here"))
        if isinstance(event, CollectionEndEvent):
            inside.pop()
            continue
        starts = isinstance(event, CollectionStartEvent)
        if not (starts or isinstance(event, ScalarEvent)):
            continue
        if inside and inside[-1][0]:
            if inside[-1][1] and starts:
                raise YamlFaults(Fault(name, line, "a name must be a single word"))
            if inside[-1][1] and getattr(event, "value", "") == "<<":
                raise YamlFaults(Fault(name, line, "merge keys (<<) are not used here"))
            inside[-1][1] = not inside[-1][1]
        if starts:
            inside.append([isinstance(event, MappingStartEvent), True])
        if len(inside) > MAX_DEPTH:
            raise YamlFaults(Fault(name, line, f"is nested deeper than {MAX_DEPTH} levels"))


def _unmarked(value: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    if isinstance(value, Mapping):
        return {_unmarked(key): _unmarked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unmarked(item) for item in value]
    # ruamel's own subclasses of str, int and float carry style: the plain value is meant.
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return plain(value)
    return value


def _sentence(error: MarkedYAMLError) -> str:
    problem = (error.problem or "is no YAML").strip()
    if problem.startswith("found duplicate key"):
        return problem.split(" with value")[0] + "; a name may stand once only"
    return problem


def _plain(message: str, given: object) -> str:
    if message == "Extra inputs are not permitted":
        return "is not a setting here; check the spelling"
    if message == "Field required":
        return "is missing"
    text = message.removeprefix("Value error, ")
    quoted = isinstance(given, int | float) and not isinstance(given, bool)
    if quoted and message.startswith("Input should be a valid string"):
        return f'write it in quotes: "{given}"'
    return text
