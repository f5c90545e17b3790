"""What the staff's conversations need of the others; concrete classes satisfy these as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from queue_manager.duty.door import Admitted, NotAdmitted, TooManyTrials
from queue_manager.metrics.tally import Tally
from queue_manager.room.orders import Order, Result
from queue_manager.room.wire import Whole
from queue_manager.staffing.outlook import Outlook


@dataclass(frozen=True, slots=True)
class LastCall:
    """The call an operator answered last."""

    visit: str
    call_id: str
    ticket: str
    queue: str
    at: datetime


class Door(Protocol):
    """``queue_manager.duty.door.Door``; blocks."""

    def admit(
        self, telephone: str, extension: str, pin: str
    ) -> Admitted | NotAdmitted | TooManyTrials:
        """Try a PIN. Raises ``StoreUnavailable``."""
        ...


class Crew(Protocol):
    """The roster, as far as it is asked on the telephone; blocks, raises ``StoreUnavailable``."""

    def supervisors(self) -> Mapping[str, bool]:
        """Return everybody on the roster, and whether each is a supervisor."""
        ...


class LiveRoom(Protocol):
    """The room process."""

    async def picture(self) -> Whole:
        """Return the whole picture. Raises ``ivr.room.RoomUnavailable``."""
        ...

    async def do(self, order: Order) -> Result:
        """Do a deed, and wait until it was seen."""
        ...

    async def close(self) -> None:
        """Close the line."""
        ...


class Deeds(Protocol):
    """The audit log; blocks, raises ``StoreUnavailable``."""

    def audit(self, who: str, what: str, whom: str, queue: str, outcome: str) -> int:
        """Put on record what somebody does by telephone; return the number of the line."""
        ...

    def ended(self, number: int, who: str, what: str, outcome: str) -> None:
        """Put on record what became of it."""
        ...


class Records(Deeds, Protocol):
    """What is kept of the staff's deeds; blocks, raises ``StoreUnavailable``."""

    def last_call(self, operator: str) -> LastCall | None:
        """Find the call an operator answered last, a short while ago at most."""
        ...

    def note(self, call: LastCall, operator: str, kind: str, code: str) -> None:
        """Write a disposition or a mark of a call into the journal and onto its ticket."""
        ...

    def break_told(self, who: str, reason: str, queue: str, said: str) -> int:
        """Put on record that somebody heard what their break would cost; return its number."""
        ...

    def break_chosen(self, number: int, who: str, *, went: bool) -> None:
        """Put on record whether they went all the same."""
        ...


IfAway = Callable[[Whole, str], Mapping[str, Outlook]]
"""What the queues of an operator come to without them; nothing where nothing can be foretold.

Computes for some milliseconds."""
Today = Callable[[], Tally]
"""Counts today's visits of all queues; blocks, raises ``StoreUnavailable``."""
