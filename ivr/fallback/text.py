"""Dialplan as text: contexts, extensions, steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Step = str | tuple[str, str]
"""An application with its arguments, or a label and the same."""

EVERY: Final = "sub-fallback-every"
"""The context all others include: where a fault or a time limit leads."""


def extension(name: str, *steps: Step) -> str:
    """Write an extension: its steps in order, one a line."""
    lines = []
    for place, step in enumerate(steps):
        label, application = step if isinstance(step, tuple) else ("", step)
        begin = f" same => n{_label(label)}" if place else f"exten => {name},1{_label(label)}"
        lines.append(f"{begin},{application}")
    return "\n".join(lines)


def context(name: str, *extensions: str, about: Iterable[str] = (), rescued: bool = True) -> str:
    """Write a context. ``about`` is what stands above it; ``rescued`` contexts survive a fault."""
    lines = [f"; {_comment(line)}" for line in about]
    lines.append(f"[{name}]")
    if rescued:
        lines.append(f"include => {EVERY}")
    return "\n".join([*lines, *extensions]) + "\n"


def gosub(name: str, *arguments: str, at: str = "s") -> str:
    """Call the subroutine ``sub-fallback-<name>``; an argument may hold no comma."""
    given = f"({','.join(arguments)})" if arguments else ""
    return f"Gosub(sub-fallback-{name},{at},1{given})"


def go(node: str) -> str:
    """Go to a node."""
    return f"Goto({place(node)})"


def place(node: str) -> str:
    """Name the first step of a node."""
    return f"fallback-{node},s,1"


def _label(label: str) -> str:
    return f"({label})" if label else ""


def _comment(line: str) -> str:
    # A comment that begins with ;-- would swallow the lines after it.
    return " ".join(line.replace(";", ",").split())
