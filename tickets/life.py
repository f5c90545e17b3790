"""Where a ticket stands, as a pure function of its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tickets.call_events import CategoryChanged, NumberAdded, Opened
from tickets.events import Event
from tickets.model import TicketState
from tickets.promise_events import (
    ConfirmationAnswer,
    ConfirmationBegun,
    Confirmed,
    CrossCheckBegun,
    CrossChecked,
    Disposed,
    HandedOver,
    NotReached,
    Reopened,
    ReportedSolved,
    WaitingBegun,
    WaitingEnded,
)

_TOP_LEVEL: Final = 2


@dataclass(frozen=True, slots=True)
class Life:
    """What the history says a ticket is now."""

    category: str = ""
    numbers: tuple[str, ...] = ()
    limit_minutes: int | None = None
    state: TicketState = TicketState.OPEN
    level: int = 1
    """1 while L-1 is answerable, 2 for L-2."""
    round: int = 0
    """How often it came back unsolved."""
    before_waiting: TicketState = TicketState.OPEN


def life_of(history: Iterable[Event]) -> Life:
    """Derive where a ticket stands from its events in order."""
    life = Life()
    for event in history:
        life = after(life, event)
    return life


def after(life: Life, event: Event) -> Life:
    """Return the life of a ticket after one more event; most events only tell, and change nothing.

    An event that does not fit the state is obeyed all the same: the history is what happened.
    """
    match event:
        case Opened(category, number, limit):
            return replace(life, category=category, numbers=(number,), limit_minutes=limit)
        case CategoryChanged(category=category, limit_minutes=limit):
            return replace(life, category=category, limit_minutes=limit)
        case NumberAdded(number):
            return replace(life, numbers=(*life.numbers, number))
        case HandedOver(level):
            return replace(life, state=TicketState.WITH_OFFICER, level=level)
        case CrossChecked(solved=False) | Reopened():
            return _sent_back(life)
        case Confirmed(answer=ConfirmationAnswer.NOT_DONE | ConfirmationAnswer.PARTLY):
            return _sent_back(life)
        case WaitingBegun():
            return replace(life, state=TicketState.WAITING_ON_CITIZEN, before_waiting=life.state)
        case WaitingEnded():
            return replace(life, state=life.before_waiting)
        case _:
            return replace(life, state=_next_state(life.state, event))


def _next_state(state: TicketState, event: Event) -> TicketState:
    """Return the state after an event that changes nothing else."""
    match event:
        case ReportedSolved():
            return TicketState.REPORTED_SOLVED
        case CrossCheckBegun():
            return TicketState.CROSS_CHECK
        case CrossChecked(solved=True) | ConfirmationBegun():
            return TicketState.CONFIRMING
        case Confirmed(answer=ConfirmationAnswer.DONE) | Disposed():
            return TicketState.CLOSED
        case NotReached(last=True):
            return TicketState.UNCONFIRMED
        case _:
            return state


def _sent_back(life: Life) -> Life:
    """Round one goes back to L-1, every later one to L-2."""
    turn = life.round + 1
    return replace(
        life, state=TicketState.WITH_OFFICER, round=turn, level=1 if turn == 1 else _TOP_LEVEL
    )
