"""Letters and signs by name, as in the names of blocks, sectors and house numbers."""

from __future__ import annotations

import re
from typing import Final

from ivr.hindi.numbers import digits, number
from ivr.phrase import Phrase, joined

_NAMES: Final = (
    *("ए", "बी", "सी", "डी", "ई", "एफ़", "जी", "एच", "आई", "जे", "के", "एल", "एम"),
    *("एन", "ओ", "पी", "क्यू", "आर", "एस", "टी", "यू", "वी", "डब्ल्यू", "एक्स", "वाई", "ज़ेड"),
)
_SIGNS: Final = {
    "+": ("plus", "प्लस"),
    "-": ("dash", "डैश"),
    ".": ("dot", "डॉट"),
    "/": ("slash", "बटा"),
    "@": ("at", "ऐट"),
    "*": ("star", "स्टार"),
    "#": ("hash", "हैश"),
    "=": ("equals", "बराबर"),
    "_": ("underscore", "अंडरस्कोर"),
    ",": ("comma", "कॉमा"),
    ":": ("colon", "कोलन"),
    "%": ("percent", "प्रतिशत का निशान"),
    "&": ("and", "ऐंड"),
    "$": ("dollar", "डॉलर"),
    "?": ("question", "सवाल का निशान"),
    "!": ("exclamation", "हैरानी का निशान"),
}
LETTERS: Final = {
    letter: Phrase((f"l_{letter}",), name)
    for letter, name in zip("abcdefghijklmnopqrstuvwxyz", _NAMES, strict=True)
}
"""The letters of the Latin alphabet as they are called in Hindi."""
BLOCKS: Final = {
    letter: Phrase((f"l_{latin}",), letter)
    for letter, latin in zip("कखगघच", ("ka", "kha", "ga", "gha", "cha"), strict=True)
}
"""Letters that stand for a block: ब्लॉक क."""
SIGNS: Final = {sign: Phrase((f"l_{name}",), word) for sign, (name, word) in _SIGNS.items()}
PLUS: Final = SIGNS["+"]
SPACE: Final = Phrase(("l_space",), "ख़ाली जगह")
MINUS: Final = Phrase(("l_minus",), "माइनस")

LARGEST_HOUSE: Final = 999
"""Numbers up to it are said as numbers within a name, longer ones digit by digit."""
_PARTS: Final = re.compile(r"[0-9]+|.")


def spelled(name: str) -> Phrase:
    """Say a short name of letters, digits and signs: ``B-12`` is बी बारह, ``क-7`` is क सात.

    A hyphen between a letter and a number is not said. What has no name here is a ``ValueError``.
    """
    parts = _PARTS.findall(re.sub(r"(?<=\D)-(?=\d)|\s+", "", name))
    if not parts:
        raise ValueError("an empty name cannot be said")
    return joined(_part(part) for part in parts)


def _part(part: str) -> Phrase:
    if part.isascii() and part.isdigit():
        short = part[0] != "0" and int(part) <= LARGEST_HOUSE
        return number(int(part)) if short else digits(part)
    said = LETTERS.get(part.lower()) or BLOCKS.get(part) or SIGNS.get(part)
    if said is None:
        raise ValueError(f"{part!r} has no name in Hindi")
    return said
