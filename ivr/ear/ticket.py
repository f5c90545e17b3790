"""The ticket number that a caller heard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ivr.ear.listen import Heard
from ivr.hindi.grouped import TICKET

GROUP_GAP_S: Final = 0.32
"""Silence longer than this lies between two groups of digits, a shorter one within a group."""
NUMBER_GAP_S: Final = 1.2
"""Silence longer than this ends a number."""

_DIGIT: Final = re.compile(r"n_([0-9])")


def ticket_numbers_heard(heard: Sequence[Heard]) -> Iterator[str]:
    """Find every ticket number in what was heard: ten digits in groups of three, three and four."""
    groups: list[str] = []
    last_end = float("-inf")
    for item in [*heard, None]:
        digit = _DIGIT.fullmatch(item.prompt) if item else None
        gap = item.start_s - last_end if item else float("inf")
        if groups and (digit is None or gap > NUMBER_GAP_S):
            if tuple(map(len, groups)) == TICKET:
                yield "".join(groups)
            groups = []
        if item is None or digit is None:
            continue
        if groups and gap <= GROUP_GAP_S:
            groups[-1] += digit[1]
        else:
            groups.append(digit[1])
        last_end = item.end_s


def ticket_number_heard(heard: Sequence[Heard]) -> str | None:
    """Return the ticket number that was heard last, ``None`` if none was heard whole."""
    numbers = list(ticket_numbers_heard(heard))
    return numbers[-1] if numbers else None
