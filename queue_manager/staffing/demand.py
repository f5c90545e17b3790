"""What is to be expected of a queue in a half-hour: calls, handling time, patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from queue_manager.staffing.erlang import Load

HALF_HOURS: Final = 48
USUAL_HANDLING_S: Final = 180.0
USUAL_PATIENCE_S: Final = 180.0
USUAL_CALLS: Final = 1500
"""Of a day, all queues together: a district on its first day (Gurugram's 1950 had as many)."""
_BY_HOUR: Final = (
    *(0.7, 0.5, 0.4, 0.3, 0.4, 0.8, 1.8, 3.3, 5.2, 7.6, 9.6, 10.0),
    *(8.6, 6.6, 6.0, 6.4, 6.6, 6.2, 5.4, 4.4, 3.5, 2.7, 1.8, 1.2),
)
"""Per cent of a day's calls in each hour: the busiest has a tenth of the day."""
SHAPE: Final = tuple(share / sum(_BY_HOUR) / 2 for share in _BY_HOUR for _ in range(2))
"""Share of a day's calls in each half-hour."""


EVERYTHING: Final = ("calls", "handling", "patience")


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes in within one half-hour of one queue."""

    calls: float
    handling_s: float = USUAL_HANDLING_S
    patience_s: float = USUAL_PATIENCE_S
    assumed: tuple[str, ...] = ()
    """Which of the three are usual figures, as the district has too little history of its own."""

    @property
    def foretold(self) -> bool:
        """Whether calls and handling time are the district's own: an outlook can be given."""
        return not {"calls", "handling"} & set(self.assumed)

    @property
    def load(self) -> Load:
        """As the formulas take it."""
        return Load(self.calls * 2, self.handling_s)


def usual(calls: float, shares: Mapping[str, float]) -> dict[str, tuple[Demand, ...]]:
    """Return a day of so many calls in the usual shape; ``shares`` are of the queues."""
    whole = sum(shares.values())
    return {
        queue: tuple(Demand(calls * part * share / whole, assumed=EVERYTHING) for part in SHAPE)
        for queue, share in shares.items()
    }
