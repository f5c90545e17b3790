"""What events say of visits: the part of the journal about callers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from queue_manager.journal.unfinished import Unfinished
from queue_manager.journal.visits import SETTLED_S, Visit, Visits, visit_name

UNSEEN: Final = "unseen"
"""``detail`` of what was not seen but found to be so."""


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
        if visit is None or not visit.began(at):
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
        if visit is None or event.operator in visit.rings:
            return
        if visit.just_rang(event.operator, event.at):
            return
        visit.rings[event.operator] = event.at
        yield self._lines.ring(Kind.RUNG, visit, event.operator, event.at, event.at)

    def _missed(self, event: RingMissed) -> Iterator[Entry]:
        visit = self._visits.find(event.queue, event.channel)
        if visit is None:
            return
        began = visit.rings.pop(event.operator, None)
        if began is None and visit.just_rang(event.operator, event.at):
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
            if visit is None or visit.came_back(joined):
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
