"""What the histories of tickets say of promises and closures, for ``queue_manager.metrics``.

A ticket is confirmed when the citizen says "done" and nothing after it says otherwise; who answered
for it is the officer who had it last before the citizen was asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import Engine, func, select

from database.engine import reading
from queue_manager.metrics.contacts import (
    Promise,
    Promises,
    confirmed_at_first_try,
    counted,
    false_closure,
    promises_kept,
)
from queue_manager.metrics.sheet import Figure, Unit
from tickets.events import Event, from_json
from tickets.promise_events import (
    ConfirmationAnswer,
    Confirmed,
    HandedOver,
    Reopened,
    WaitingBegun,
    WaitingEnded,
)
from tickets.store.schema import ticket_events, tickets

_CONFIRMED: Final = "confirmed"
_CLOCK: Final = (_CONFIRMED, "reopened", "waiting_begun", "waiting_ended")
_ASKED: Final = (_CONFIRMED, "handed_over")
_TOLD: Final = (
    ticket_events.c.ticket,
    ticket_events.c.at,
    ticket_events.c.kind,
    ticket_events.c.body,
)
_TOGETHER: Final = 500

Moments = Sequence[tuple[datetime, Event]]
"""Events of one ticket with their times, in order."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A confirmation call that the citizen answered."""

    answer: ConfirmationAnswer
    first: bool
    """It was the first of its ticket."""
    officer: str
    """"" where no officer had the matter."""


def promise_of(opened_at: datetime, limit: timedelta, events: Moments, now: datetime) -> Promise:
    """Return how far a ticket has come; a wait on the citizen that goes on counts until now."""
    confirmed_at: datetime | None = None
    waits_since: datetime | None = None
    waited = timedelta()
    for at, event in events:
        match event:
            case Confirmed(answer=ConfirmationAnswer.DONE):
                confirmed_at = at
            case Confirmed() | Reopened():
                confirmed_at = None
            case WaitingBegun() if waits_since is None:
                waits_since = at
            case WaitingEnded() if waits_since is not None:
                waited, waits_since = waited + (at - waits_since), None
    if waits_since is not None:
        waited += max((confirmed_at or now) - waits_since, timedelta())
    return Promise(opened_at, limit, confirmed_at, waited)


def answered(events: Moments, since: datetime, until: datetime) -> Iterable[Answered]:
    """Give the answers of one ticket that fell into an interval."""
    officer, first = "", True
    for at, event in events:
        match event:
            case HandedOver(officer=officer):
                pass
            case Confirmed(answer=answer):
                if since <= at < until:
                    yield Answered(answer, first, officer)
                first = False


def of_promises(promises: Promises) -> tuple[Figure, ...]:
    """Return the figures of promises made to callers."""
    return (
        Figure("promises_due", promises.due, Unit.TICKETS, "confirmed, or the limit is over"),
        Figure(
            "promises_kept",
            promises_kept(promises),
            Unit.SHARE,
            "confirmed - opened - waiting on citizen ≤ limit / promises due",
        ),
    )


def of_closures(answers: Sequence[Answered]) -> tuple[Figure, ...]:
    """Return the figures of what citizens said when we asked them."""
    not_done = sum(one.answer is ConfirmationAnswer.NOT_DONE for one in answers)
    first = [one.answer for one in answers if one.first]
    done = sum(answer is ConfirmationAnswer.DONE for answer in first)
    return (
        Figure("confirmations", len(answers), Unit.CALLS, "confirmation calls answered"),
        Figure(
            "false_closure",
            false_closure(not_done, len(answers)),
            Unit.SHARE,
            '"not done" / confirmation calls answered',
        ),
        Figure(
            "confirmed_at_first_try",
            confirmed_at_first_try(done, len(first)),
            Unit.SHARE,
            '"done" when first asked / tickets asked first',
        ),
    )


def by_officer(answers: Iterable[Answered]) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of closures for each officer who reported something solved."""
    found: dict[str, list[Answered]] = defaultdict(list)
    for one in answers:
        if one.officer:
            found[one.officer].append(one)
    return {officer: of_closures(found[officer]) for officer in sorted(found)}


class StoreOfPromises:
    """The tables of tickets as these figures ask them; each may raise ``StoreUnavailable``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def promises(self, since: datetime, until: datetime, now: datetime) -> Promises:
        """Count the promises of tickets opened in an interval.

        The database counts those of which nothing is told but that their time is over: most.
        """
        made = (tickets.c.opened_at >= since, tickets.c.opened_at < until)
        overdue = (
            select(func.count()).select_from(tickets).where(*made, tickets.c.promised_by < now)
        )
        told = (
            select(*_TOLD, tickets.c.opened_at, tickets.c.promised_by)
            .join(tickets)
            .where(*made, tickets.c.promised_by.is_not(None), ticket_events.c.kind.in_(_CLOCK))
            .order_by(ticket_events.c.ticket, ticket_events.c.id)
        )
        found = Promises()
        with reading(self._engine) as connection:
            alone = connection.scalar(overdue) or 0
            for _, rows in groupby(connection.execute(told), key=lambda row: row.ticket):
                events = list(rows)
                opened_at, promised_by = events[0].opened_at, events[0].promised_by
                moments = [(row.at, from_json(row.kind, row.body)) for row in events]
                one = promise_of(opened_at, promised_by - opened_at, moments, now)
                own = counted([one], now)
                found = Promises(found.kept + own.kept, found.broken + own.broken)
                alone -= promised_by < now
        return Promises(found.kept, found.broken + alone)

    def answered(self, since: datetime, until: datetime) -> list[Answered]:
        """Return what citizens said in an interval when we asked whether the matter is solved."""
        asked = (
            select(ticket_events.c.ticket)
            .where(
                # The words of the index of this, which covers little of the table.
                ticket_events.c.kind == _CONFIRMED,
                ticket_events.c.at >= since,
                ticket_events.c.at < until,
            )
            .distinct()
        )
        with reading(self._engine) as connection:
            known = sorted(connection.scalars(asked))
            found: list[Answered] = []
            for begin in range(0, len(known), _TOGETHER):
                some = (
                    select(*_TOLD)
                    .where(
                        ticket_events.c.ticket.in_(known[begin : begin + _TOGETHER]),
                        ticket_events.c.kind.in_(_ASKED),
                    )
                    .order_by(ticket_events.c.id)
                )
                for events in _by_ticket(connection.execute(some)).values():
                    found += answered(events, since, until)
            return found


def _by_ticket(rows: Iterable[tuple[int, datetime, str, str]]) -> Mapping[int, Moments]:
    found: dict[int, list[tuple[datetime, Event]]] = defaultdict(list)
    for ticket, at, kind, body in rows:
        found[ticket].append((at, from_json(kind, body)))
    return found
