"""What ``district.yaml`` says about tickets, in the words of the tickets."""

from __future__ import annotations

from datetime import timedelta

from sahayata import district as data
from tickets.calls import Rate, StatusLimits
from tickets.model import Category
from tickets.terms import Terms


def terms_of(district: data.District) -> Terms:
    """Return categories and limits of a district.

    Raises ``ValueError`` when there is no category ``other`` that gives tickets.
    """
    limits = district.status_limits
    return Terms(
        categories={name: _category(name, c) for name, c in district.categories.items()},
        status_limits=StatusLimits(
            per_call=limits.per_call,
            per_caller=Rate(limits.per_caller.count, limits.per_caller.within),
            overall=Rate(limits.overall.count, limits.overall.within),
        ),
        known_caller=timedelta(days=district.helpline.known_caller_days),
    )


def _category(name: str, category: data.Category) -> Category:
    limit = category.limit
    return Category(
        id=name,
        queue=category.queue,
        limits_minutes=(None,) if limit == "none" else (_minutes(limit.l1), _minutes(limit.l2)),
        confidential=category.confidential,
        ticket=category.ticket,
    )


def _minutes(duration: timedelta) -> int:
    """Whole minutes, at least one: a promise of less is none."""
    return max(1, int(duration.total_seconds() // 60))
