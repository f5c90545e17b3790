"""Numbers this process has leased and not yet given, and what it remembers of each call.

A call is promised one number and keeps it: whether its ticket is committed late, or taken in from
the spool, or both, it is the same number and so the same ticket.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tickets.calls import Issued

_MOST_CALLS: Final = 20_000


@dataclass(slots=True)
class Remembered:
    """What this process did for a call."""

    number: str = ""
    """The number promised to it; "" if none was needed yet or none could be had."""
    asked_at: datetime | None = None
    """When it first asked for a ticket: then the promise began, whenever it is committed."""
    issued: Issued | None = None
    """Its ticket, once that was on disk here or there."""
    status_told: bool = False


class Reserve:
    """Leased numbers in memory. Not for several threads."""

    def __init__(self, low: int) -> None:
        self._low = low
        self._free: deque[str] = deque()
        self._calls: OrderedDict[str, Remembered] = OrderedDict()

    @property
    def is_low(self) -> bool:
        """Whether it is time to lease another block."""
        return len(self._free) < self._low

    def add(self, numbers: Iterable[str]) -> None:
        """Put freshly leased numbers behind the others."""
        self._free.extend(numbers)

    def call(self, call_id: str) -> Remembered:
        """Return what is remembered of a call. The calls of longest ago are forgotten."""
        remembered = self._calls.setdefault(call_id, Remembered())
        self._calls.move_to_end(call_id)
        while len(self._calls) > _MOST_CALLS:
            self._calls.popitem(last=False)
        return remembered

    def promise(self, call_id: str) -> str:
        """Promise the next number to a call, or the one it was promised before; "" without any."""
        remembered = self.call(call_id)
        if not remembered.number and self._free:
            remembered.number = self._free.popleft()
        return remembered.number
