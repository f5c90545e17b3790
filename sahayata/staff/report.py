"""The picture of the room as a supervisor hears it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from ivr.briefing import FiguresToday, QueueNow, RoomNow
from queue_manager.live.picture import WRAP_UP_REASON, OperatorState
from queue_manager.metrics.formulas import service_level, speed_of_answer
from queue_manager.metrics.tally import Tally
from queue_manager.room.wire import OperatorSaid, Whole

MISSED_CALLS: Final = "missed_calls"
IN_A_TALK: Final = (OperatorState.TALKING, OperatorState.HOLDING)


def room_now(whole: Whole, queues: Iterable[str], named: Collection[str] = ()) -> RoomNow:
    """Tell the room's picture in the words of the briefing; ``queues`` are the district's.

    ``named`` are the operators whose names can be said.
    """
    known = {queue.name: queue for queue in whole.queues}
    by_state: dict[str, list[str]] = defaultdict(list)
    for operator in whole.operators:
        by_state[operator.state.value].append(operator.extension)
    return RoomNow(
        live=whole.live,
        queues=[
            QueueNow(name, len(found.waiting), timedelta(seconds=found.longest_s or 0.0))
            if (found := known.get(name))
            else QueueNow(name)
            for name in queues
        ],
        operators=by_state,
        named=named,
    )


def figures_today(tally: Tally) -> FiguresToday:
    """Tell what was counted of a day in the words of the briefing."""
    mean_wait = speed_of_answer(tally)
    return FiguresToday(
        offered=tally.offered,
        answered=tally.answered,
        abandoned=tally.abandoned,
        service_level=service_level(tally),
        mean_wait=None if mean_wait is None else timedelta(seconds=mean_wait),
    )


def whom_to_call(supervisors: Collection[str], whole: Whole) -> str:
    """Choose a supervisor whose telephone may ring, "" when there is none."""
    there = {operator.extension: operator for operator in whole.operators}
    free = [e for e in supervisors if e in there and there[e].device == "not_in_use"]
    # Who takes no calls is in no queue and so in no picture; the telephone may ring.
    unknown = [e for e in supervisors if e not in there]
    return next(iter((*free, *unknown)), "")


def state_of(operator: OperatorSaid | None) -> str:
    """Tell an operator's own state as one of the outcomes of ``my_state``."""
    if operator is None or not operator.queues:
        return "signed_off"
    # The reason first: whoever asks is on the telephone just now.
    reason = operator.pause_reason or ""
    if reason in (MISSED_CALLS, WRAP_UP_REASON):
        return reason
    if reason:
        return "paused"
    match operator.state:
        case OperatorState.TALKING | OperatorState.HOLDING | OperatorState.RINGING:
            return "on_call"
        case _:
            return "available"
