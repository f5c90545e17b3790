"""Which visit a channel is on: what has to be remembered to write the journal.

A visit is one stay of one caller in one queue. Its name is the channel and the time it joined, and
stays the same whatever a later snapshot says of that time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from queue_manager.events import Caller

VISIT_LENGTH: Final = 96
"""Letters of a name at most."""
SAME_S: Final = 0.25
"""What is told again within this time is a duplicate, or came out of order."""
SETTLED_S: Final = 2.0
"""A visit younger than this may have begun after the lists of a snapshot were made, and a snapshot
knows in whole seconds only how long one waits."""
REMEMBERED: Final = 4096
"""How many visits that are over are kept for what is told of them late."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def visit_name(channel: str, joined_at: datetime) -> str:
    """Return the name of a visit: ``1732230000.17@1732230003412``, the time in milliseconds."""
    tail = f"@{microseconds(joined_at) // 1000}"
    return channel[: VISIT_LENGTH - len(tail)] + tail


def microseconds(moment: datetime) -> int:
    """Return a moment as a number, for the names of what happened then."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def joined_at(visit: str) -> datetime:
    """Return when a visit of this name began. Raises ``ValueError`` where it is no such name."""
    return _EPOCH + timedelta(milliseconds=int(visit.rpartition("@")[2]))


def channel_of(visit: str) -> str:
    """Return the channel that a visit is named by."""
    return visit.rpartition("@")[0]


@dataclass(slots=True)
class Visit:
    """One stay as the journal knows it so far; times on the steady clock."""

    name: str
    queue: str
    caller: Caller
    joined: float
    told: bool = False
    """``JOINED`` is in the journal."""
    left: float | None = None
    answered: float | None = None
    ended: bool = False
    """The talk is over."""
    gone: bool = False
    """Was found to be there no more; what is told of it later is believed all the same."""
    operator: str = ""
    rings: dict[str, float] = field(default_factory=dict)
    """Operators whose telephones ring for it, since when."""
    rung_last: dict[str, float] = field(default_factory=dict)
    """When the ring of an operator ended last."""

    @property
    def waits(self) -> bool:
        """Nothing is known but that it waits."""
        untold_end = self.left is None and self.answered is None and not self.ended
        return self.told and untold_end and not self.gone

    @property
    def talks(self) -> bool:
        """Answered, and the talk not over."""
        return self.answered is not None and not self.ended

    def began(self, at: float) -> bool:
        """Tell whether this is the visit that a caller, told to have joined ``at``, is on.

        One found by a snapshot knows its beginning in whole seconds only; one whose end was told
        before its beginning has begun when it ended.
        """
        if self.waits:
            return abs(at - self.joined) <= SETTLED_S
        ended = self.joined if self.left is None else self.left
        return abs(at - self.joined) <= SAME_S or abs(at - ended) <= SAME_S

    def came_back(self, joined: float) -> bool:
        """Tell whether who waits since ``joined`` had left before: another visit."""
        return self.left is not None and joined > self.left + SETTLED_S

    def just_rang(self, operator: str, at: float) -> bool:
        """Tell whether the ring of an operator ended a moment before ``at``."""
        return at - self.rung_last.get(operator, float("-inf")) <= SAME_S


class Visits:
    """The visits that go on, and the last of those that are over."""

    def __init__(self) -> None:
        self._going: dict[tuple[str, str], Visit] = {}
        self._over: OrderedDict[tuple[str, str], Visit] = OrderedDict()

    def find(self, queue: str, channel: str) -> Visit | None:
        """Return the last visit of a channel to a queue, as long as it is remembered."""
        key = (queue, channel)
        return self._going.get(key) or self._over.get(key)

    def add(self, visit: Visit) -> Visit:
        """Begin a visit in the place of the channel's last one to that queue."""
        key = (visit.queue, visit.caller.channel)
        self._over.pop(key, None)
        self._going[key] = visit
        return visit

    def over(self, visit: Visit) -> None:
        """Keep a visit only for late news from here on."""
        key = (visit.queue, visit.caller.channel)
        if self._going.get(key) is visit:
            del self._going[key]
            self._over[key] = visit
            while len(self._over) > REMEMBERED:
                self._over.popitem(last=False)

    def going(self) -> Iterator[Visit]:
        """Every visit that is not over."""
        return iter(tuple(self._going.values()))
