"""The service level of the next half-hour, to be looked at before a pause is granted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from queue_manager.staffing.demand import Demand
from queue_manager.staffing.erlang import Service, erlang_a


@dataclass(frozen=True, slots=True)
class State:
    """One queue now."""

    operators: float
    """Who serve it: free, ringing, talking or wrapping up; by parts where they have other queues
    too (``plan.shared``)."""
    waiting: int
    demand: Demand
    """Of the coming half-hour."""
    within_s: float = 20.0
    target: float = 0.8


@dataclass(frozen=True, slots=True)
class Outlook:
    """The coming half-hour as it is, and with fewer operators."""

    now: Service
    then: Service
    operators: float
    """How many serve it then."""
    target: float

    @property
    def enough(self) -> bool:
        """Whether the service level is reached then."""
        return self.then.service_level >= self.target


def after_break(state: State, extra: float) -> Outlook:
    """Return what becomes of a queue when ``extra`` more operators take a break.

    By Erlang A in its steady state, over the calls that are expected within the half-hour and those
    that wait already: an estimate of the half-hour as a whole, not of its first minute.
    """
    if extra < 0:
        raise ValueError("nobody takes a break back by this")
    left = max(0.0, state.operators - extra)
    return Outlook(_service(state, state.operators), _service(state, left), left, state.target)


def _service(state: State, operators: float) -> Service:
    """Between two whole numbers of operators, as far from each as the part says."""
    busy = replace(state.demand, calls=state.demand.calls + state.waiting)
    low, high = math.floor(operators), math.ceil(operators)
    few = erlang_a(low, busy.load, state.within_s, busy.patience_s)
    if low == high:
        return few
    many = erlang_a(high, busy.load, state.within_s, busy.patience_s)
    part = operators - low

    def between(one: float, other: float) -> float:
        return one + (other - one) * part if math.isfinite(one) else one

    return Service(
        service_level=between(few.service_level, many.service_level),
        answer_s=between(few.answer_s, many.answer_s),
        occupancy=between(few.occupancy, many.occupancy),
        abandoned=between(few.abandoned, many.abandoned),
        waits=between(few.waits, many.waits),
    )
