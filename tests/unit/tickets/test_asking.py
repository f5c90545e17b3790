"""Who may hear what about a ticket, how often, and that a refusal tells nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from database.engine import reading
from tests.support.ticketing import (
    NOON,
    NUMBER_KEY,
    RAM,
    SITA,
    FakeClock,
    call,
    make_register,
    record,
    terms,
)
from tickets import queries
from tickets.call_events import StatusTold
from tickets.calls import Rate, Refusal, StatusLimits, Told
from tickets.model import TicketState
from tickets.number import number_at
from tickets.register import Register
from tickets.service import DeskSettings, TicketDesk, until_even
from tickets.store.schema import status_attempts

NOBODYS = number_at(NUMBER_KEY, 777_777)


def opened(register: Register, call_id: str = "1", **more: object) -> str:
    done = register.take_in(record(call_id, **more))  # type: ignore[arg-type]
    assert done.issued is not None
    return done.issued.number


def slip(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def test_the_own_telephone_hears_all(register: Register) -> None:
    number = opened(register)
    assert register.status(call("2", "09811012345"), number) == Told(
        number, TicketState.OPEN, True, "food", NOON, NOON + timedelta(hours=2)
    )


def test_a_stranger_hears_the_state_and_nothing_else(register: Register) -> None:
    number = opened(register)
    assert register.status(call("2", RAM), number) == Told(number, TicketState.OPEN, own=False)


@pytest.mark.parametrize("caller", ["", "anonymous"])
def test_two_who_withhold_their_number_are_strangers(register: Register, caller: str) -> None:
    number = opened(register, caller=caller)
    told = register.status(call("2", caller), number)
    assert isinstance(told, Told)
    assert not told.own


def test_a_confidential_ticket_does_not_exist_for_a_stranger(register: Register) -> None:
    number = opened(register, category="psych")
    assert register.status(call("2", RAM), number) is Refusal.NOT_FOUND
    assert register.status(call("3", RAM), NOBODYS) is Refusal.NOT_FOUND
    own = register.status(call("4", SITA), number)
    assert isinstance(own, Told)
    assert own.category == "psych"


def test_the_second_number_of_a_ticket_is_answered_like_the_first(register: Register) -> None:
    opened(register)
    (second,) = register.lease("fall-back", 1)
    register.take_in(record("1", number=second), late=True)
    told = register.status(call("2"), second)
    assert isinstance(told, Told)
    assert told.number == second


@pytest.mark.parametrize("number", ["", "123", "1" * 30, "१२३४५६७८९०", "'; DROP"])
def test_a_slip_of_the_finger_is_told_apart_and_costs_no_attempt(
    register: Register, store: Engine, number: str
) -> None:
    right = opened(register)
    for _ in range(20):
        assert register.status(call("2"), number) is Refusal.WRONG_NUMBER
        assert register.status(call("2"), slip(right)) is Refusal.WRONG_NUMBER
    with reading(store) as connection:
        assert connection.scalar(select(func.count()).select_from(status_attempts)) == 0


def test_who_asked_is_in_the_history_without_the_number(register: Register, store: Engine) -> None:
    number = opened(register)
    register.status(call("2", RAM), number)
    found = queries.find_ticket(store, number)
    assert found is not None
    assert found.history[-1].event == StatusTold(own=False)


def test_three_questions_a_call(register: Register) -> None:
    number = opened(register)
    for _ in range(3):
        assert isinstance(register.status(call("2"), number), Told)
    assert register.status(call("2"), number) is Refusal.TOO_MANY
    assert isinstance(register.status(call("3"), number), Told)


def test_four_questions_a_telephone_within_an_hour(register: Register, clock: FakeClock) -> None:
    number = opened(register)
    for n in range(4):
        assert isinstance(register.status(call(f"2-{n}", RAM), number), Told)
    # What is refused does not count again: an hour after the first four he may ask again.
    for minutes in (10, 20, 29):
        clock.advance(minutes=minutes)
        assert register.status(call("3", RAM), number) is Refusal.TOO_MANY
    assert isinstance(register.status(call("4", SITA), number), Told)
    clock.advance(minutes=2)
    assert isinstance(register.status(call("5", RAM), number), Told)


def limited(store: Engine, clock: FakeClock, **limits: object) -> Register:
    return make_register(store, clock, terms(status_limits=StatusLimits(**limits)))  # type: ignore[arg-type]


def test_the_whole_line_has_a_limit_but_not_for_ones_own_ticket(
    store: Engine, clock: FakeClock
) -> None:
    register = limited(store, clock, overall=Rate(5, timedelta(hours=1)))
    number = opened(register)
    for n in range(5):
        asked = register.status(call(f"2-{n}", f"98110222{n:02}"), NOBODYS)
        assert asked is Refusal.NOT_FOUND
    assert register.status(call("3", RAM), number) is Refusal.TOO_MANY
    assert isinstance(register.status(call("4", SITA), number), Told)


def test_all_who_withhold_their_number_together_have_a_tenth_of_the_line(
    store: Engine, clock: FakeClock
) -> None:
    hour = timedelta(hours=1)
    register = limited(store, clock, per_caller=Rate(2, hour), overall=Rate(60, hour))
    for n in range(6):
        assert register.status(call(f"2-{n}", ""), NOBODYS) is Refusal.NOT_FOUND
    assert register.status(call("3", "anonymous"), NOBODYS) is Refusal.TOO_MANY
    assert register.status(call("4", RAM), NOBODYS) is Refusal.NOT_FOUND


def test_the_limits_hold_over_processes(store: Engine, clock: FakeClock) -> None:
    one, two = make_register(store, clock), make_register(store, clock)
    answers = [desk.status(call("2", RAM), NOBODYS) for desk in (one, two, one, two)]
    assert answers == [Refusal.NOT_FOUND] * 3 + [Refusal.TOO_MANY]


def test_with_the_clock_set_back_limits_hold_and_end(register: Register, clock: FakeClock) -> None:
    """Attempts that seem to come from the future count, and for no longer than the others."""
    for n in range(4):
        register.status(call(f"2-{n}", RAM), NOBODYS)
    clock.set_back(days=300)
    assert register.status(call("3", RAM), NOBODYS) is Refusal.TOO_MANY
    clock.advance(minutes=61)
    assert register.status(call("4", RAM), NOBODYS) is Refusal.NOT_FOUND


def test_attempts_are_forgotten_when_they_no_longer_count(
    register: Register, store: Engine, clock: FakeClock
) -> None:
    register.status(call("2", RAM), NOBODYS)
    clock.advance(hours=25)
    register.status(call("3", SITA), NOBODYS)
    with reading(store) as connection:
        assert connection.scalars(select(status_attempts.c.call_id)).all() == ["gurugram-b1-3"]


@pytest.mark.parametrize(
    ("passed", "expected"), [(0.0, 0.25), (0.1, 0.15), (0.25, 0.0), (0.26, 0.24), (1.1, 0.15)]
)
def test_an_answer_takes_a_whole_multiple_of_the_same_time(passed: float, expected: float) -> None:
    assert until_even(passed, 0.25) == pytest.approx(expected)


async def test_every_answer_takes_the_same_time(
    register: Register, tmp_path: Path, clock: FakeClock
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    desk = TicketDesk(register, DeskSettings(tmp_path / "spool", "test"), sleep=sleep)
    hidden, plain = opened(register, "1", category="psych"), opened(register, "2")
    for n, number in enumerate([hidden, NOBODYS, slip(plain), plain, plain]):
        await desk.status(call(f"3-{n}", RAM), number)
    assert await desk.status(call("4", RAM), plain) is Refusal.TOO_MANY
    await desk.close()
    assert slept == [0.25] * 6
