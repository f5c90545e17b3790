"""The figures of the room, joined to the store: for the room's process and the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from queue_manager.journal.aftermath import Aftermath
from queue_manager.metrics.adherence import Span
from queue_manager.metrics.bookkeeping import Bookkeeping
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.pruning import Pruning
from queue_manager.metrics.rollup import RollUps
from queue_manager.roster.model import Roster, RosterTerms
from sahayata import stores
from sahayata.district.model import District
from sahayata.store_of_calls import StoreOfCalls


def open_figures(district: District, engine: Engine) -> Figures:
    """Give the figures of any interval."""
    return Figures(engine, district.metrics.terms(), district.helpline.zone, stores.now)


def open_bookkeeping(district: District, engine: Engine) -> Bookkeeping:
    """Give what the room does behind its back."""
    terms, zone = district.metrics.terms(), district.helpline.zone
    return Bookkeeping(
        Aftermath(engine, StoreOfCalls(engine), stores.now),
        RollUps(engine, terms, zone, stores.now),
        Pruning(
            engine,
            terms,
            zone,
            district.metrics.keep_journal,
            now=stores.now,
            steady=time.monotonic,
        ),
    )


def scheduled(
    roster: Roster, terms: RosterTerms, since: datetime, until: datetime
) -> dict[str, Sequence[Span]]:
    """Return when each operator has to sit by the roster, clipped to an interval."""
    found: dict[str, list[Span]] = {}
    for sitting in sorted(roster.sittings):
        person, shift = roster.people.get(sitting.extension), terms.shifts.get(sitting.shift)
        if person is None or shift is None or person.away(sitting.day):
            continue
        begins, ends = (moment.astimezone(UTC) for moment in shift.span(sitting.day, terms.zone))
        span = (max(begins, since), min(ends, until))
        if span[1] - span[0] > timedelta():
            found.setdefault(sitting.extension, []).append(span)
    return dict(found)
