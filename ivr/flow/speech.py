"""Spoken values: what stands in braces in ``callflows.yaml``, as recordings.

A value that is not known is silent; ``ivr.flow.checks`` finds flows that would ask too early.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from ivr.call import PromptId
from ivr.desk import TicketStatus
from ivr.flow.session import Session
from ivr.flow.view import DistrictView
from ivr.phrase import Phrase

FINISHED = frozenset({"closed", "unconfirmed"})
"""States in which the promise is no longer spoken of."""
UNKNOWN_STATE = "state_unknown"
STATES = frozenset(
    {
        "open",
        "with_officer",
        "reported_solved",
        "cross_check",
        "confirming",
        "closed",
        "unconfirmed",
        "waiting_on_citizen",
    }
)
"""Values of ``tickets.model.TicketState``; each has a prompt ``state_<value>``."""

FIXED_PROMPTS = (
    "status_about",
    "status_opened",
    "status_promised",
    "status_promised_until",
    "status_late",
    UNKNOWN_STATE,
    *(f"state_{state}" for state in sorted(STATES)),
)
"""Prompts that spoken values say between the values: the catalogue needs each of them."""


def reference(prompt: str) -> tuple[str, str] | None:
    """Split ``{digits:pin}`` into name and argument (``""`` without one); ``None`` for a prompt."""
    if not prompt.startswith("{"):
        return None
    name, _, argument = prompt[1:-1].partition(":")
    return name, argument


def spoken(
    prompts: Iterable[str], session: Session, view: DistrictView, now: datetime
) -> tuple[PromptId, ...]:
    """Return the prompts with every spoken value replaced by its recordings."""
    said: list[PromptId] = []
    for prompt in prompts:
        value = reference(prompt)
        said += (prompt,) if value is None else _value(*value, session, view, now)
    return tuple(said)


def _value(
    name: str, argument: str, session: Session, view: DistrictView, now: datetime
) -> tuple[PromptId, ...]:
    match name:
        case "ticket_number" if session.ticket:
            return view.numbers.ticket_number(session.ticket.number).prompts
        case "category" if session.category:
            return (f"category_{session.category}",)
        case "limit" if session.ticket and session.ticket.limit_minutes is not None:
            length = timedelta(minutes=max(1, session.ticket.limit_minutes))
            return view.numbers.duration(length).prompts
        case "deadline" if session.ticket and session.ticket.promised_by is not None:
            return view.numbers.day_and_time(session.ticket.promised_by, now, view.timezone).prompts
        case "status" if session.looked_up:
            return (_state(session.looked_up),)
        case "status_details" if session.looked_up and session.looked_up.own:
            return _details(session.looked_up, view, now).prompts
        case "digits":
            return _digits(session.answer(argument) or "")
        case "pin_code":
            return _pin_code(session.answer(argument) or "", view)
        case "number":
            return _count(session.answer(argument) or "", view)
        case "room":
            return session.room_said
        case "waiting":
            return _count(str(dict(session.waiting).get(argument, "")), view)
    return ()


def _state(status: TicketStatus) -> PromptId:
    return f"state_{status.state}" if status.state in STATES else UNKNOWN_STATE


def _details(status: TicketStatus, view: DistrictView, now: datetime) -> Phrase:
    details = Phrase()
    if status.category in view.categories:
        details += _prompts("status_about", f"category_{status.category}")
    if status.opened_at:
        opened = view.numbers.day_and_time(status.opened_at, now, view.timezone)
        details += opened + _prompts("status_opened")
    if status.promised_by and status.state not in FINISHED:
        if status.promised_by < now:
            return details + _prompts("status_late")
        promise = view.numbers.day_and_time(status.promised_by, now, view.timezone)
        details += _prompts("status_promised") + promise + _prompts("status_promised_until")
    return details


def _prompts(*prompts: PromptId) -> Phrase:
    return Phrase(prompts)


def _digits(text: str) -> tuple[PromptId, ...]:
    return tuple(f"n_{key}" for key in text if key in "0123456789")


def _pin_code(text: str, view: DistrictView) -> tuple[PromptId, ...]:
    try:
        return view.numbers.pin_code(text).prompts
    except ValueError:
        return _digits(text)


def _count(text: str, view: DistrictView) -> tuple[PromptId, ...]:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return ()
    return view.numbers.number(int(text)).prompts
