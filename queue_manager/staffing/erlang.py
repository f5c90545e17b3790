"""Erlang C and Erlang A: how long callers wait for a number of operators.

Calls come at random (Poisson), handling times and patience are exponential. Erlang C lets everybody
wait for ever and has no answer when there are more calls than hands; Erlang A (M/M/N+M) lets
callers hang up, is always stable, and is the one to use once abandons are measured. Both are sums
of positive terms or in logarithms: right for thousands of operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from queue_manager.staffing.impatient import Impatient, integral

MOST_OPERATORS: Final = 10_000
"""No answer is sought beyond it."""
NOBODY: Final = 1e-6
"""Fewer calls in an hour are none."""


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in, in one stretch of time in which it does not change."""

    per_hour: float
    """λ: calls that join the queue in an hour."""
    handling_s: float
    """AHT: talk, hold and wrap-up."""

    def __post_init__(self) -> None:
        """Refuse what no queue has."""
        if not (self.per_hour >= 0 and self.handling_s > 0):
            raise ValueError("calls are not fewer than none, and each takes some time")

    @property
    def erlangs(self) -> float:
        """A = λ · AHT: how many operators are busy when nobody is lost."""
        return self.per_hour / 3600 * self.handling_s


@dataclass(frozen=True, slots=True)
class Service:
    """What callers get."""

    service_level: float
    """Share of all callers answered within the threshold."""
    answer_s: float
    """ASA: mean wait of the answered; infinite when the queue only grows."""
    occupancy: float
    """Share of their time that operators handle calls."""
    abandoned: float
    """Share of all callers who hang up waiting; 0 by Erlang C."""
    waits: float
    """Share of callers who wait at all."""


def erlang_b(operators: int, erlangs: float) -> float:
    """B_N: B₀ = 1, Bₙ = A·Bₙ₋₁ / (n + A·Bₙ₋₁)."""
    blocked = 1.0
    for n in range(1, operators + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(operators: int, load: Load, within_s: float) -> Service:
    """ρ = A/N; C = B_N/(1 - ρ(1 - B_N)); SL = 1 - C·e^(-(N-A)·T/AHT); ASA = C·AHT/(N-A)."""
    a = load.erlangs
    if a >= operators:
        return Service(0.0, math.inf if a else 0.0, 1.0 if a else 0.0, 0.0, 1.0)
    return _erlang_c(operators, load, within_s, erlang_b(operators, a))


def erlang_a(operators: int, load: Load, within_s: float, patience_s: float) -> Service:
    """M/M/N+M: Erlang C with callers who hang up after an exponential patience of mean θ.

    With c = N/AHT and δ = 1/θ, of the callers that find everybody busy those answered after v have
    the density p_N · c · exp(-(c+δ)v + (λ/δ)(1 - e^(-δv))): the sum over all lengths of the queue
    of the time in which those ahead are served or hang up, by who has not hung up till then (Palm;
    Mandelbaum and Zeltyn, "The M/M/n+G queue", 2009).
    """
    if patience_s <= 0:
        raise ValueError("patience is more than zero")
    if load.per_hour < NOBODY:
        return Service(1.0, 0.0, 0.0, 0.0, 0.0)
    if operators == 0:
        return Service(0.0, math.inf, 0.0, 1.0, 1.0)
    room = Impatient.of(operators, load.per_hour / 3600, load.handling_s, patience_s)
    answered = 1 - room.abandoned
    waited = integral(lambda v: v * room.answered_after(v), room.longest)
    return Service(
        service_level=room.answered_within(within_s),
        answer_s=waited / answered if answered > 0 else math.inf,
        occupancy=min(1.0, load.erlangs * answered / operators),
        abandoned=room.abandoned,
        waits=room.waits,
    )


def operators_needed(
    load: Load, target: float, within_s: float, patience_s: float | None = None
) -> int:
    """Return the least number of operators with a service level of at least ``target``.

    By Erlang A when the patience is known, else by Erlang C. Raises ``ValueError`` for a target
    that is no share, or a load that 10,000 operators cannot take.
    """
    if not 0 < target < 1:
        raise ValueError("a service level to reach lies between 0 and 1")
    if load.per_hour < NOBODY:
        return 0
    if load.erlangs > 2 * MOST_OPERATORS:
        raise ValueError(
            f"{load.erlangs:.0f} erlangs are more than {MOST_OPERATORS} operators take"
        )
    if patience_s is not None:
        patience = patience_s

        def enough(n: int) -> bool:
            return (
                Impatient.of(n, load.per_hour / 3600, load.handling_s, patience).answered_within(
                    within_s
                )
                >= target
            )

        return _least(enough, max(1, int(load.erlangs)))
    a, blocked = load.erlangs, 1.0
    for n in range(1, MOST_OPERATORS + 1):
        blocked = a * blocked / (n + a * blocked)
        if n > a and _erlang_c(n, load, within_s, blocked).service_level >= target:
            return n
    raise ValueError(f"{a:.0f} erlangs are more than {MOST_OPERATORS} operators take")


def _erlang_c(operators: int, load: Load, within_s: float, blocked: float) -> Service:
    a = load.erlangs
    spare, busy = operators - a, a / operators
    waits = blocked / (1 - busy * (1 - blocked))
    late = waits * math.exp(-spare * within_s / load.handling_s)
    return Service(1 - late, waits * load.handling_s / spare, busy, 0.0, waits)


def _least(enough: Callable[[int], bool], guess: int) -> int:
    """Return the least number that is enough, where more are never worse and none is not."""
    step, above = 1, guess
    while not enough(above):
        above += step
        step *= 2
        if above > 3 * MOST_OPERATORS:
            raise ValueError(f"more is needed than {MOST_OPERATORS} operators")
    step, below = 1, above - 1
    while below > 0 and enough(below):
        above, below, step = below, max(0, below - step), step * 2
    while above - below > 1:
        middle = (above + below) // 2
        above, below = (middle, below) if enough(middle) else (above, middle)
    return above
