"""All figures of an interval of the district, each with its formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Engine

from database.engine import reading
from queue_manager.journal.read import changes_of_state, gaps
from queue_manager.metrics.adherence import adherences
from queue_manager.metrics.contacts import first_contact
from queue_manager.metrics.figures import Kept
from queue_manager.metrics.gaps import unheard_s
from queue_manager.metrics.operator_time import spells
from queue_manager.metrics.sheet import Figure, Unit, of_calls, of_operators
from queue_manager.metrics.terms import MetricTerms
from queue_manager.roster.model import Roster
from sahayata import stores
from sahayata.district.model import District
from sahayata.district.roster_terms import roster_terms_of
from sahayata.figures import open_figures, scheduled
from sahayata.promises import StoreOfPromises, by_officer, of_closures, of_promises
from sahayata.store_of_calls import StoreOfCalls

LONGEST_ADHERENCE = timedelta(days=32)
"""It is worked out from the changes of state themselves, for which there is no roll-up."""


@dataclass(frozen=True, slots=True)
class Report:
    """An interval."""

    since: datetime
    until: datetime
    kept: Kept
    """What of it could be counted."""
    zone: tzinfo
    gap_s: float
    """For how long of it nothing was known."""
    all_queues: tuple[Figure, ...]
    queues: Mapping[str, tuple[Figure, ...]]
    operators: Mapping[str, tuple[Figure, ...]]
    officers: Mapping[str, tuple[Figure, ...]]
    """What citizens said of what each officer had reported solved."""


def report(
    district: District, engine: Engine, roster: Roster, since: datetime, until: datetime
) -> Report:
    """Count an interval. Raises ``database.engine.StoreUnavailable``."""
    figures = open_figures(district, engine)
    kept, sums, terms = figures.kept(since, until), figures.sums(since, until), figures.terms
    until_now = min(until, stores.now())
    present = _adherence(district, engine, roster, since, until_now) if kept.finely else {}
    with reading(engine) as connection:
        silent = unheard_s(gaps(connection, since, until), since, until_now)
    tickets, now = StoreOfPromises(engine), stores.now()
    said = tickets.answered(since, until)
    return Report(
        since=since,
        until=until,
        kept=kept,
        zone=district.helpline.zone,
        gap_s=silent,
        all_queues=(
            *of_calls(sums.all_queues, terms),
            _first_contact(engine, since, until_now, terms),
            *of_promises(tickets.promises(since, until, now)),
            *of_closures(said),
        ),
        queues={name: of_calls(sums.queues[name], terms) for name in sorted(sums.queues)},
        operators={
            name: (*of_operators(sums.operators[name]), _adherence_figure(present.get(name)))
            for name in sorted(sums.operators)
        },
        officers=by_officer(said),
    )


def _first_contact(engine: Engine, since: datetime, until: datetime, terms: MetricTerms) -> Figure:
    store, window = StoreOfCalls(engine), timedelta(days=terms.repeat_days)
    value = first_contact(store.opened(since, until), store.contacts(since, until + window), window)
    formula = f"tickets with no repeat call within {terms.repeat_days} days / tickets"
    return Figure("first_contact", value, Unit.SHARE, formula)


def _adherence(
    district: District, engine: Engine, roster: Roster, since: datetime, until: datetime
) -> Mapping[str, float | None]:
    if since >= until or until - since > LONGEST_ADHERENCE:
        return {}
    plan = scheduled(roster, roster_terms_of(district), since, until)
    with reading(engine) as connection:
        return adherences(plan, spells(changes_of_state(connection, since, until), since, until))


def _adherence_figure(value: float | None) -> Figure:
    return Figure("adherence", value, Unit.SHARE, "time signed on of the time rostered / rostered")
