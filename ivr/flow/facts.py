"""The facts a branch asks about: those the session knows by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ivr.flow.model import Branch
from ivr.flow.session import Session
from ivr.flow.view import DistrictView

ABOUT_A_QUEUE: Final = frozenset({"queue_load", "hours"})


def fact_of(view: DistrictView, session: Session, node: Branch) -> str:
    """Name what a fact is asked of: where left out, the queue the caller is bound for."""
    if node.of is None and node.fact in ABOUT_A_QUEUE:
        return session.from_queue or view.queue_of(session.category)
    return node.of or ""


def known_fact(view: DistrictView, session: Session, node: Branch, now: datetime) -> str | None:
    """Return the value of a fact the session, the district or the clock knows, else ``None``."""
    match node.fact:
        case "hours":
            return view.hours_fact(fact_of(view, session, node), now)
        case "part_of_day":
            return view.part_of_day(now)
        case "caller_number":
            return "shown" if session.caller_shown else "withheld"
        case "has_ticket":
            return _yes(session.ticket is not None)
        case "promised":
            return _yes(session.ticket is not None and session.ticket.promised_by is not None)
        case "may_record":
            return _yes(records(view, session))
        case "answered":
            return _yes(session.answer(node.of or "") is not None)
        case "entry":
            return session.entry
        case "category":
            return session.category or view.default_category
        case _:
            return None


def records(view: DistrictView, session: Session) -> bool:
    """Tell whether this caller may be recorded; in doubt not."""
    return session.may_record and view.category_records(session.category)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
