"""Ticket numbers: ten digits, not guessable by adding one, with a check digit.

The first nine digits are a keyed permutation of a sequence over 100000000-999999999 (so the first
is never 0), the tenth is Verhoeff's check digit: it catches every single wrong digit and every
swap of neighbours. Standard library only: the fall-back script checks numbers with it.
"""

from __future__ import annotations

import hashlib
from typing import Final

NUMBER_LENGTH: Final = 10
CAPACITY: Final = 900_000_000
"""How many numbers one key gives."""

_LOWEST: Final = 100_000_000
_HALF_BITS: Final = 15
_HALF_MASK: Final = (1 << _HALF_BITS) - 1
_ROUNDS: Final = 10

# Verhoeff, "Error Detecting Decimal Codes" (1969): multiplication in the dihedral group D5, its
# inverse, and the permutation of order 8.
_MULTIPLY: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_INVERSE: Final = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)
_PERMUTE: Final = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def _checksum(digits: str, first_place: int) -> int:
    """Verhoeff's sum over ``digits`` read from the right, the last one at ``first_place``."""
    total = 0
    for place, digit in enumerate(reversed(digits), start=first_place):
        total = _MULTIPLY[total][_PERMUTE[place % 8][int(digit)]]
    return total


def check_digit(digits: str) -> str:
    """Return the digit that, put behind ``digits``, makes them well formed."""
    return str(_INVERSE[_checksum(digits, first_place=1)])


def is_well_formed(number: str) -> bool:
    """Tell whether ``number`` could be a ticket number: length, first digit and check digit.

    Any string may be asked about; digits of other scripts are not digits here.
    """
    return (
        len(number) == NUMBER_LENGTH
        and number.isascii()
        and number.isdigit()
        and number[0] != "0"
        and _checksum(number, first_place=0) == 0
    )


def number_at(key: bytes, sequence: int) -> str:
    """Return the ticket number at a place of the sequence.

    One key (at most 64 bytes) maps 0 to ``CAPACITY - 1`` one to one onto the numbers: a Feistel
    network of ten rounds of keyed BLAKE2b (RFC 7693) over 30 bits, walked on until the value is
    below ``CAPACITY`` (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). Raises
    ``ValueError`` outside.
    """
    if not 0 <= sequence < CAPACITY:
        raise ValueError(f"the sequence of ticket numbers ends at {CAPACITY - 1}, asked {sequence}")
    value = _permuted(key, sequence)
    while value >= CAPACITY:
        value = _permuted(key, value)
    digits = str(_LOWEST + value)
    return digits + check_digit(digits)


def _permuted(key: bytes, value: int) -> int:
    """One pass of the Feistel network: a permutation of the numbers of 30 bits."""
    left, right = value >> _HALF_BITS, value & _HALF_MASK
    for turn in range(_ROUNDS):
        block = bytes((turn, right >> 8, right & 0xFF))
        mixed = hashlib.blake2b(block, key=key, digest_size=2).digest()
        left, right = right, left ^ ((mixed[0] << 8 | mixed[1]) & _HALF_MASK)
    return left << _HALF_BITS | right
