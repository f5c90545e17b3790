"""Strict YAML with line numbers, shared by every file that people of a district edit.

Duplicate keys, bytes that are no UTF-8, files past ``MAX_BYTES``, anchors and aliases are faults.
Nothing here raises anything but ``YamlFaults``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
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
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.parser import RoundTripParser

from ivr.fault_words import in_words, place_in

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
                self.fault(place_in(self.data, detail), in_words(detail))
                for detail in error.errors(include_url=False)
            )
        )


def read_yaml(path: Path) -> YamlSource:
    """Read one file. Raises ``YamlFaults`` on anything that is no strict YAML."""
    source, doubles = survey_yaml(path)
    if doubles:
        raise YamlFaults(*doubles)
    return source


def survey_yaml(path: Path) -> tuple[YamlSource, tuple[Fault, ...]]:
    """Read one file in spite of names that stand twice, and return a fault for each of them.

    For who wants to tell these faults together with others. Raises ``YamlFaults`` on anything else
    that is no strict YAML.
    """
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
        marked, doubles = _read(name, text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise YamlFaults(Fault(name, line, (error.problem or "is no YAML").strip())) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise YamlFaults(Fault(name, 0, f"is no YAML: {error}")) from error
    return YamlSource(name, _unmarked(marked), marked), doubles


@lru_cache(maxsize=4)
def _read(name: str, text: str) -> tuple[Any, tuple[Fault, ...]]:
    """Read a text once, however often it is asked for; nobody changes what is returned."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = True
    reader.Parser = _Strict
    strict: _Strict = reader.parser
    strict.name = name
    return reader.load(text), tuple(strict.doubles)


@dataclass(slots=True)
class _Open:
    """A table or a list while it is read."""

    is_table: bool
    at_name: bool = True
    names: set[str] = field(default_factory=set)


class _Strict(RoundTripParser):
    """Refuses what can exhaust memory or hide a meaning, before anything is built of it.

    ``doubles`` has a fault for each name that stands twice in its table.
    """

    def __init__(self, loader: YAML) -> None:
        super().__init__(loader)
        self.name = ""
        self.doubles: list[Fault] = []
        self._inside: list[_Open] = []

    def get_event(self) -> Any:  # noqa: ANN401 - one of ruamel.yaml's own
        event, inside = super().get_event(), self._inside
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlFaults(
                Fault(self.name, line, "anchors and aliases (& and *) are not used here")
            )
        if getattr(event, "tag", None):
            raise YamlFaults(Fault(self.name, line, "tags (!) are not used here"))
        if isinstance(event, CollectionEndEvent):
            inside.pop()
        elif isinstance(event, CollectionStartEvent | ScalarEvent):
            if inside and inside[-1].is_table:
                self.doubles += _name_or_value(self.name, inside[-1], event)
            if isinstance(event, CollectionStartEvent):
                inside.append(_Open(isinstance(event, MappingStartEvent)))
        if len(inside) > MAX_DEPTH:
            raise YamlFaults(Fault(self.name, line, f"is nested deeper than {MAX_DEPTH} levels"))
        return event


def _name_or_value(name: str, table: _Open, event: NodeEvent) -> list[Fault]:
    """Look at what comes next in a table: names and values by turns."""
    line = event.start_mark.line + 1
    is_name, table.at_name = table.at_name, not table.at_name
    if not is_name:
        return []
    if not isinstance(event, ScalarEvent):
        raise YamlFaults(Fault(name, line, "a name must be a single word"))
    if event.value == "<<":
        raise YamlFaults(Fault(name, line, "merge keys (<<) are not used here"))
    if event.value in table.names:
        message = f'found duplicate key "{event.value[:60]}"; a name may stand once only'
        return [Fault(name, line, message)]
    table.names.add(event.value)
    return []


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
