"""What a figure came to: rows of a table, each with its goal and whether it is met."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure is measured against."""

    value: float
    at_least: bool = False
    """More is better; otherwise less is."""

    def met(self, found: float) -> bool:
        """Whether a figure is within it."""
        return found >= self.value if self.at_least else found <= self.value

    def __str__(self) -> str:
        """Write it as it stands in the table."""
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure over some rounds."""

    name: str
    unit: str
    rounds: Sequence[float]
    must: Limit | None = None
    goal: Limit | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The figure."""
        return statistics.median(self.rounds)

    @property
    def verdict(self) -> str:
        """``goal met``, ``met``, ``NOT MET``, or "" when nothing is asked."""
        if self.goal is not None and self.goal.met(self.median):
            return "goal met"
        if self.must is not None:
            return "met" if self.must.met(self.median) else "NOT MET"
        return ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a bench found, and by which command."""

    rows: Sequence[Row]
    command: str
    load: str
    """The load of the machine before and after, and how long it took."""


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Divide round by round: what the machine did in a round it did to both.

    Infinite where the second was too small to be measured.
    """
    return [a / b if b > 0 else math.inf for a, b in zip(above, below, strict=True)]
