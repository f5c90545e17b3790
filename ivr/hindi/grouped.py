"""Numbers that are read digit by digit, in groups with a pause between: as people dictate them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ivr.hindi.letters import PLUS
from ivr.hindi.numbers import digits
from ivr.phrase import Phrase

PAUSE: Final = "pause_short"
"""The recording of silence between two groups."""
TICKET: Final = (3, 3, 4)
PIN_CODE: Final = (3, 3)
MOBILE: Final = (5, 5)
"""As mobile numbers are written here; and never taken for a ticket number by ear."""
AT_ONCE: Final = 5
"""So many digits are said without a pause: 112, 1950."""
LONGEST_TELEPHONE: Final = 15
"""Digits of an international number (ITU-T E.164)."""

_COUNTRY: Final = "+91"


def ticket_number(number: str) -> Phrase:
    """Say the ten digits of a ticket number 3-3-4, a pause between groups.

    Anything but ten digits is a ``ValueError``. In the text a pause is a comma.
    """
    return _grouped(number, TICKET, "a ticket number")


def pin_code(code: str) -> Phrase:
    """Say the six digits of a PIN code 3-3; anything else is a ``ValueError``."""
    return _grouped(code, PIN_CODE, "a PIN code")


def telephone(number: str) -> Phrase:
    """Say a telephone number: a mobile one 5-5, short codes in one go, others by three and four.

    Spaces and hyphens are dropped, and so is what only says India before a mobile number (``+91``,
    ``0``). Another country begins with प्लस. What is no telephone number is a ``ValueError``.
    """
    plain = number.replace(" ", "").replace("-", "")
    local = plain.removeprefix(_COUNTRY) if plain.startswith(_COUNTRY) else plain.removeprefix("0")
    if len(local) == sum(MOBILE) and local[0] in "6789":
        return _grouped(local, MOBILE, "a mobile number")
    dialled = plain.removeprefix("+")
    if not 2 <= len(dialled) <= LONGEST_TELEPHONE:
        raise ValueError(f"a telephone number has 2 to {LONGEST_TELEPHONE} digits")
    said = _grouped(dialled, even_groups(len(dialled)), "a telephone number")
    return PLUS + said if plain != dialled else said


def _grouped(number: str, sizes: Iterable[int], what: str) -> Phrase:
    sizes = tuple(sizes)
    if len(number) != sum(sizes):
        raise ValueError(f"{what} has {sum(sizes)} digits, not {len(number)}")
    groups: list[Phrase] = []
    for size in sizes:
        groups.append(digits(number[:size]))
        number = number[size:]
    prompts: list[str] = []
    for group in groups:
        prompts += [PAUSE, *group.prompts] if prompts else group.prompts
    return Phrase(tuple(prompts), ", ".join(group.text for group in groups))


def even_groups(length: int) -> tuple[int, ...]:
    """Divide a length into groups of three and four, the longer ones last; a short one is whole."""
    if length <= AT_ONCE:
        return (length,)
    groups = -(-length // 4)
    size, longer = divmod(length, groups)
    return (size,) * (groups - longer) + (size + 1,) * longer
