"""What has to be done in Asterisk so that an operator is there as declared. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from queue_manager.duty.declared import Declared
from queue_manager.live.picture import Operator


@dataclass(frozen=True, slots=True)
class Add:
    """Put into a queue; with a reason, paused from the first moment."""

    queue: str
    penalty: int
    pause_reason: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out of a queue."""

    queue: str


@dataclass(frozen=True, slots=True)
class Weigh:
    """Change the penalty in a queue."""

    queue: str
    penalty: int


@dataclass(frozen=True, slots=True)
class PauseFor:
    """Pause in all queues."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unpause:
    """End the pause in all queues."""


Step = Add | Remove | Weigh | PauseFor | Unpause


def steps(operator: Operator | None, declared: Declared) -> tuple[Step, ...]:
    """Return what is missing; nothing when Asterisk has the operator as declared.

    Queues that an operator is written into by configuration cannot be left and are let alone.
    """
    seats = operator.seats.values() if operator is not None else ()
    there = {seat.member.queue: seat.member for seat in seats if seat.member is not None}
    wanted, reason = declared.queues, declared.reason
    found: list[Step] = [
        Remove(queue) for queue, member in there.items() if member.dynamic and queue not in wanted
    ]
    for queue, penalty in wanted.items():
        if queue not in there:
            found.append(Add(queue, penalty, reason))
        elif there[queue].dynamic and there[queue].penalty != penalty:
            found.append(Weigh(queue, penalty))
    stays = [member for member in there.values() if not member.dynamic or member.queue in wanted]
    if reason and any((m.paused, m.pause_reason) != (True, reason) for m in stays):
        found.append(PauseFor(reason))
    elif not reason and declared.signed_on and any(member.paused for member in stays):
        found.append(Unpause())
    return tuple(found)
