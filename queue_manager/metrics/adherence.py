"""Adherence: whether operators sat when the roster said so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from queue_manager.metrics.formulas import ratio
from queue_manager.metrics.operator_time import Spell

Span = tuple[datetime, datetime]


def adherence(scheduled: Iterable[Span], present: Sequence[Spell]) -> float | None:
    """Return minutes in the scheduled state / minutes scheduled.

    The scheduled state of a shift is "signed on": a break inside it is no absence, as the roster
    says nothing of breaks. ``present`` are the spells of one operator.
    """
    plan = list(scheduled)
    whole = sum((until - since).total_seconds() for since, until in plan)
    there = sum(
        max(0.0, (min(until, spell.until) - max(since, spell.since)).total_seconds())
        for since, until in plan
        for spell in present
    )
    return ratio(there, whole)


def adherences(
    schedule: dict[str, Sequence[Span]], spells: Iterable[Spell]
) -> dict[str, float | None]:
    """Return the adherence of everybody who has to sit."""
    present: dict[str, list[Spell]] = {}
    for spell in spells:
        present.setdefault(spell.operator, []).append(spell)
    return {name: adherence(plan, present.get(name, ())) for name, plan in schedule.items()}
