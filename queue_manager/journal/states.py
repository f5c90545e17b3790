"""What operators did when: an entry for each change of state and each wrap-up that ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from queue_manager.events import RoomEvent
from queue_manager.journal.clock import Clock
from queue_manager.journal.entry import Entry, Kind
from queue_manager.journal.visits import Visit, microseconds
from queue_manager.live.picture import Operator, OperatorState, Picture
from queue_manager.live.touched import touched


def state_word(operator: Operator) -> str:
    """Return the state as the journal has it: ``talking``, ``paused:tea``."""
    if operator.state is OperatorState.PAUSED:
        return f"paused:{operator.pause_reason}"
    return operator.state.value


class StateBook:
    """Remembers whom each operator served last, so that a wrap-up belongs to a visit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._served: dict[str, Visit] = {}

    def served(self, operator: str, visit: Visit) -> None:
        """Note that an operator's talk is over."""
        self._served[operator] = visit

    def changes(self, before: Picture, event: RoomEvent, after: Picture) -> Iterator[Entry]:
        """Return the entries of every operator whose state differs."""
        if before.operators is after.operators:
            return
        for extension in touched(before, event, after):
            old, new = before.operators.get(extension), after.operators.get(extension)
            if old is new:
                continue
            was = Operator(extension) if old is None else old
            now = Operator(extension) if new is None else new
            if state_word(was) != state_word(now):
                yield from self._wrapped(after.at, was, now)
                yield self._changed(after.at, now)

    def restated(self, at: float, after: Picture) -> Iterator[Entry]:
        """Return the state of every operator who is there: what was before it is not known."""
        for operator in after.operators.values():
            if operator.state is not OperatorState.OFFLINE:
                yield self._changed(at, operator)

    def forgotten(self, moment: datetime, picture: Picture) -> Iterator[Entry]:
        """Return that from a moment on nobody's state is known."""
        for operator in picture.operators.values():
            if operator.state is not OperatorState.OFFLINE:
                yield _of(operator.extension, moment, "")

    def _wrapped(self, at: float, was: Operator, now: Operator) -> Iterator[Entry]:
        ended = was.state is OperatorState.WRAP_UP and now.state is not OperatorState.WRAP_UP
        visit = self._served.pop(was.extension, None) if ended else None
        if visit is not None:
            yield Entry(
                key=f"{visit.name}:wrapped",
                at=self._clock.utc(at),
                kind=Kind.WRAPPED,
                queue=visit.queue,
                operator=was.extension,
                visit=visit.name,
                call_id=visit.caller.call_id,
                ticket=visit.caller.ticket,
                seconds=round(max(0.0, at - was.since), 3),
            )

    def _changed(self, at: float, operator: Operator) -> Entry:
        call = operator.talking or operator.ringing
        word = state_word(operator)
        entry = _of(operator.extension, self._clock.utc(at), word)
        return entry if call is None else entry._replace(queue=call.queue)


def _of(operator: str, at: datetime, word: str) -> Entry:
    key = f"{operator}@{microseconds(at)}:{word}"
    return Entry(key=key, at=at, kind=Kind.STATE, operator=operator, detail=word)
