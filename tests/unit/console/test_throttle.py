"""Who fails waits longer each time, and nobody waits for another's failures."""

from __future__ import annotations

from console.throttle import FORGET_S, FREE, LONGEST_S, MOST_KEYS, Throttle

ONE, OTHER = ("pair", "10.0.0.1", "asha"), ("pair", "10.0.0.2", "asha")


def failed(throttle: Throttle, times: int, at: float = 0.0) -> float:
    for _ in range(times):
        throttle.tried(ONE, at)
    return throttle.wait_s(ONE, at)


def test_the_first_failures_are_free_and_then_it_doubles() -> None:
    throttle = Throttle()
    assert failed(throttle, FREE) == 0
    assert [failed(throttle, 1) for _ in range(4)] == [2, 4, 8, 16]


def test_no_wait_is_longer_than_the_longest() -> None:
    assert failed(Throttle(), 500) == LONGEST_S


def test_another_address_does_not_wait() -> None:
    throttle = Throttle()
    failed(throttle, 50)
    assert throttle.wait_s(OTHER, 0.0) == 0


def test_the_wait_passes_and_an_hour_forgets() -> None:
    throttle = Throttle()
    failed(throttle, FREE + 1)
    assert throttle.wait_s(ONE, 1.5) == 0.5
    assert throttle.wait_s(ONE, 2.0) == 0
    failed(throttle, 20)
    assert failed(throttle, 1, FORGET_S + 1) == 0


def test_the_right_password_forgives() -> None:
    throttle = Throttle()
    failed(throttle, 10)
    throttle.forgive(ONE)
    assert failed(throttle, FREE) == 0


def test_it_keeps_no_more_keys_than_it_may() -> None:
    throttle = Throttle()
    failed(throttle, 10)
    for number in range(MOST_KEYS):
        throttle.tried(("pair", str(number), "x"), 0.0)
    assert len(throttle._by_key) == MOST_KEYS
    assert throttle.wait_s(ONE, 0.0) == 0


def test_a_trial_that_is_taken_back_leaves_everything_as_it_was() -> None:
    throttle = Throttle()
    failed(throttle, FREE)
    throttle.take_back(throttle.tried(ONE, 1.0))
    assert throttle.wait_s(ONE, 1.0) == 0
    assert failed(throttle, 1, 1.0) == 2


def test_a_trial_that_is_taken_back_takes_no_later_one_with_it() -> None:
    throttle = Throttle()
    early = [throttle.tried(ONE, 0.0) for _ in range(FREE + 1)]
    assert failed(throttle, 1, 3.0) == 4
    for trial in early:
        throttle.take_back(trial)
    assert throttle.wait_s(ONE, 3.0) == 4
    assert failed(throttle, 2, 8.0) == 0, "of five trials one is left, and two are new"
