"""How the room fares, for metrics and for whoever asks why the picture is grey."""

from __future__ import annotations

from dataclasses import dataclass

from queue_manager.room.ports import Listening, Recording
from queue_manager.room.room import Room
from queue_manager.room.standing import Standing
from queue_manager.room.telling import Telling


@dataclass(frozen=True, slots=True)
class Report:
    """Counts are since the process began."""

    live: bool
    age_s: float
    """Since the last byte of Asterisk, or the last event applied while more wait."""
    behind: int
    """Events heard and not applied yet."""
    operators: int
    readers: int
    events: int
    events_by_name: dict[str, int]
    """As Asterisk names them."""
    unknown_events: int
    malformed_events: int
    connections: int
    losses: dict[str, int]
    audits: int
    differences: int
    repairs: int
    reapplied: int
    journal_waiting: int
    journal_written: int
    journal_lost: int
    journal_away: str
    """Why the database cannot be reached; "" while it can."""
    duty_owed: int
    duty_lost: int


class Health:
    """Looks at every part."""

    def __init__(
        self,
        room: Room,
        link: Listening,
        recorder: Recording,
        standing: Standing,
        telling: Telling,
    ) -> None:
        self._room, self._link, self._recorder = room, link, recorder
        self._standing, self._telling = standing, telling

    def report(self) -> Report:
        """Return how things are now."""
        room, link, tally = self._room, self._link.counters, self._room.tally
        writing = self._recorder.state()
        return Report(
            live=room.picture.live,
            age_s=round(room.age_s, 2),
            behind=room.behind,
            operators=len(room.picture.operators),
            readers=self._telling.readers,
            events=tally.events,
            events_by_name=dict(link.events),
            unknown_events=link.unknown,
            malformed_events=link.malformed,
            connections=link.connections,
            losses=dict(link.losses),
            audits=tally.audits,
            differences=tally.differences,
            repairs=tally.repairs,
            reapplied=tally.reapplied,
            journal_waiting=writing.waiting,
            journal_written=writing.written,
            journal_lost=writing.lost,
            journal_away=writing.away,
            duty_owed=self._standing.owed,
            duty_lost=self._standing.lost,
        )
