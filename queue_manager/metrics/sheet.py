"""Numbers with their formulas beside them: what the wallboard, the telephone and a report print."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from queue_manager.metrics import formulas, operator_time
from queue_manager.metrics.operator_time import OperatorTime
from queue_manager.metrics.tally import Tally
from queue_manager.metrics.terms import MetricTerms


class Unit(StrEnum):
    """What a number is of."""

    CALLS = "calls"
    TICKETS = "tickets"
    SHARE = "share"
    """Between 0 and 1."""
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; ``value`` is ``None`` where nothing is divided by nothing."""

    name: str
    value: float | None
    unit: Unit
    formula: str
    """With the thresholds in force; "" of a plain count."""


def of_calls(t: Tally, terms: MetricTerms) -> tuple[Figure, ...]:
    """Return every metric of calls, the most asked for first."""
    quick, late = f"w ≤ {terms.answer_within_s:g} s", f"w > {terms.answer_within_s:g} s"
    short, long = f"w ≤ {terms.short_s:g} s", f"w > {terms.short_s:g} s"

    def count(name: str, value: int) -> Figure:
        return Figure(name, value, Unit.CALLS, "")

    def share(name: str, value: float | None, formula: str) -> Figure:
        return Figure(name, value, Unit.SHARE, formula)

    def seconds(name: str, value: float | None, formula: str) -> Figure:
        return Figure(name, value, Unit.SECONDS, formula)

    return (
        count("offered", t.offered),
        count("answered", t.answered),
        count("abandoned", t.abandoned),
        count("timed_out", t.timed_out),
        count("called_back", t.called_back),
        count("waiting", t.waiting),
        count("vanished", t.vanished),
        share(
            "service_level",
            formulas.service_level(t),
            f"A({quick}) / (A + B({long}) + T + waiting({late}))",
        ),
        share(
            "service_level_strict", formulas.service_level_strict(t), f"A({quick}) / (A + B + T)"
        ),
        share(
            "service_level_threshold",
            formulas.service_level_threshold(t),
            f"A({quick}) / (A + B({late}))",
        ),
        share("asterisk_perf", formulas.asterisk_perf(t), f"A({quick}) / A"),
        share("asterisk_perf2", formulas.asterisk_perf2(t), f"(A({quick}) + B({quick})) / (A + B)"),
        seconds("speed_of_answer", formulas.speed_of_answer(t), "Σ w(A) / A"),
        seconds("mean_wait", formulas.mean_wait(t), "Σ w(A, B, T) / (A + B + T)"),
        share("abandonment", formulas.abandonment(t), f"B({long}) / (O - B({short}))"),
        seconds("time_to_abandon", formulas.time_to_abandon(t), "Σ w(B) / B"),
        seconds("patience", formulas.patience(t), "Σ w(A, B, T, K) / B"),
        seconds("handling_time", formulas.handling_time(t), "(talk + hold + wrap-up) / A"),
    )


def of_operators(time: OperatorTime) -> tuple[Figure, ...]:
    """Return every metric of one operator, or of all together."""
    handling = "talk + hold + wrap-up"
    return (
        Figure("answered", time.answered, Unit.CALLS, ""),
        Figure("missed", time.missed, Unit.CALLS, ""),
        Figure("signed_on", time.signed_on_s, Unit.SECONDS, "every state but offline"),
        Figure(
            "handling_time",
            operator_time.handling_time_of(time),
            Unit.SECONDS,
            f"({handling}) / A",
        ),
        Figure(
            "occupancy",
            operator_time.occupancy(time),
            Unit.SHARE,
            f"({handling}) / ({handling} + available)",
        ),
        Figure(
            "utilisation", operator_time.utilisation(time), Unit.SHARE, f"({handling}) / signed on"
        ),
        Figure(
            "ring_no_answer",
            operator_time.ring_no_answer(time),
            Unit.SHARE,
            "rings not answered / rings offered",
        ),
    )
