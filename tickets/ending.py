"""Whether a call that ended without a number gets a ticket all the same."""

from __future__ import annotations

from tickets.calls import COMPLETED
from tickets.model import Category


def ticket_due(ending: str, category: Category | None, *, status_told: bool) -> bool:
    """Tell whether the citizen is owed a ticket. ``category`` is None when nothing was chosen.

    Whoever chose a matter is owed one, unless it is one that ends in the call (information,
    status). Whoever chose nothing and was lost on the way is owed one too, in ``other``; not one
    whose conversation came to its end, or who was told a status before leaving.
    """
    if category is not None:
        return category.ticket
    return ending != COMPLETED and not status_told
