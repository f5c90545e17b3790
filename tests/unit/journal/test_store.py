"""The table of the journal: added to and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from database.engine import reading
from queue_manager.events import RoomEvent
from queue_manager.journal import store as journal_store
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.read import changes_of_state, entries_of_visits, gaps, unfinished
from queue_manager.journal.schema import dirty_half_hours, journal
from tests.support.journals import (
    abandoned,
    connected,
    cut,
    empty_room,
    joined,
    left,
    moment,
    sat,
    shown,
    told,
)

STORY: list[RoomEvent] = [
    empty_room(0, sat()),
    joined(1790),
    left(1810),
    connected(1810),
    joined(1820, "c2"),
    joined(1825, "c3"),
    abandoned(1830, "c3"),
    left(1830, "c3"),
]


def count(store: Engine) -> int:
    with reading(store) as connection:
        return len(connection.execute(select(journal.c.id)).all())


def test_what_is_added_twice_is_there_once(store: Engine) -> None:
    entries = told(STORY)
    journal_store.add(store, entries)
    journal_store.add(store, [*entries[3:], *entries[:3]])
    assert count(store) == len(entries)


def test_entries_come_back_as_they_went_in(store: Engine) -> None:
    entries = told(STORY)
    journal_store.add(store, entries)
    with reading(store) as connection:
        found = entries_of_visits(connection, moment(0), moment(3600))
    assert set(found) == {entry for entry in entries if entry.visit}


@pytest.mark.parametrize("change", [update(journal).values(detail="x"), delete(journal)])
def test_the_journal_cannot_be_changed(store: Engine, change: object) -> None:
    journal_store.add(store, told(STORY))
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]


def test_the_half_hours_that_change_are_marked(store: Engine) -> None:
    journal_store.add(store, told(STORY))
    with reading(store) as connection:
        starts = set(connection.scalars(select(dirty_half_hours.c.start)))
    assert starts == {moment(0), moment(1800)}


def test_a_visit_is_found_by_its_joining_and_whole(store: Engine) -> None:
    journal_store.add(store, told(STORY))
    with reading(store) as connection:
        found = entries_of_visits(connection, moment(0), moment(1800))
        nothing = entries_of_visits(connection, moment(0), moment(1800), queue="medical")
    assert {e.kind for e in found} == {Kind.JOINED, Kind.LEFT, Kind.ANSWERED}
    assert nothing == ()


def test_the_last_change_before_an_interval_is_found_however_old(store: Engine) -> None:
    pauses = [shown(10.0 + n, sat(reason="tea" if n % 2 else "meal")) for n in range(6)]
    journal_store.add(store, told([empty_room(0, sat(), sat("202")), *pauses]))
    with reading(store) as connection:
        found = tuple(changes_of_state(connection, moment(7200), moment(9000)))
        too_old = tuple(changes_of_state(connection, moment(100_000), moment(101_000)))
    assert {(e.operator, e.detail) for e in found} == {("201", "paused:tea"), ("202", "available")}
    assert too_old == ()


def test_gaps_are_found(store: Engine) -> None:
    journal_store.add(store, told([*STORY, cut(2000), empty_room(2100, sat())]))
    with reading(store) as connection:
        found = [(e.kind, e.at) for e in gaps(connection, moment(0), moment(3600))]
        later = tuple(changes_of_state(connection, moment(3600), moment(7200)))
    assert found == [(Kind.GAP_BEGAN, moment(1999)), (Kind.GAP_ENDED, moment(2100))]
    assert {e.kind for e in later} == {Kind.GAP_BEGAN, Kind.GAP_ENDED, Kind.STATE}


def test_a_new_process_finds_who_waits_and_who_talks(store: Engine) -> None:
    journal_store.add(store, told(STORY), heard=moment(1900))
    found = {one.caller.channel: one for one in unfinished(store)}
    assert set(found) == {"c1", "c2"}
    assert found["c1"].answered_at == moment(1810)
    assert found["c1"].operator == "201"
    assert (found["c2"].answered_at, found["c2"].caller.call_id) == (None, "call-c2")


def test_the_last_sign_of_life_is_the_later_of_two(store: Engine) -> None:
    assert journal_store.last_known(store) is None
    journal_store.add(store, told(STORY))
    assert journal_store.last_known(store) == moment(1830)
    journal_store.add(store, [], heard=moment(1900))
    assert journal_store.last_known(store) == moment(1900)


def test_words_too_long_for_their_columns_are_cut(store: Engine) -> None:
    long = Entry("k" * 999, moment(0), Kind.STATE, "q" * 99, "o" * 99, detail="d" * 99)
    journal_store.add(store, [long])
    assert count(store) == 1
