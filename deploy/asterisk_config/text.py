"""Sections of Asterisk's configuration files, with nothing in a value that could begin another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Pair = tuple[str, object]

_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f;]|--|^[\s<>]|\s$")
"""Line ends and control characters; ``;`` begins a comment, ``;--`` a long one; edges are cut."""


class UnsafeValue(ValueError):
    """A value that would change the meaning of a configuration file."""


def clean(value: object) -> str:
    """Give a value as it may stand behind ``=``.

    Raises:
        UnsafeValue: it holds a line end, another control character or a comment sign.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if _UNSAFE.search(text):
        raise UnsafeValue(f"{text!r} cannot stand in Asterisk's configuration; choose another")
    return text


def clean_path(path: Path) -> str:
    """Give a path as it may stand in a configuration file and in an argument of the dialplan.

    Raises:
        UnsafeValue: it holds a character that means something there.
    """
    if not re.fullmatch(r"[\w/.+@ =-]+", str(path)) or "  " in str(path):
        raise UnsafeValue(
            f"{path}: Asterisk needs a path of letters, digits and / . _ + @ = - only"
        )
    return clean(path)


def section(name: str, pairs: Iterable[Pair], *, template: str = "") -> str:
    """Write ``[name]`` with one ``key = value`` a line; ``template`` is what stands in brackets."""
    head = f"[{clean(name)}]" + (f"({template})" if template else "")
    return "\n".join([head, *(f"{key} = {clean(value)}" for key, value in pairs)]) + "\n"


def conf(why: str, *sections: str) -> str:
    """Join sections to a file that says who made it."""
    head = f"; Generated at each start, do not edit: see docs/asterisk.md. {why}\n"
    return "\n".join([head, *sections])
