"""One operator, changed by what is told of it. Pure; each function returns the operator as it is.

What ended within the last moment is remembered (``last_ring``, ``last_talk``, a seat without a
member), so that a beginning that is told after its end begins nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from queue_manager.events import Connected, Device, Member
from queue_manager.live.picture import (
    NONE,
    WINDOW_S,
    WRAP_UP_REASON,
    OnCall,
    Operator,
    OperatorState,
    Past,
    Seat,
)
from queue_manager.live.tables import copy_of, frozen

_OF_ITS_OWN: Final = {
    Device.IN_USE: OperatorState.TALKING,
    Device.BUSY: OperatorState.TALKING,
    Device.ON_HOLD: OperatorState.HOLDING,
    Device.RINGING: OperatorState.RINGING,
    Device.RING_IN_USE: OperatorState.RINGING,
}
"""What a telephone does that is on a call of no queue."""
_RINGS: Final = frozenset({Device.RINGING, Device.RING_IN_USE})
_ABSENT: Final = frozenset({Device.INVALID, Device.UNAVAILABLE})


def state_of(operator: Operator) -> OperatorState:
    """Derive the state from everything else."""
    talking, device = operator.talking, operator.device
    if talking is not None:
        return OperatorState.HOLDING if talking.held else OperatorState.TALKING
    # Before the device: one that takes a single call at a time is busy while it rings.
    if operator.ringing is not None:
        return OperatorState.RINGING
    if not operator.queues or device in _ABSENT:
        # Of a telephone in no queue nothing more is told.
        return OperatorState.OFFLINE
    if device in _OF_ITS_OWN:
        return _OF_ITS_OWN[device]
    if operator.paused:
        wraps_up = operator.pause_reason == WRAP_UP_REASON
        return OperatorState.WRAP_UP if wraps_up else OperatorState.PAUSED
    return OperatorState.AVAILABLE


def member_told(operator: Operator, queue: str, member: Member | None, at: float) -> Operator:
    """Take a word about the operator in one queue; an older one than is known changes nothing."""
    seat = operator.seats.get(queue)
    if seat is not None and at < seat.told_at:
        return operator
    seats = copy_of(operator.seats)
    seats[queue] = Seat(member, at)
    changed = seat is None or not _same_seat(seat.member, member)
    queues, paused, reason = (
        _derived(seats) if changed else (operator.queues, operator.paused, operator.pause_reason)
    )
    device, device_at = operator.device, operator.device_told_at
    if member is not None and at >= device_at:
        device, device_at = member.device, at
    ringing, last_ring = operator.ringing, operator.last_ring
    stopped = operator.device in _RINGS and device not in _RINGS
    if ringing is not None and stopped and device_at > ringing.since + WINDOW_S:
        last_ring = Past(ringing, at)
        ringing = None
    signed_on = not operator.queues and bool(queues)
    return settled(
        Operator(
            operator.extension,
            operator.state,
            operator.since,
            queues,
            device,
            paused,
            reason,
            ringing,
            operator.talking,
            0 if signed_on else operator.missed,
            last_ring,
            operator.last_talk,
            frozen(seats),
            device_at,
        ),
        at,
    )


def rung(operator: Operator, call: OnCall) -> Operator:
    """Let the telephone ring for a caller, unless that ring is known to be over."""
    known, channel = operator.ringing, call.caller.channel
    if known is not None and known.caller.channel == channel:
        return operator
    if _over(operator.last_ring, channel, call.since):
        return operator
    if operator.talking is not None and operator.talking.caller.channel == channel:
        return operator
    if _over(operator.last_talk, channel, call.since):
        return operator
    return _with_calls(operator, call.since, ringing=call, talking=operator.talking)


def ring_over(operator: Operator, ring: OnCall, at: float, *, missed: bool) -> Operator:
    """End a ring, told of or not; ``missed`` counts it once."""
    channel = ring.caller.channel
    ringing = operator.ringing
    this = ringing is not None and ringing.caller.channel == channel
    if not this and _over(operator.last_ring, channel, at):
        return operator
    return _with_calls(
        operator,
        at,
        ringing=None if this else ringing,
        talking=operator.talking,
        last_ring=Past(ringing if this and ringing is not None else ring, at),
        missed=operator.missed + missed,
    )


def connected(operator: Operator, event: Connected) -> Operator:
    """Join the operator and a caller, unless that talk is known to be over."""
    channel, at = event.caller.channel, event.at
    talking, ringing, last_ring = operator.talking, operator.ringing, operator.last_ring
    if ringing is not None and ringing.caller.channel == channel:
        last_ring = Past(ringing, at)
        ringing = None
    told_before = talking is not None and (talking.caller.channel == channel or talking.since > at)
    begun = (
        talking
        if told_before or _over(operator.last_talk, channel, at)
        else OnCall(event.queue, event.caller, event.operator_channel, at)
    )
    return _with_calls(operator, at, ringing=ringing, talking=begun, last_ring=last_ring, missed=0)


def talk_over(operator: Operator, ended: OnCall, at: float) -> Operator:
    """End a talk, told of or not."""
    channel = ended.caller.channel
    talking = operator.talking
    this = talking is not None and talking.caller.channel == channel
    last = operator.last_talk
    if not this and last is not None and last.call.caller.channel == channel:
        # The end of the channel was told first, or this is told twice.
        return operator
    return _with_calls(
        operator,
        at,
        ringing=operator.ringing,
        talking=None if this else talking,
        last_talk=Past(talking if this and talking is not None else ended, at),
    )


def held(operator: Operator, on_hold: bool, at: float) -> Operator:
    """Put the talk on hold, or take it back; an older word than is known changes nothing."""
    talking = operator.talking
    if talking is None or at < talking.held_told_at:
        return operator
    now = OnCall(
        talking.queue, talking.caller, talking.operator_channel, talking.since, on_hold, at
    )
    return _with_calls(operator, at, ringing=operator.ringing, talking=now)


def settled(operator: Operator, at: float) -> Operator:
    """Return the operator with the state that follows from the rest."""
    state = state_of(operator)
    if state is operator.state:
        return operator
    return Operator(
        operator.extension,
        state,
        at,
        operator.queues,
        operator.device,
        operator.paused,
        operator.pause_reason,
        operator.ringing,
        operator.talking,
        operator.missed,
        operator.last_ring,
        operator.last_talk,
        operator.seats,
        operator.device_told_at,
    )


def _with_calls(
    operator: Operator,
    at: float,
    *,
    ringing: OnCall | None,
    talking: OnCall | None,
    last_ring: Past | None = None,
    last_talk: Past | None = None,
    missed: int | None = None,
) -> Operator:
    return settled(
        Operator(
            operator.extension,
            operator.state,
            operator.since,
            operator.queues,
            operator.device,
            operator.paused,
            operator.pause_reason,
            ringing,
            talking,
            operator.missed if missed is None else missed,
            last_ring or operator.last_ring,
            last_talk or operator.last_talk,
            operator.seats,
            operator.device_told_at,
        ),
        at,
    )


def _over(past: Past | None, channel: str, at: float) -> bool:
    """Tell whether what is told of ``at`` is a part of what ended."""
    return (
        past is not None and past.call.caller.channel == channel and at <= past.ended_at + WINDOW_S
    )


def _same_seat(known: Member | None, told: Member | None) -> bool:
    if known is None or told is None:
        return known is told
    return (known.penalty, known.paused, known.pause_reason) == (
        told.penalty,
        told.paused,
        told.pause_reason,
    )


def _derived(seats: Mapping[str, Seat]) -> tuple[Mapping[str, int], bool, str]:
    members = [seat.member for seat in seats.values() if seat.member is not None]
    if not members:
        return NONE, False, ""
    queues = frozen({member.queue: member.penalty for member in members})
    paused = all(member.paused for member in members)
    # Told queue by queue: the newest word is not always the last of the table.
    reason = next((member.pause_reason for member in members if member.paused), "")
    return queues, paused, reason if paused else ""
