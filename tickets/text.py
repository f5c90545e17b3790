"""Text from outside, made fit to be stored. Standard library only."""

from __future__ import annotations


def fit(text: str, longest: int) -> str:
    """Return the printable letters of a text, at most ``longest``.

    Databases refuse NUL and half letters (surrogates); nobody should lose a ticket for them.
    """
    cut = text[:longest]
    return cut if cut.isprintable() else "".join(letter for letter in cut if letter.isprintable())
