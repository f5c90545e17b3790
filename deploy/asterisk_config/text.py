"""Sections of Asterisk's configuration files, with nothing in a value that could begin another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Pair = tuple[str, object]

_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f;]|^[\s>]|\s$")
"""Line ends and control characters; ``;`` begins a comment, ``=>`` is ``=``; edges are cut."""


class UnsafeValue(ValueError):
    """A value that would change the meaning of a configuration file."""


def clean(value: object, what: str) -> str:
    """Give a value as it may stand behind ``=``; ``what`` names it in the fault.

    Raises:
        UnsafeValue: it holds a line end, another control character or a comment sign. The message
            does not quote it: it may be a password.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if _UNSAFE.search(text):
        raise UnsafeValue(
            f"{what}: holds a line end, a semicolon or a space at its edge,"
            " which Asterisk's configuration cannot hold; choose another"
        )
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
    return str(path)


def section(name: str, pairs: Iterable[Pair]) -> str:
    """Write ``[name]`` with one ``key=value`` a line. Raises ``UnsafeValue``."""
    head = f"[{clean(name, 'a section')}]"
    lines = (f"{key}={clean(value, f'{name}: {key}')}" for key, value in pairs)
    return "\n".join([head, *lines]) + "\n"


def conf(why: str, *sections: str) -> str:
    """Join sections to a file that says who made it."""
    head = f"; Generated at each start, do not edit: see docs/asterisk.md. {why}\n"
    return "\n".join([head, *sections])
