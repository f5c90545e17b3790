"""The visits that a journal tells of."""

from __future__ import annotations

from sqlalchemy import Engine

from database.engine import reading
from queue_manager.journal.read import entries_of_visits
from queue_manager.metrics.visits import VisitRecord, visits
from tests.support.journals import moment


def visits_in(engine: Engine) -> tuple[VisitRecord, ...]:
    """Return those of a day."""
    with reading(engine) as connection:
        return visits(entries_of_visits(connection, moment(0), moment(86400)))
