"""A flow as far as it could be read, and what is found about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ivr.flow import model
from ivr.flow.graph import Path, answers


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


def meant(name: str, known: Iterable[str]) -> str:
    """Suggest what was meant: ``; did you mean 'pin'?``, "" when nothing is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def listed(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[Finding]:
    """Find that a name is none of those that are known."""
    if name not in set(known):
        yield Finding(path, f"there is no {kind} {name!r}{meant(name, known)}")
