"""M/M/N+M: the queue whose callers hang up after an exponential patience. Sums in logarithms."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_STEPS: Final = 200
"""Of the integrals, by Simpson's rule: even."""
_NEGLIGIBLE: Final = 40.0
"""What is e⁻⁴⁰ of the largest term is left out."""


@dataclass(frozen=True, slots=True)
class Impatient:
    """M/M/N+M in its steady state; times in seconds."""

    rate: float
    """λ"""
    serving: float
    """c = N/AHT"""
    leaving: float
    """δ = 1/θ"""
    log_full: float
    """log p_N: everybody busy and nobody waiting."""
    waits: float
    abandoned: float
    longest: float
    """A wait beyond which next to nobody is answered."""

    @classmethod
    def of(cls, operators: int, rate: float, handling_s: float, patience_s: float) -> Impatient:
        """Return the steady state; ``rate`` is of calls in a second, more than none."""
        serving, leaving = operators / handling_s, 1 / patience_s
        queue = _queue_lengths(rate, serving, leaving)
        log_full = -_log_sum(queue.log_all, _log_below(operators, rate * handling_s))
        return cls(
            rate,
            serving,
            leaving,
            log_full,
            waits=min(1.0, math.exp(log_full + queue.log_all)),
            abandoned=min(1.0, leaving / rate * math.exp(log_full + queue.log_mean)),
            longest=_longest(rate, serving, leaving),
        )

    def answered_after(self, v: float) -> float:
        """Return the density of those answered after ``v``."""
        grown = self.rate / self.leaving * -math.expm1(-self.leaving * v)
        return self.serving * math.exp(self.log_full + grown - (self.serving + self.leaving) * v)

    def answered_within(self, within_s: float) -> float:
        """Return the share of all callers answered within a time."""
        soon = integral(self.answered_after, min(within_s, self.longest))
        return min(1.0, 1 - self.waits + soon)


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


def integral(f: Callable[[float], float], until: float) -> float:
    """Return the integral of a smooth function from 0."""
    step = until / _STEPS
    odd = sum(f(step * i) for i in range(1, _STEPS, 2))
    even = sum(f(step * i) for i in range(2, _STEPS, 2))
    return step / 3 * (f(0.0) + 4 * odd + 2 * even + f(until))
