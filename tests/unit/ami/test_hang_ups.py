"""A caller hung up, or the queue let the caller go: Asterisk says abandoned of both."""

from __future__ import annotations

import pytest

from queue_manager.ami.hang_ups import MOST, REMEMBERED_S, SWAPPED_S, HangUpAsked, HangUps
from queue_manager.events import CallerAbandoned, CallerLeft

GONE = CallerAbandoned(10.0, "food", "a.1")
LET_GO = CallerLeft(10.0, "food", "a.1")


@pytest.fixture
def hang_ups() -> HangUps:
    return HangUps()


def test_who_hangs_up_has_abandoned(hang_ups: HangUps) -> None:
    assert hang_ups.judged(HangUpAsked(9.99, "a.1")) is None
    assert hang_ups.judged(GONE) == GONE
    assert hang_ups.judged(GONE) == GONE, "told twice"


def test_who_is_let_go_at_the_limit_has_left(hang_ups: HangUps) -> None:
    hang_ups.judged(HangUpAsked(9.99, "another.2"))
    assert hang_ups.judged(GONE) == LET_GO


def test_told_in_the_wrong_order_it_is_told_after_all(hang_ups: HangUps) -> None:
    assert hang_ups.judged(GONE) == LET_GO
    assert hang_ups.judged(HangUpAsked(10.0 + SWAPPED_S / 2, "a.1")) == GONE
    assert hang_ups.judged(HangUpAsked(10.0 + SWAPPED_S / 2, "a.1")) is None, "told twice"


def test_who_was_let_go_and_hangs_up_later_has_not_abandoned(hang_ups: HangUps) -> None:
    assert hang_ups.judged(GONE) == LET_GO
    assert hang_ups.judged(HangUpAsked(10.0 + 2 * SWAPPED_S, "a.1")) is None


def test_nothing_is_remembered_for_ever(hang_ups: HangUps) -> None:
    hang_ups.judged(HangUpAsked(GONE.at - REMEMBERED_S - 1, "a.1"))
    assert hang_ups.judged(GONE) == LET_GO, "too long ago"
    hang_ups.judged(HangUpAsked(10.0, "a.1"))
    for n in range(MOST):
        hang_ups.judged(HangUpAsked(10.0, f"b.{n}"))
    assert hang_ups.judged(GONE) == LET_GO, "too many since"
