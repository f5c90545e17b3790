"""Extension and PIN: who is let in, and that no stranger locks anybody out."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select, update

from database.engine import reading, writing
from queue_manager.duty.door import Admitted, Door, NotAdmitted, TooManyTrials, TrialLimits
from queue_manager.duty.schema import pin_attempts
from queue_manager.roster.pin import Pins, fault_of
from queue_manager.roster.schema import operators
from tests.unit.duty.conftest import Hand

LIMITS = TrialLimits(of_telephone=3, of_extension=5, overall=8)
PINS = Pins(b"k" * 32)
RIGHT = "4071"


@pytest.fixture
def door(roster: Engine, hand: Hand) -> Door:
    with writing(roster) as connection:
        for extension in ("201", "202", "203"):
            connection.execute(
                update(operators)
                .where(operators.c.extension == extension)
                .values(pin_mark=PINS.mark(extension, RIGHT), supervisor=extension == "202")
            )
    return Door(roster, PINS, hand, LIMITS)


def test_the_right_pin_lets_in_and_says_who_is_a_supervisor(door: Door) -> None:
    assert door.admit("201", "201", RIGHT) == Admitted("201", supervisor=False)
    assert door.admit("mark:abc", "202", RIGHT) == Admitted("202", supervisor=True)


@pytest.mark.parametrize(
    ("extension", "pin"),
    [("201", "4072"), ("999", RIGHT), ("203", RIGHT), ("", ""), ("' OR 1=1 --", RIGHT)],
)
def test_a_wrong_pin_an_unknown_extension_and_one_who_left_get_one_answer(
    door: Door, extension: str, pin: str
) -> None:
    assert isinstance(door.admit("201", extension, pin), NotAdmitted)


def test_a_telephone_that_guesses_is_refused_even_the_right_pin(door: Door, hand: Hand) -> None:
    for pin in ("1111", "2222", "3333"):
        assert isinstance(door.admit("stranger", "201", pin), NotAdmitted)
    assert isinstance(door.admit("stranger", "201", RIGHT), TooManyTrials)
    assert isinstance(door.admit("stranger", "202", RIGHT), TooManyTrials)
    hand.advance(minutes=16)
    assert isinstance(door.admit("stranger", "201", RIGHT), Admitted)


def test_trying_does_not_lengthen_the_wait(door: Door, hand: Hand) -> None:
    for _ in range(3):
        door.admit("stranger", "201", "1111")
    for _ in range(14):
        hand.advance(minutes=1)
        door.admit("stranger", "201", "1111")
    hand.advance(minutes=2)
    assert isinstance(door.admit("stranger", "202", RIGHT), Admitted)


def test_guesses_from_many_telephones_lock_nobody_out_who_is_known(door: Door) -> None:
    assert isinstance(door.admit("home of 202", "202", RIGHT), Admitted)
    for number in range(20):
        door.admit(f"stranger {number}", "202", "1111")
    assert isinstance(door.admit("one more", "202", RIGHT), TooManyTrials)
    assert isinstance(door.admit("home of 202", "202", RIGHT), Admitted)
    assert isinstance(door.admit("202", "202", RIGHT), Admitted)


def test_over_all_guesses_are_limited_whatever_extension_they_try(door: Door) -> None:
    for number in range(LIMITS.overall):
        assert isinstance(door.admit(f"t{number}", f"5{number:02}", "1111"), NotAdmitted)
    assert isinstance(door.admit("new", "201", RIGHT), TooManyTrials)
    assert isinstance(door.admit("201", "201", RIGHT), Admitted)


def test_a_right_pin_does_not_pay_for_wrong_ones(door: Door) -> None:
    for pin in ("1111", RIGHT, "2222", RIGHT, "3333"):
        door.admit("201", "201", pin)
    assert isinstance(door.admit("201", "201", RIGHT), TooManyTrials)


def test_known_telephones_are_forgotten_and_trials_are_few(
    door: Door, hand: Hand, roster: Engine
) -> None:
    for _ in range(50):
        door.admit("home", "202", RIGHT)
        door.admit("away", "202", "1111")
    with reading(roster) as connection:
        kept = connection.scalar(select(func.count()).select_from(pin_attempts))
    assert kept == 1 + LIMITS.of_telephone
    hand.advance(days=31)
    for number in range(LIMITS.of_extension):
        door.admit(f"t{number}", "202", "1111")
    assert isinstance(door.admit("home", "202", RIGHT), TooManyTrials)


def test_a_clock_that_is_set_back_locks_nobody_in(door: Door, hand: Hand) -> None:
    for _ in range(3):
        door.admit("stranger", "201", "1111")
    hand.advance(days=-2)
    assert isinstance(door.admit("stranger", "201", RIGHT), TooManyTrials)
    hand.advance(minutes=16)
    assert isinstance(door.admit("stranger", "201", RIGHT), Admitted)


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("4071", ""),
        ("04071935", ""),
        ("407", "4 to 8 digits"),
        ("407193512", "4 to 8 digits"),
        ("40a1", "4 to 8 digits"),
        ("४०७१", "4 to 8 digits"),
        ("7777", "too easy"),
        ("2345", "too easy"),
        ("9876", "too easy"),
        ("2011", "the extension itself"),
        ("1102", "the extension itself"),
    ],
)
def test_which_pins_are_taken(pin: str, said: str) -> None:
    fault = fault_of(pin, "2011")
    assert said in fault if said else fault == ""


def test_a_mark_says_nothing_and_fits_one_extension_only() -> None:
    mark = PINS.mark("201", RIGHT)
    assert mark != PINS.mark("201", RIGHT), "who reads two marks knows nothing of the PINs"
    assert PINS.fits(mark, "201", RIGHT)
    for wrong in ("no mark", "zz:zz", "", None, mark[:-1]):
        assert not PINS.fits(wrong, "201", RIGHT)
    assert not PINS.fits(mark, "202", RIGHT)
    assert not PINS.fits(mark, "201", "\udcff")
    assert not Pins(b"x" * 32).fits(mark, "201", RIGHT)
