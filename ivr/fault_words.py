"""What pydantic finds in a file, as a sentence for who edits the file.

What a check of ours says (``ValueError``) stays as it is. ``shaped`` makes a text whose shape has
a sentence of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import AfterValidator
from pydantic_core import ErrorDetails

LONGEST_QUOTE: Final = 60
PLAIN: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "extra_forbidden": "is not a setting here; check the spelling",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be a table"),
    **dict.fromkeys(("tuple_type", "list_type"), "must be a list: [one, another]"),
}
KINDS: Final = (
    ("bool", "is neither true nor false"),
    ("int", "is no whole number"),
    ("float", "is no number"),
    ("string_type", "is no text; write it in quotes"),
)
"""How a type of pydantic's errors begins, and what is said of the value."""
BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "greater_than": ("gt", "must be more than {}"),
    "less_than": ("lt", "must be less than {}"),
    "string_too_short": ("min_length", "must have at least {} letters"),
    "string_too_long": ("max_length", "must have at most {} letters"),
    "too_short": ("min_length", "must have at least {} parts"),
    "too_long": ("max_length", "must have at most {} parts"),
}
"""The name of the bound among pydantic's, and what is said with it."""


def shaped(pattern: str, what: str) -> AfterValidator:
    """Give what takes a text of this shape only; ``what`` is said of any other."""

    def fit(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{_quoted(text)} is no {what}")
        return text

    return AfterValidator(fit)


def in_words(found: ErrorDetails) -> str:
    """Say what is wrong, and what would be right."""
    kind, given = found["type"], found.get("input")
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if kind == "value_error":
        return found["msg"].removeprefix("Value error, ")
    if kind in PLAIN:
        return PLAIN[kind]
    if kind in BOUNDS:
        name, said = BOUNDS[kind]
        bound = found.get("ctx", {}).get(name)
        return "must not be empty" if name == "min_length" and bound == 1 else said.format(bound)
    if kind == "literal_error":
        return _choice(str(found.get("ctx", {}).get("expected", "")), given)
    if kind == "string_type" and number:
        return f'write it in quotes: "{given}"'
    for beginning, said in KINDS:
        if kind.startswith(beginning):
            return f"{_quoted(given)} {said}"
    return found["msg"]


def _choice(expected: str, given: object) -> str:
    names = [name.strip("' ") for name in expected.replace(" or ", ", ").split(",")]
    if len(names) == 1:
        return f"must be {names[0]}"
    return f"{_quoted(given)} is none of {', '.join(names)}"


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def place_in(data: object, found: ErrorDetails) -> tuple[str | int, ...]:
    """Return where it stands in the file: pydantic names alternatives and validators too."""
    here: Any = data
    place: list[str | int] = []
    for step in found["loc"]:
        inside = (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        )
        if inside:
            here = here[step]
            place.append(step)
    if found["type"] == "missing":
        place.append(found["loc"][-1])
    return tuple(place)
