"""Old lines go, the figures of their half-hours stay; nothing goes that is not counted yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.exc import DBAPIError

from database.engine import reading, writing
from queue_manager.journal import store as journal_store
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import gaps
from queue_manager.journal.schema import journal
from queue_manager.journal.writer import JournalWriter
from queue_manager.metrics.marks import pruned_until
from queue_manager.metrics.pruning import ADVANCE_EVERY_S, Pruning
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Manners
from queue_manager.staffing.simulation import Day
from tests.support.journals import MIDNIGHT, cut, empty_room, joined, left, moment, sat, told
from tests.unit.metrics.test_rollup import DAY, HOUR, TERMS, ZONE, Keeper, plain, shifted

KEEP: Final = timedelta(days=1)
LATER: Final = 3 * DAY
"""When two days of the story are old."""
OTHER: Final = MetricTerms(answer_within_s=5, short_s=2)


class Life:
    """A journal of two busy hours around the first midnight and one call of the third day."""

    def __init__(self, store: Engine) -> None:
        self.store = store
        self.keeper = Keeper(store)
        self.passed = 0.0
        self.pruning = self.prune_by(TERMS)
        halves = [Demand(6, patience_s=60)] * 4
        story = Day({"food": halves}, {"food": [2, 2, 3, 2]}, Manners(missed=0.2), seed=5)
        events = [*story.events()]
        told_of = told([*events, cut(events[-1].at + 5), empty_room(2.5 * HOUR, sat())])
        lines = [
            Entry("gap:1:began", moment(HOUR), Kind.GAP_BEGAN, detail="ended"),
            Entry("gap:1:ended", moment(HOUR + 60), Kind.GAP_ENDED, seconds=60.0),
            *(shifted(entry, DAY - HOUR) for entry in told_of),
        ]
        lines += [shifted(entry, 2 * DAY) for entry in told([empty_room(5), joined(60), left(70)])]
        journal_store.add(store, lines)

    def prune_by(self, terms: MetricTerms) -> Pruning:
        return Pruning(
            self.store, terms, ZONE, KEEP, now=self.keeper.tell, steady=lambda: self.passed
        )

    def prune(self, hours: int = 6) -> None:
        for _ in range(hours):
            self.passed += ADVANCE_EVERY_S
            while self.pruning.run_once():
                pass

    @property
    def until(self) -> datetime | None:
        with reading(self.store) as connection:
            return pruned_until(connection)

    def lines(self) -> list[tuple[Kind, datetime]]:
        with reading(self.store) as connection:
            rows = connection.execute(select(journal.c.kind, journal.c.at).order_by(journal.c.at))
            return [(Kind(row.kind), row.at) for row in rows]


@pytest.fixture
def life(store: Engine) -> Life:
    return Life(store)


def test_half_hours_and_days_say_the_same_when_the_lines_are_gone(life: Life) -> None:
    life.keeper.roll(LATER)
    figures = life.keeper.figures
    spans = [(0, LATER), (DAY - HOUR, DAY), (DAY, DAY + HOUR), (DAY - HOUR, LATER)]
    before = [figures.sums(moment(a), moment(b)) for a, b in spans]
    halves = figures.half_hours(moment(0), moment(LATER))
    life.prune()
    assert life.until == moment(LATER) - KEEP
    assert {kind for kind, at in life.lines() if at < moment(DAY)} == {
        Kind.GAP_BEGAN,
        Kind.GAP_ENDED,
    }
    assert [figures.sums(moment(a), moment(b)) for a, b in spans] == before
    assert before[0].all_queues.offered > 15
    assert figures.half_hours(moment(0), moment(LATER)) == halves
    with reading(life.store) as connection:
        assert len(gaps(connection, moment(0), moment(LATER))) == 4


def test_what_is_finer_than_what_is_left_is_widened_and_told(life: Life) -> None:
    life.keeper.roll(LATER)
    life.prune()
    figures, since = life.keeper.figures, moment(DAY - 1000)
    kept = figures.kept(since, moment(DAY + 1000))
    assert (kept.since, kept.until) == (moment(DAY - 1800), moment(DAY + 1800))
    assert not kept.finely
    widened = figures.sums(since, moment(DAY + 1000))
    assert widened == figures.sums(kept.since, kept.until)
    assert widened.all_queues.offered > 0
    assert life.until is not None
    recent = figures.kept(life.until, moment(LATER + 7))
    assert recent.finely
    assert (recent.since, recent.until) == (life.until, moment(LATER + 7))
    over = figures.kept(since, moment(LATER + 7))
    assert (over.since, over.until) == (moment(DAY - 1800), moment(LATER + 7))


def test_a_day_more_is_kept_for_the_states_that_began_in_it(life: Life) -> None:
    life.keeper.roll(KEEP.total_seconds() + 2 * DAY)
    life.prune()
    assert life.until == moment(2 * DAY)
    assert min(at for kind, at in life.lines() if kind is Kind.STATE) >= moment(DAY)
    life.keeper.same(2 * DAY, 2 * DAY + HOUR)


def test_nothing_goes_that_is_not_rolled_up(life: Life) -> None:
    life.keeper.now = moment(LATER)
    count = len(life.lines())
    life.prune()
    assert life.until is None
    life.keeper.roll(LATER)
    with writing(life.store) as connection:
        journal_store.mark_dirty(connection, [moment(DAY + HOUR)])
    life.prune()
    assert life.until == moment(DAY)
    assert len(life.lines()) == count
    life.keeper.roll(LATER + 60)
    life.prune()
    assert life.until == moment(LATER) - KEEP


def test_a_clock_that_is_years_ahead_empties_no_journal(life: Life) -> None:
    life.keeper.roll(LATER)
    for _ in range(100):
        life.pruning.run_once()
    assert life.until == moment(DAY)
    assert len(life.lines()) > 50


@pytest.mark.parametrize("seconds", [0.0, DAY, 2 * DAY + 65])
def test_no_line_can_be_removed_otherwise(life: Life, seconds: float) -> None:
    count = len(life.lines())
    with pytest.raises(DBAPIError, match="append-only"), life.store.begin() as connection:
        connection.execute(delete(journal).where(journal.c.at >= moment(seconds)))
    life.keeper.roll(KEEP.total_seconds() + DAY)
    life.prune()
    assert life.until == moment(DAY)
    with pytest.raises(DBAPIError, match="append-only"), life.store.begin() as connection:
        connection.execute(delete(journal).where(journal.c.at >= moment(max(seconds, DAY))))
    assert len(life.lines()) == count


def test_other_thresholds_count_anew_what_there_are_lines_of(life: Life) -> None:
    life.keeper.roll(KEEP.total_seconds() + 2 * DAY)
    life.prune()
    old = life.keeper.figures.sums(moment(0), moment(2 * DAY))
    strict = Keeper(life.store, OTHER)
    strict.now = life.keeper.now
    assert plain(strict.figures.sums(moment(0), moment(2 * DAY))) == plain(old)
    strict.roll(LATER + DAY)
    assert plain(strict.figures.sums(moment(0), moment(2 * DAY))) == plain(old)
    strict.same(2 * DAY, 2 * DAY + HOUR)
    kept = strict.figures.kept(moment(0), moment(LATER))
    assert kept.otherwise == ((moment(2 * DAY), MetricTerms(20, 5)),)
    assert strict.figures.kept(moment(2 * DAY), moment(LATER)).otherwise == ()
    life.keeper.now = strict.now
    life.pruning = life.prune_by(OTHER)
    life.prune()
    kept = strict.figures.kept(moment(0), moment(LATER))
    assert kept.otherwise == ((moment(2 * DAY), MetricTerms(20, 5)),)
    back = life.keeper.figures.kept(moment(0), moment(LATER))
    assert back.otherwise == ((moment(LATER), MetricTerms(5, 2)),)


def test_what_comes_after_the_lines_are_gone_changes_nothing(life: Life) -> None:
    life.keeper.roll(LATER)
    life.prune()
    before = life.keeper.figures.sums(moment(0), moment(LATER))
    late = told([empty_room(0), joined(DAY + 60, "c9"), left(DAY + 70, "c9")])
    journal_store.add(life.store, late)
    life.keeper.roll(LATER + HOUR)
    assert life.keeper.figures.sums(moment(0), moment(LATER)) == before


def test_the_writer_goes_on_meanwhile(life: Life) -> None:
    life.keeper.roll(LATER)
    writer = JournalWriter(life.store, gather_s=0.0)
    writer.start()
    for number in range(20):
        writer.put(told([empty_room(LATER + number, sat())]))
        life.prune(2)
    assert writer.stop(20.0)
    assert (writer.state().lost, writer.state().written) == (0, 20)
    with reading(life.store) as connection:
        new = select(func.count()).where(journal.c.at >= MIDNIGHT + timedelta(seconds=LATER))
        assert connection.scalar(new) == 20
