"""What a ticket is: its states, its category, who did what to it and from where.

Pure and standard library only. The history of a ticket is append-only; ``tickets.life`` derives
the state from it, and the row in the store is a cache of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    OPEN = "open"
    WITH_OFFICER = "with_officer"
    REPORTED_SOLVED = "reported_solved"
    CROSS_CHECK = "cross_check"
    CONFIRMING = "confirming"
    CLOSED = "closed"
    UNCONFIRMED = "unconfirmed"
    """Nobody answered our calls: not satisfied, not refused; counted apart, may be reopened."""
    WAITING_ON_CITIZEN = "waiting_on_citizen"
    """The only state that stops the clock."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done unless the citizen speaks up."""
        return self in (TicketState.CLOSED, TicketState.UNCONFIRMED)


class Channel(StrEnum):
    """From where something came into the history."""

    PHONE = "phone"
    FALLBACK = "fallback"
    """The dialplan alone, while our processes were down."""
    CONSOLE = "console"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the caller did; ``did`` never holds a telephone number."""

    node: str
    did: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Category:
    """What a ticket is about. Data of the district, not of the program."""

    id: str
    queue: str
    limits_minutes: tuple[int | None, ...] = (None,)
    """The promise for each level, L-1 first; ``None`` promises nothing."""
    confidential: bool = False
    """Nobody but the caller's own telephone learns that such a ticket exists."""
    ticket: bool = True
    """False for a matter that ends in the call."""

    def limit_minutes(self, level: int = 1) -> int | None:
        """Return the promise at a level (1 is L-1); the last level given stands for those above."""
        return self.limits_minutes[min(level, len(self.limits_minutes)) - 1]

    def promised_by(self, opened_at: datetime, level: int = 1) -> datetime | None:
        """Return when the promise falls due, ``None`` without one."""
        minutes = self.limit_minutes(level)
        return None if minutes is None else opened_at + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its row says."""

    number: str
    numbers: tuple[str, ...]
    """Every number it was ever given, ``number`` first."""
    call_id: str
    category: str
    state: TicketState
    level: int
    queue: str
    opened_at: datetime
    promised_by: datetime | None
    limit_minutes: int | None
    confidential: bool
