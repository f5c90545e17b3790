"""What events say of visits: the part of the journal about callers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    Completed,
    Connected,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
)
from queue_manager.journal.clock import Clock
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.lines import Lines
from queue_manager.journal.visits import SAME_S, Visit, Visits, visit_name

SETTLED_S: Final = 2.0
"""A visit younger than this may have begun after the lists of a snapshot were made, and a snapshot
knows in whole seconds only how long one waits."""
UNSEEN: Final = "unseen"
"""``detail`` of what was not seen but found to be so."""


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
    channel = joined.visit.rpartition("@")[0]
    return Unfinished(
        visit=joined.visit,
        queue=joined.queue,
        caller=Caller(channel=channel, call_id=joined.call_id, ticket=joined.ticket),
        joined_at=joined.at,
        answered_at=None if answered is None else answered.at,
        operator="" if answered is None else answered.operator,
    )


class VisitBook:
    """Remembers the visits that go on, and those just over for what is told of them late."""

    def __init__(self, clock: Clock, unfinished: Iterable[Unfinished] = ()) -> None:
        self._clock = clock
        self._lines = Lines(clock)
        self._visits = Visits()
        for known in unfinished:
            self._visits.add(self._known(known))

    def entries(self, event: RoomEvent, *, live: bool) -> Iterator[Entry]:
        """Return what an event says of visits; ``live`` as the picture was before it."""
        match event:
            case CallerJoined(at=at, queue=queue, caller=caller):
                yield from self._joined(at, queue, caller)
            case CallerLeft(at=at, queue=queue, channel=channel):
                yield from self._left(Kind.LEFT, at, queue, channel)
            case CallerAbandoned(at=at, queue=queue, channel=channel):
                yield from self._left(Kind.ABANDONED, at, queue, channel)
            case OperatorRung():
                yield from self._rung(event)
            case RingMissed():
                yield from self._missed(event)
            case Connected():
                yield from self._connected(event)
            case Completed():
                yield from self._completed(event)
            case Snapshot():
                yield from self._found(event, live=live)

    def _joined(self, at: float, queue: str, caller: Caller, detail: str = "") -> Iterator[Entry]:
        visit = self._visits.find(queue, caller.channel)
        if visit is None or not _same_joining(visit, at):
            if visit is not None and visit.waits:
                yield self._vanished(visit, at)
            visit = self._begin(at, queue, caller)
        if not visit.told:
            visit.told = True
            visit.caller = caller
            yield self._lines.of("joined", Kind.JOINED, visit.joined, visit, detail=detail)

    def _left(self, kind: Kind, at: float, queue: str, channel: str) -> Iterator[Entry]:
        visit = self._visits.find(queue, channel) or self._begin(at, queue, Caller(channel))
        if visit.left is None:
            visit.left = at
        waited = max(0.0, visit.left - visit.joined)
        yield self._lines.of(kind, kind, visit.left, visit, seconds=waited)
        if not visit.talks:
            self._visits.over(visit)

    def _rung(self, event: OperatorRung) -> Iterator[Entry]:
        visit = self._visits.find(event.queue, event.channel)
        if visit is None or event.operator in visit.rings or _just(visit, event):
            return
        visit.rings[event.operator] = event.at
        yield self._lines.ring(Kind.RUNG, visit, event.operator, event.at, event.at)

    def _missed(self, event: RingMissed) -> Iterator[Entry]:
        visit = self._visits.find(event.queue, event.channel)
        if visit is None:
            return
        began = visit.rings.pop(event.operator, None)
        if began is None and _just(visit, event):
            return
        visit.rung_last[event.operator] = event.at
        since = event.at - event.rang_s if began is None else began
        yield self._lines.ring(Kind.MISSED, visit, event.operator, since, event.at)

    def _connected(self, event: Connected) -> Iterator[Entry]:
        visit = self._visits.find(event.queue, event.caller.channel)
        if visit is None:
            yield from self._joined(event.at - event.waited_s, event.queue, event.caller, UNSEEN)
            visit = self._visits.find(event.queue, event.caller.channel)
            assert visit is not None
        if visit.answered is None:
            yield self._answered(visit, event.operator, event.at, event.at - visit.joined)

    def _completed(self, event: Completed) -> Iterator[Entry]:
        visit = self._visits.find(event.queue, event.channel)
        if visit is None:
            return
        talked = event.talked_s if visit.answered is None else event.at - visit.answered
        yield self._lines.of(
            "completed",
            Kind.COMPLETED,
            event.at,
            visit,
            operator=event.operator,
            seconds=max(0.0, talked),
            detail=event.ended_by,
        )
        visit.operator = visit.operator or event.operator
        visit.ended = True
        self._visits.over(visit)

    def _found(self, snapshot: Snapshot, *, live: bool) -> Iterator[Entry]:
        """Take who is in it and was not known for come unseen, and who is not in it for gone."""
        for waiting in snapshot.waiting:
            joined = min(waiting.joined_at, snapshot.at)
            visit = self._visits.find(waiting.queue, waiting.caller.channel)
            if visit is None or (visit.left is not None and _came_back(visit, joined)):
                yield from self._joined(joined, waiting.queue, waiting.caller, UNSEEN)
        for talk in snapshot.talks:
            visit = self._visits.find(talk.queue, talk.caller.channel)
            if visit is None:
                yield from self._joined(talk.since, talk.queue, talk.caller, UNSEEN)
                visit = self._visits.find(talk.queue, talk.caller.channel)
                assert visit is not None
                yield self._answered(visit, talk.operator, talk.since, None, UNSEEN)
            elif visit.answered is None:
                waited = max(0.0, talk.since - visit.joined)
                yield self._answered(visit, talk.operator, talk.since, waited, UNSEEN)
        there = {(w.queue, w.caller.channel) for w in snapshot.waiting}
        there |= {(t.queue, t.caller.channel) for t in snapshot.talks}
        for visit in self._visits.going():
            began = visit.joined if visit.answered is None else visit.answered
            young = live and snapshot.at - began < SETTLED_S
            if (visit.queue, visit.caller.channel) not in there and not young:
                yield self._gone(visit, snapshot.at)

    def _gone(self, visit: Visit, at: float) -> Entry:
        if not visit.talks:
            return self._vanished(visit, at)
        self._visits.over(visit)
        return self._lines.of(
            "completed_unseen",
            Kind.COMPLETED,
            at,
            visit,
            operator=visit.operator,
            detail=UNSEEN,
        )

    def _vanished(self, visit: Visit, at: float) -> Entry:
        visit.gone = True
        self._visits.over(visit)
        return self._lines.of("vanished", Kind.VANISHED, at, visit)

    def _answered(
        self, visit: Visit, operator: str, at: float, waited: float | None, detail: str = ""
    ) -> Entry:
        visit.answered = at
        visit.operator = operator
        visit.rings.clear()
        if not visit.ended:
            visit.gone = False
            self._visits.add(visit)
        return self._lines.of(
            "answered",
            Kind.ANSWERED,
            at,
            visit,
            operator=operator,
            seconds=None if waited is None else max(0.0, waited),
            detail=detail,
        )

    def find(self, queue: str, channel: str) -> Visit | None:
        """Return the last visit of a channel to a queue."""
        return self._visits.find(queue, channel)

    def _begin(self, at: float, queue: str, caller: Caller) -> Visit:
        name = visit_name(caller.channel, self._clock.utc(at))
        return self._visits.add(Visit(name, queue, caller, at))

    def _known(self, known: Unfinished) -> Visit:
        steady = self._clock.steady
        answered = None if known.answered_at is None else steady(known.answered_at)
        return Visit(
            known.visit,
            known.queue,
            known.caller,
            joined=steady(known.joined_at),
            told=True,
            answered=answered,
            operator=known.operator,
        )


def _same_joining(visit: Visit, at: float) -> bool:
    """Tell whether a visit is the one that a caller, told to have joined ``at``, is on.

    One found by a snapshot knows its beginning in whole seconds only; one whose end was told before
    its beginning has begun when it ended.
    """
    if visit.waits:
        return abs(at - visit.joined) <= SETTLED_S
    ended = visit.joined if visit.left is None else visit.left
    return abs(at - visit.joined) <= SAME_S or abs(at - ended) <= SAME_S


def _came_back(visit: Visit, joined: float) -> bool:
    return visit.left is not None and joined > visit.left + SETTLED_S


def _just(visit: Visit, event: OperatorRung | RingMissed) -> bool:
    return event.at - visit.rung_last.get(event.operator, float("-inf")) <= SAME_S
