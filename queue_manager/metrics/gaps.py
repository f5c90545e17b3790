"""How much of an interval nobody saw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from queue_manager.journal.entry import Entry, Kind


def unheard_s(gaps: Iterable[Entry], since: datetime, until: datetime) -> float:
    """Return for how many seconds of an interval nothing was known.

    ``gaps`` are the beginnings and ends of gaps in it, in order. One that ends without having begun
    in it began before it; one that has not ended goes on.
    """
    unheard, open_since = 0.0, None
    for entry in gaps:
        if entry.kind is Kind.GAP_BEGAN and open_since is None:
            open_since = entry.at
        elif entry.kind is Kind.GAP_ENDED:
            began = open_since if open_since is not None else _began(entry, since)
            unheard += max(0.0, (min(entry.at, until) - began).total_seconds())
            open_since = None
    if open_since is not None:
        unheard += max(0.0, (until - open_since).total_seconds())
    return unheard


def _began(ended: Entry, since: datetime) -> datetime:
    """Return the interval's beginning; of a gap of no length, a clock that was moved, its end."""
    return since if ended.seconds else ended.at
