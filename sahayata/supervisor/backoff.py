"""How long to wait before a program that ended is started again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FIRST_S: Final = 0.5
LONGEST_S: Final = 30.0
STEADY_S: Final = 60.0
"""A program that ran this long was well: its next failure counts as the first."""


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures in a row."""

    count: int = 0

    def after(self, lived_s: float) -> Failures:
        """Count a failure of a program that had run for ``lived_s``."""
        return Failures(1 if lived_s >= STEADY_S else self.count + 1)

    @property
    def delay_s(self) -> float:
        """0.5 s after the first, doubling, never more than 30 s."""
        if not self.count:
            return 0.0
        return float(min(LONGEST_S, FIRST_S * 2 ** min(self.count - 1, 16)))
