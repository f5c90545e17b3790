"""Marks: events that bear the moment they were sent, by which whoever sees one knows how late.

A mark is the reason of a pause: ``m1234567890_17``, microseconds of the steady clock, which is one
for all processes of a machine, and a number that counts up. A mark that is put in another's place
before anybody sees it is missing, and counts as never seen: what is slow loses no late mark.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

_MARK: Final = re.compile(r"m(\d{1,18})_(\d{1,9})")


def mark(sent_ns: int, number: int) -> str:
    """Write a mark; ``sent_ns`` is of the steady clock."""
    return f"m{sent_ns // 1000}_{number}"


class Marks:
    """The marks that somebody saw, each the first time."""

    def __init__(self, seen: Mapping[str, float] | None = None) -> None:
        self._late: dict[int, float] = {}
        self._before = -1
        """The last one that does not count."""
        for text, at in (seen or {}).items():
            self.take(text, at)

    def take(self, text: str, at: float) -> None:
        """Take the reason of a pause as seen at a moment of the steady clock, in seconds."""
        found = _MARK.fullmatch(text)
        if found is not None and int(found[2]) > self._before:
            self._late.setdefault(int(found[2]), at - int(found[1]) / 1e6)

    def clear(self) -> None:
        """Forget them: what comes after the last of them counts."""
        self._before = max(self._late, default=self._before)
        self._late.clear()

    def __len__(self) -> int:
        return len(self._late)

    @property
    def missing(self) -> int:
        """How many between the first and the last that was seen were not."""
        return max(self._late) - min(self._late) + 1 - len(self._late) if self._late else 0

    def late_ms(self, share: float) -> float:
        """Return within how many milliseconds so large a share of all marks was seen.

        Infinite where more than the rest is missing, or nothing was seen.
        """
        late = [*sorted(self._late.values()), *[math.inf] * self.missing]
        return late[math.ceil(len(late) * share) - 1] * 1e3 if late else math.inf
