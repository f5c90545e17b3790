"""A busy half-hour is counted piece by piece: the same numbers, and no more memory."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import asdict
from typing import Final

import pytest
from sqlalchemy import Engine

from database.engine import reading
from queue_manager.events import RoomEvent
from queue_manager.journal import read
from queue_manager.journal import store as journal_store
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import pieces
from queue_manager.metrics.sums import Sums, raw
from queue_manager.metrics.terms import MetricTerms
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Manners
from queue_manager.staffing.simulation import Day
from tests.support.journals import (
    completed,
    connected,
    cut,
    empty_room,
    joined,
    left,
    moment,
    rung,
    sat,
    told,
)

HALF_HOUR: Final = 1800.0
SMALL: Final = 20


def counted(engine: Engine, until: float) -> Sums:
    with reading(engine) as connection:
        return raw(connection, moment(0), moment(until), MetricTerms(), moment(until))


def plain(sums: Sums) -> dict[str, dict[str, float]]:
    queues = {f"queue {name}": asdict(tally) for name, tally in sums.queues.items()}
    times = {f"operator {name}": asdict(time) for name, time in sums.operators.items()}
    return {**queues, **times}


def calls(many: int) -> list[Entry]:
    """So many calls, each answered at once, within one half-hour."""
    events: list[RoomEvent] = [empty_room(0, sat())]
    for number in range(many):
        at, channel = 1 + number * 2.0, f"c{number:05}"
        events += [
            joined(at, channel),
            rung(at, channel=channel),
            left(at + 0.5, channel),
            connected(at + 0.5, channel=channel),
            completed(at + 1, channel=channel),
        ]
    return told(events)


@pytest.mark.parametrize("piece", [1, 2, 7, 50])
def test_no_cut_changes_a_number(
    store: Engine, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    demand = {"food": [Demand(25, patience_s=60)], "medical": [Demand(10, patience_s=60)]}
    staff = {"food": [2], "medical": [1]}
    events = [*Day(demand, staff, Manners(missed=0.2), seed=7).events()]
    lost = events[len(events) // 2].at + 0.001
    story = [*(e for e in events if e.at < lost), cut(lost), empty_room(lost + 90, sat())]
    journal_store.add(store, told([*story, *(e for e in events if e.at > lost + 90)]))
    whole = counted(store, 2 * HALF_HOUR)
    same = {name: pytest.approx(of) for name, of in plain(whole).items()}
    assert whole.all_queues.offered > 20
    assert whole.all_operators.talking_s > 0
    monkeypatch.setattr(read, "PIECE", piece)
    assert plain(counted(store, 2 * HALF_HOUR)) == same


def test_pieces_are_small_and_leave_nothing_out(store: Engine) -> None:
    at = [0, 0, 0, 1, 2, 2, 2, 2, 3, 5, 8, 8, 9]
    told_of = [
        Entry(f"{n}", moment(t), Kind.JOINED, "food", visit=f"c{n}@1") for n, t in enumerate(at)
    ]
    journal_store.add(store, told_of)
    with reading(store) as connection:
        cuts = list(pieces(connection, Kind.JOINED, moment(0), moment(9), most=3))
        assert list(pieces(connection, Kind.JOINED, moment(9), moment(9))) == []
    assert [began for began, _ in cuts] == [moment(0), *(ended for _, ended in cuts[:-1])]
    assert cuts[-1][1] == moment(9)
    held = [sum(began <= entry.at < ended for entry in told_of) for began, ended in cuts]
    assert sum(held) == 12
    # Those of the very first moment of a piece come on top of it.
    assert held == [4, 6, 2]


def test_memory_does_not_grow_with_a_busy_half_hour(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "PIECE", SMALL)
    journal_store.add(store, calls(40 * SMALL))
    counted(store, HALF_HOUR)  # the statements are built once

    def most(calls: int) -> int:
        gc.collect()
        tracemalloc.start()
        try:
            offered = counted(store, 2.0 * calls).all_queues.offered
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert offered == calls
        return peak

    # Twenty times the calls; what lies about until garbage is collected does not double it.
    assert most(40 * SMALL) < 3 * most(2 * SMALL)
