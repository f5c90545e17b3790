"""Visits that the journal knows the beginning of and no end: what a new process begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from queue_manager.events import Caller
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.visits import channel_of


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A visit that the journal knows the beginning of and not the end."""

    visit: str
    queue: str
    caller: Caller
    joined_at: datetime
    answered_at: datetime | None = None
    operator: str = ""


OF_A_STAY: Final = (
    *(Kind.JOINED, Kind.ANSWERED, Kind.ABANDONED),
    *(Kind.LEFT, Kind.VANISHED, Kind.COMPLETED),
)


def unfinished_among(entries: Iterable[Entry]) -> tuple[Unfinished, ...]:
    """Return the visits that began in ``entries`` and did not end in them."""
    told: dict[str, dict[Kind, Entry]] = {}
    for entry in entries:
        if entry.kind in OF_A_STAY:
            told.setdefault(entry.visit, {})[entry.kind] = entry
    return tuple(_unfinished(found) for found in told.values() if _goes_on(found))


def _goes_on(found: Mapping[Kind, Entry]) -> bool:
    if Kind.JOINED not in found or Kind.COMPLETED in found:
        return False
    over = (Kind.ABANDONED, Kind.LEFT, Kind.VANISHED)
    return Kind.ANSWERED in found or not any(kind in found for kind in over)


def _unfinished(found: Mapping[Kind, Entry]) -> Unfinished:
    joined, answered = found[Kind.JOINED], found.get(Kind.ANSWERED)
    return Unfinished(
        visit=joined.visit,
        queue=joined.queue,
        caller=Caller(channel_of(joined.visit), call_id=joined.call_id, ticket=joined.ticket),
        joined_at=joined.at,
        answered_at=None if answered is None else answered.at,
        operator="" if answered is None else answered.operator,
    )
