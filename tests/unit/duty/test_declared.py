"""What may follow what an operator declared."""

from __future__ import annotations

from datetime import timedelta

import pytest

from queue_manager.duty.declared import (
    Answered,
    Change,
    Declared,
    Missed,
    Move,
    NotPossible,
    Pause,
    Ready,
    Resume,
    SignOff,
    SignOn,
    WrapUp,
    after,
)
from tests.unit.duty.conftest import NOON

OFF = Declared("201", NOON)
ON = after(OFF, SignOn({"food": 1}), NOON)
LATER = NOON + timedelta(minutes=5)
LUNCH = after(ON, Pause("meal"), LATER)


def test_who_signs_on_may_be_rung_and_who_signs_off_declares_nothing_more() -> None:
    assert (ON.signed_on, ON.queues, ON.reason) == (True, {"food": 1}, "")
    assert after(LUNCH, SignOff(), LATER) == Declared("201", LATER)


def test_a_pause_has_its_reason_and_beginning_until_resumed() -> None:
    assert (LUNCH.reason, LUNCH.paused_since) == ("meal", LATER)
    assert after(LUNCH, Resume(), LATER) == ON


def test_operators_at_lunch_stay_at_lunch() -> None:
    for change in (Pause("meal"), SignOn({"food": 1}), WrapUp(LATER), Ready(), Answered()):
        assert after(LUNCH, change, NOON + timedelta(hours=1)) is LUNCH
    moved = after(LUNCH, Move({"ration": 2}), LATER)
    assert (moved.reason, moved.paused_since, moved.queues) == ("meal", LATER, {"ration": 2})


def test_another_reason_begins_another_pause() -> None:
    tea = after(LUNCH, Pause("tea"), LATER + timedelta(minutes=1))
    assert (tea.reason, tea.paused_since) == ("tea", LATER + timedelta(minutes=1))


def test_a_wrap_up_is_over_by_ready_by_resume_and_by_a_pause() -> None:
    finishing = after(ON, WrapUp(LATER), NOON)
    assert (finishing.reason, finishing.wrap_up_until) == ("wrap_up", LATER)
    assert after(finishing, Ready(), NOON) == ON
    assert after(finishing, Resume(), NOON) == ON
    assert after(finishing, Pause("meal"), LATER) == LUNCH


def test_missed_rings_are_counted_in_a_row() -> None:
    twice = after(after(ON, Missed(), NOON), Missed(), NOON)
    assert twice.missed == 2
    assert after(twice, Answered(), NOON) == ON
    assert after(after(twice, Pause("missed_calls"), NOON), Resume(), NOON) == ON


@pytest.mark.parametrize(
    "change",
    [Pause("tea"), Resume(), WrapUp(LATER), Ready(), Missed(), Answered(), Move({"food": 1})],
)
def test_who_is_signed_off_can_only_sign_on(change: Change) -> None:
    with pytest.raises(NotPossible, match="201 is not signed on"):
        after(OFF, change, NOON)
    assert after(OFF, SignOff(), LATER) is OFF


@pytest.mark.parametrize("change", [SignOn(), Move({}), Pause("")])
def test_a_change_needs_what_it_is_about(change: Change) -> None:
    with pytest.raises(NotPossible):
        after(ON, change, NOON)
