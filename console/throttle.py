"""How long somebody who failed to log in has to wait: longer with each failure, by a key.

A key is who fails *where*: an address and a name, or a browser known before. So nobody can lock
anybody else out. Nothing here does input or output; ``at`` is a steady clock.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

Key = tuple[str, ...]
FREE: Final = 3
"""Failures before one has to wait."""
FREE_OF_ADDRESS: Final = 20
"""The same for all names tried from one address."""
FIRST_S: Final = 2.0
LONGEST_S: Final = 900.0
FORGET_S: Final = 3600.0
MOST_KEYS: Final = 20_000


@dataclass(slots=True)
class _Failures:
    count: int
    until: float
    last: float


class Throttle:
    """Counts failures by key, for an hour after the last."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[Key, _Failures] = OrderedDict()

    def wait_s(self, key: Key, at: float) -> float:
        """Tell how long this one still has to wait; 0 when not at all."""
        found = self._by_key.get(key)
        return max(0.0, found.until - at) if found and at - found.last < FORGET_S else 0.0

    def tried(self, key: Key, at: float, free: int = FREE) -> None:
        """Note a trial before it is looked at: many at once must not all be free."""
        found = self._by_key.pop(key, None)
        if found is None or at - found.last >= FORGET_S:
            found = _Failures(0, 0.0, at)
        found.count += 1
        found.last = at
        if found.count > free:
            # Bounded before the power: a count grows without end.
            doubled = FIRST_S * 2 ** min(found.count - free - 1, 16)
            found.until = at + min(doubled, LONGEST_S)
        self._by_key[key] = found
        if len(self._by_key) > MOST_KEYS:
            self._by_key.popitem(last=False)

    def forgive(self, key: Key) -> None:
        """Forget the failures: the password was right."""
        self._by_key.pop(key, None)

    def take_back(self, key: Key) -> None:
        """Take back a trial that was no failure of this key."""
        if found := self._by_key.get(key):
            found.count -= 1
