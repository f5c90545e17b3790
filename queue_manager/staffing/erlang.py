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

MOST_OPERATORS: Final = 10_000
"""No answer is sought beyond it."""
_STEPS: Final = 400
"""Of the integrals, by Simpson's rule: even."""
_NEGLIGIBLE: Final = 40.0
"""What is e⁻⁴⁰ of the largest term is left out."""


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
    rate = load.per_hour / 3600
    if rate == 0.0:
        return Service(1.0, 0.0, 0.0, 0.0, 0.0)
    if operators == 0:
        return Service(0.0, math.inf, 0.0, 1.0, 1.0)
    serving, leaving = operators / load.handling_s, 1 / patience_s
    queue = _queue_lengths(rate, serving, leaving)
    # log p_N: everybody busy and nobody waiting.
    log_full = -_log_sum(queue.log_all, _log_below(operators, load.erlangs))
    waits = math.exp(log_full + queue.log_all)
    abandoned = min(1.0, leaving / rate * math.exp(log_full + queue.log_mean))

    def answered_after(v: float) -> float:
        grown = rate / leaving * -math.expm1(-leaving * v)
        return serving * math.exp(log_full + grown - (serving + leaving) * v)

    def waited(v: float) -> float:
        return v * answered_after(v)

    longest = _longest(rate, serving, leaving)
    soon = 1 - waits + _integral(answered_after, min(within_s, longest))
    answered = 1 - abandoned
    return Service(
        service_level=min(1.0, soon),
        answer_s=_integral(waited, longest) / answered if answered > 0 else math.inf,
        occupancy=min(1.0, load.erlangs * answered / operators),
        abandoned=abandoned,
        waits=min(1.0, waits),
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
    if load.per_hour == 0:
        return 0
    if load.erlangs > 2 * MOST_OPERATORS:
        raise ValueError(
            f"{load.erlangs:.0f} erlangs are more than {MOST_OPERATORS} operators take"
        )
    if patience_s is not None:
        patience = patience_s
        return _least(lambda n: erlang_a(n, load, within_s, patience).service_level >= target)
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


def _least(enough: Callable[[int], bool]) -> int:
    """Return the least number that is enough, where more are never worse."""
    above = 1
    while not enough(above):
        above *= 2
        if above > 2 * MOST_OPERATORS:
            raise ValueError(f"more is needed than {MOST_OPERATORS} operators")
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        above, below = (middle, below) if enough(middle) else (above, middle)
    return above


@dataclass(frozen=True, slots=True)
class _Queue:
    log_all: float
    """log Σ of p_(N+k)/p_N over every length k of the queue."""
    log_mean: float
    """log Σ of k · p_(N+k)/p_N."""


def _queue_lengths(rate: float, serving: float, leaving: float) -> _Queue:
    log_term, log_all, log_mean, k = 0.0, 0.0, -math.inf, 0
    peak = 0.0
    while log_term > peak - _NEGLIGIBLE:
        k += 1
        log_term += math.log(rate / (serving + k * leaving))
        peak = max(peak, log_term)
        log_all = _log_sum(log_all, log_term)
        log_mean = _log_sum(log_mean, log_term + math.log(k))
    return _Queue(log_all, log_mean)


def _log_below(operators: int, erlangs: float) -> float:
    """Return log Σ of p_j/p_N over j < N: p_(j-1)/p_j = j/A."""
    log_term, log_all, peak = 0.0, -math.inf, 0.0
    for j in range(operators, 0, -1):
        log_term += math.log(j / erlangs)
        log_all = _log_sum(log_all, log_term)
        peak = max(peak, log_term)
        if log_term < peak - _NEGLIGIBLE:
            break
    return log_all


def _log_sum(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


def _longest(rate: float, serving: float, leaving: float) -> float:
    """Return a wait beyond which next to nobody is answered."""
    top = max(0.0, math.log(rate / (serving + leaving)) / leaving) if rate > 0 else 0.0

    def log_density(v: float) -> float:
        return rate / leaving * -math.expm1(-leaving * v) - (serving + leaving) * v

    beyond = top + 1 / (serving + leaving)
    while log_density(beyond) > log_density(top) - _NEGLIGIBLE:
        beyond = top + (beyond - top) * 1.5
    return beyond


def _integral(f: Callable[[float], float], until: float) -> float:
    step = until / _STEPS
    odd = sum(f(step * i) for i in range(1, _STEPS, 2))
    even = sum(f(step * i) for i in range(2, _STEPS, 2))
    return step / 3 * (f(0.0) + 4 * odd + 2 * even + f(until))
