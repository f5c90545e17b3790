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


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial, and how it stood with its key before: so that it can be taken back."""

    key: Key
    until: float
    last: float


@dataclass(slots=True)
class _Failures:
    count: int
    until: float
    last: float
    latest: Trial | None = None


class Throttle:
    """Counts failures by key, for an hour after the last."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[Key, _Failures] = OrderedDict()

    def wait_s(self, key: Key, at: float) -> float:
        """Tell how long this one still has to wait; 0 when not at all."""
        found = self._by_key.get(key)
        return max(0.0, found.until - at) if found and at - found.last < FORGET_S else 0.0

    def tried(self, key: Key, at: float, free: int = FREE) -> Trial:
        """Note a trial before it is looked at: many at once must not all be free."""
        found = self._by_key.pop(key, None)
        if found is None or at - found.last >= FORGET_S:
            found = _Failures(0, 0.0, at)
        trial = found.latest = Trial(key, found.until, found.last)
        found.count += 1
        found.last = at
        if found.count > free:
            # Bounded before the power: a count grows without end.
            doubled = FIRST_S * 2 ** min(found.count - free - 1, 16)
            found.until = at + min(doubled, LONGEST_S)
        self._by_key[key] = found
        if len(self._by_key) > MOST_KEYS:
            self._by_key.popitem(last=False)
        return trial

    def forgive(self, key: Key) -> None:
        """Forget the failures: the password was right."""
        self._by_key.pop(key, None)

    def take_back(self, trial: Trial) -> None:
        """Take back a trial that was no failure of its key: whoever it made wait waits no more."""
        found = self._by_key.get(trial.key)
        if found is None:
            return
        found.count = max(0, found.count - 1)
        if found.latest is trial:  # nobody tried since: a later trial counts on its own
            found.until, found.last, found.latest = trial.until, trial.last, None
