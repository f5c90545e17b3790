"""What the journal says of what Asterisk told."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from queue_manager.events import RoomEvent, Snapshot
from queue_manager.journal.derive import Ledger
from queue_manager.journal.entry import Kind
from queue_manager.journal.unfinished import Unfinished
from queue_manager.live.picture import Picture
from queue_manager.metrics.visits import Outcome, visits
from tests.support.journals import (
    CLOCK,
    FOOD,
    abandoned,
    completed,
    connected,
    cut,
    empty_room,
    found_talking,
    found_waiting,
    joined,
    kinds,
    left,
    missed,
    moment,
    one_visit,
    rung,
    sat,
    shown,
    told,
)

START = empty_room(0.0, sat())
ANSWERED: list[RoomEvent] = [START, joined(10), rung(11), left(17), connected(17), completed(77)]


def test_an_answered_call() -> None:
    visit = one_visit(ANSWERED)
    assert (visit.outcome, visit.wait_s, visit.talk_s) == (Outcome.ANSWERED, 7.0, 60.0)
    assert (visit.queue, visit.operator, visit.joined_at) == (FOOD, "201", moment(10))


def test_the_wait_is_measured_and_not_taken_from_asterisks_whole_seconds() -> None:
    visit = one_visit([START, joined(10.25), left(17.75), connected(17.75)])
    assert visit.wait_s == 7.5


@pytest.mark.parametrize("events", list(itertools.permutations([abandoned(15), left(15.01)])))
def test_a_caller_who_hangs_up_whatever_asterisk_tells_first(events: tuple[RoomEvent, ...]) -> None:
    visit = one_visit([START, joined(10), *events])
    assert visit.outcome is Outcome.ABANDONED
    assert visit.wait_s == pytest.approx(5.0, abs=0.02)


def test_a_caller_who_leaves_alive() -> None:
    assert one_visit([START, joined(10), left(310)]).outcome is Outcome.TIMED_OUT


def test_a_caller_who_waits() -> None:
    visit = one_visit([START, joined(10)])
    assert visit.outcome is Outcome.WAITING
    assert visit.waited_until(moment(70)) == 60.0


def test_a_caller_who_comes_back_is_on_another_visit() -> None:
    found = visits(told([START, joined(10), left(310), joined(330), left(340), connected(340)]))
    assert [v.outcome for v in found] == [Outcome.TIMED_OUT, Outcome.ANSWERED]
    assert [v.wait_s for v in found] == [300.0, 10.0]


def test_who_is_told_to_wait_twice_long_apart_left_unseen_in_between() -> None:
    found = visits(told([START, joined(10), joined(500)]))
    assert [v.outcome for v in found] == [Outcome.VANISHED, Outcome.WAITING]


def test_an_end_told_before_its_beginning() -> None:
    found = one_visit([START, left(10.02), joined(10.03)])
    assert found.outcome is Outcome.TIMED_OUT
    assert found.wait_s == 0.0


@pytest.mark.parametrize("event", ANSWERED[1:], ids=lambda event: type(event).__name__)
def test_what_is_told_twice_changes_nothing(event: RoomEvent) -> None:
    twice = list(ANSWERED)
    later = replace(event, at=event.at + 0.04)
    twice.insert(twice.index(event) + 1, later)
    assert visits(told(twice)) == visits(told(ANSWERED))


def test_rings_that_nobody_answers_count_once_each() -> None:
    story: list[RoomEvent] = [
        START,
        joined(10),
        rung(11),
        missed(26),
        missed(26.03),
        rung(26.1, "202"),
        rung(30),
    ]
    visit = one_visit([*story, missed(45), left(50), connected(50, "202")])
    assert visit.missed == ("201", "201")
    assert visit.operator == "202"


def test_a_ring_that_nobody_saw_begin_is_missed_all_the_same() -> None:
    assert one_visit([START, joined(10), missed(26)]).missed == ("201",)


def test_wrap_up_belongs_to_the_visit_before_it() -> None:
    wrapping = [shown(77.1, sat(reason="wrap_up")), shown(97.1, sat())]
    visit = one_visit([*ANSWERED, *wrapping])
    assert visit.wrap_s == pytest.approx(20.0)


def test_a_tea_break_is_no_wrap_up() -> None:
    visit = one_visit([*ANSWERED, shown(78, sat(reason="tea")), shown(97, sat())])
    assert visit.wrap_s == 0.0


def test_a_change_of_state_names_the_reason_of_a_pause() -> None:
    entries = told([START, shown(5, sat(reason="tea"))])
    states = [(e.operator, e.detail) for e in entries if e.kind is Kind.STATE]
    assert states == [("201", "available"), ("201", "paused:tea")]


def test_a_gap_and_who_vanished_in_it() -> None:
    entries = told([START, joined(10), cut(20), cut(25), empty_room(50, sat())])
    assert kinds(entries) == [Kind.JOINED, Kind.GAP_BEGAN, Kind.GAP_ENDED, Kind.VANISHED]
    began, ended = (e for e in entries if e.kind in (Kind.GAP_BEGAN, Kind.GAP_ENDED))
    assert (began.at, began.detail) == (moment(19), "ended")
    assert (ended.at, ended.seconds) == (moment(50), 31.0)
    assert visits(entries)[0].outcome is Outcome.VANISHED


def test_what_is_found_out_later_outranks_vanished() -> None:
    found = told([START, joined(10), cut(20), empty_room(50, sat()), left(51), connected(51)])
    assert visits(found)[0].outcome is Outcome.ANSWERED


def test_who_was_answered_in_a_gap_is_found_talking() -> None:
    after = Snapshot(50, "b1", (sat(),), (), (found_talking(30),))
    visit = one_visit([START, joined(10), cut(20), after, completed(90)])
    assert (visit.outcome, visit.wait_s, visit.talk_s) == (Outcome.ANSWERED, 20.0, 60.0)


def test_who_came_and_was_answered_in_a_gap_has_a_wait_that_nobody_saw() -> None:
    after = Snapshot(50, "b1", (sat(),), (), (found_talking(30),))
    visit = one_visit([START, cut(20), after, completed(90)])
    assert (visit.outcome, visit.wait_s, visit.talk_s) == (Outcome.ANSWERED, None, 60.0)


def test_who_still_waits_after_a_gap_is_on_the_same_visit() -> None:
    after = Snapshot(50, "b1", (sat(),), (found_waiting(9.4),), ())
    visit = one_visit([START, joined(10), cut(20), after, left(60), connected(60)])
    assert (visit.outcome, visit.wait_s) == (Outcome.ANSWERED, 50.0)


def test_a_talk_that_ended_in_a_gap_has_no_length() -> None:
    visit = one_visit([*ANSWERED[:-1], cut(20), empty_room(50, sat())])
    assert (visit.outcome, visit.talk_s) == (Outcome.ANSWERED, None)


def test_an_audit_lets_nobody_vanish_who_has_only_just_joined() -> None:
    assert one_visit([START, joined(10), empty_room(11, sat())]).outcome is Outcome.WAITING


def test_an_audit_finds_who_left_unseen() -> None:
    assert one_visit([START, joined(10), empty_room(40, sat())]).outcome is Outcome.VANISHED


def test_after_a_gap_every_state_is_told_anew() -> None:
    entries = told([START, cut(20), empty_room(50, sat())])
    states = [e.at for e in entries if e.kind is Kind.STATE]
    assert states == [moment(0), moment(50)]


def test_a_process_that_starts_again_goes_on_with_the_visits_it_finds() -> None:
    before = told([START, joined(10), rung(11)])
    (joining,) = (entry for entry in before if entry.kind is Kind.JOINED)
    known = Unfinished(joining.visit, FOOD, joined(10).caller, joining.at)
    ledger = Ledger(CLOCK, [known], gap_since=moment(12))
    found = Snapshot(30, "b1", (sat(),), (found_waiting(9.6),), ())
    after = told([found, left(40), connected(40)], ledger, Picture())
    (visit,) = visits([*before, *after])
    assert (visit.outcome, visit.wait_s) == (Outcome.ANSWERED, 30.0)
    gap = [(e.kind, e.at) for e in after if e.kind in (Kind.GAP_BEGAN, Kind.GAP_ENDED)]
    assert gap == [(Kind.GAP_BEGAN, moment(12)), (Kind.GAP_ENDED, moment(30))]


def test_the_first_start_of_all_has_no_gap() -> None:
    assert kinds(told([START])) == []


def test_an_asterisk_that_is_not_there_at_the_start_is_no_gap_of_its_own() -> None:
    assert kinds(told([cut(1), START])) == []


def test_an_operator_who_leaves_the_room_in_a_gap_is_offline_after_it() -> None:
    entries = told([START, cut(20), Snapshot(50, "b1", (), (), ())])
    assert [e.detail for e in entries if e.kind is Kind.STATE] == ["available"]


def test_a_name_of_any_length_fits_the_table() -> None:
    entries = told([START, joined(10, "c" * 500), left(20, "c" * 500)])
    assert {len(entry.visit) for entry in entries if entry.visit} == {96}
    assert visits(entries)[0].wait_s == 10.0
