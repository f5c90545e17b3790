"""Metrics of tickets: whether one contact was enough, whether promises and closures were true."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from queue_manager.metrics.formulas import ratio


@dataclass(frozen=True, slots=True)
class Contact:
    """A call about a matter. ``caller`` names a telephone without telling its number."""

    call: str
    caller: str
    category: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket, by the call that opened it."""

    call: str
    caller: str
    category: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """A ticket with a limit, as far as it has come."""

    opened_at: datetime
    """Of a reopened ticket the first opening: it keeps its first clock."""
    limit: timedelta
    confirmed_at: datetime | None = None
    waited_on_citizen: timedelta = timedelta()
    """The only state that stops the clock."""


@dataclass(frozen=True, slots=True)
class Promises:
    """How many promises were kept and broken, of those of which it is known by now."""

    kept: int = 0
    broken: int = 0

    @property
    def due(self) -> int:
        """Of how many it is known."""
        return self.kept + self.broken


def first_contact(
    tickets: Iterable[TicketOpened], contacts: Iterable[Contact], window: timedelta
) -> float | None:
    """Return FCR: tickets with no repeat call of the same caller and category / tickets.

    A repeat is another call within ``window`` after the ticket was opened.
    """
    calls: dict[tuple[str, str], list[Contact]] = defaultdict(list)
    for contact in contacts:
        calls[contact.caller, contact.category].append(contact)
    opened = list(tickets)
    once = sum(
        not any(
            contact.call != ticket.call and ticket.at < contact.at <= ticket.at + window
            for contact in calls[ticket.caller, ticket.category]
        )
        for ticket in opened
    )
    return ratio(once, len(opened))


def kept(promise: Promise, now: datetime) -> bool | None:
    """Tell whether confirmed_at - opened_at - waited on the citizen ≤ limit.

    ``None`` of one that is not confirmed and still has time.
    """
    ended = now if promise.confirmed_at is None else promise.confirmed_at
    in_time = ended - promise.opened_at - promise.waited_on_citizen <= promise.limit
    return in_time if promise.confirmed_at is not None or not in_time else None


def counted(promises: Iterable[Promise], now: datetime) -> Promises:
    """Count promises by whether they were kept."""
    answers = Counter(kept(promise, now) for promise in promises)
    return Promises(answers[True], answers[False])


def promises_kept(promises: Promises) -> float | None:
    """Return the ticket SLA: promises kept / promises that were kept or broken by now."""
    return ratio(promises.kept, promises.due)


def false_closure(not_done: int, answered: int) -> float | None:
    """Return "not done" answers / confirmation calls answered: the honesty metric."""
    return ratio(not_done, answered)


def confirmed_at_first_try(confirmed: int, asked: int) -> float | None:
    """Return the truer FCR: tickets whose caller said "done" when first asked / tickets asked."""
    return ratio(confirmed, asked)
