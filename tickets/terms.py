"""What a district decided about its tickets: data, handed in once at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tickets.calls import StatusLimits
from tickets.model import Category


@dataclass(frozen=True, slots=True)
class Terms:
    """Categories by id, and limits. ``other`` names the category of whoever chose none.

    Raises ``ValueError`` when that one does not exist or gives no ticket.
    """

    categories: Mapping[str, Category]
    status_limits: StatusLimits = field(default_factory=StatusLimits)
    known_caller: timedelta = timedelta(days=7)
    """A telephone that called within this time is known."""
    other: str = "other"

    def __post_init__(self) -> None:
        if self.other not in self.categories or not self.categories[self.other].ticket:
            raise ValueError(f"the category {self.other!r} is missing or gives no ticket")

    def category(self, name: str) -> Category | None:
        """Return a category, ``None`` for "" and for one that no longer exists."""
        return self.categories.get(name)

    def category_or_other(self, name: str) -> Category:
        """Return the category a ticket opens in."""
        return self.categories.get(name, self.categories[self.other])
