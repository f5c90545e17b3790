"""Lines of the journal about a visit, and their keys."""

from __future__ import annotations

from queue_manager.journal.clock import Clock
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.visits import Visit


class Lines:
    """Writes a line for each happening of a visit; the same happening has the same key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def of(
        self,
        which: str,
        kind: Kind,
        at: float,
        visit: Visit,
        *,
        operator: str = "",
        seconds: float | None = None,
        detail: str = "",
    ) -> Entry:
        """Return the line of ``which`` happening of a visit."""
        return Entry(
            key=f"{visit.name}:{which}",
            at=self._clock.utc(at),
            kind=kind,
            queue=visit.queue,
            operator=operator,
            visit=visit.name,
            call_id=visit.caller.call_id,
            ticket=visit.caller.ticket,
            seconds=None if seconds is None else round(seconds, 3),
            detail=detail,
        )

    def ring(self, kind: Kind, visit: Visit, operator: str, since: float, until: float) -> Entry:
        """Return that a telephone rings, or rang in vain; named by when it began."""
        return self.of(
            f"{kind}:{operator}:{round((since - visit.joined) * 1000)}",
            kind,
            since if kind is Kind.RUNG else until,
            visit,
            operator=operator,
            seconds=None if kind is Kind.RUNG else until - since,
        )
