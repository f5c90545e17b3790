"""A ticket number as it is spoken: digit by digit, in groups of three, three and four."""

from __future__ import annotations

from typing import Final

from ivr.hindi.numbers import digits
from ivr.phrase import Phrase

GROUPS: Final = (3, 3, 4)
"""How many digits are said between two pauses: as mobile numbers are read out here."""
PAUSE: Final = "pause_short"
"""The recording of silence between two groups."""


def ticket_number(number: str) -> Phrase:
    """Say the ten digits of a ticket number 3-3-4, a pause between groups.

    Anything but ten digits is a ``ValueError``. In the text a pause is a comma.
    """
    if len(number) != sum(GROUPS):
        raise ValueError(f"a ticket number has {sum(GROUPS)} digits, not {len(number)}")
    groups: list[Phrase] = []
    for size in GROUPS:
        groups.append(digits(number[:size]))
        number = number[size:]
    prompts: list[str] = []
    for group in groups:
        prompts += [PAUSE, *group.prompts] if prompts else group.prompts
    return Phrase(tuple(prompts), ", ".join(group.text for group in groups))
