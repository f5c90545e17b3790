"""A day of a call centre in virtual time, told as Asterisk would: the events of a room.

Callers come at random, wait as long as their patience and the limit allow, ring operators, talk and
are wrapped up. Nothing here knows of pictures, journals or formulas: what it tells goes through the
real ones.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from queue_manager.events import (
    Caller,
    CallerAbandoned,
    CallerJoined,
    CallerLeft,
    ChannelGone,
    Completed,
    Connected,
    Device,
    Member,
    MemberGone,
    MemberIs,
    OperatorRung,
    RingMissed,
    RoomEvent,
    Snapshot,
)
from queue_manager.live.picture import WRAP_UP_REASON
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.people import Arrival, Call, Manners, Operator, Queue

HALF_HOUR_S: Final = 1800.0


class Day:
    """One day; ``events`` may be asked for once."""

    def __init__(
        self,
        demand: Mapping[str, Sequence[Demand]],
        staff: Mapping[str, Sequence[int]],
        manners: Manners,
        seed: int,
        arrivals: Sequence[Arrival] | None = None,
    ) -> None:
        """``staff`` is how many operators sit in each half-hour of ``demand``, by queue.

        Callers come as ``arrivals`` say; without them at random, as many as ``demand`` says.
        """
        self._arrivals = arrivals
        self._demand = demand
        self._staff = staff
        self._manners = manners
        self._chance = random.Random(seed)  # noqa: S311 - a simulation
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._told: deque[RoomEvent] = deque()
        self._now = 0.0
        self._queues = {
            name: Queue([Operator(f"{1 + i}{n:04}", name) for n in range(max(counts))])
            for i, (name, counts) in enumerate(staff.items())
        }

    def events(self) -> Iterator[RoomEvent]:
        """Yield everything that happens, ``at`` in seconds since the day began."""
        yield Snapshot(0.0, "simulated", (), (), ())
        for queue, halves in self._demand.items():
            for half, demand in enumerate(halves):
                self._at(half * HALF_HOUR_S, partial(self._change_shift, queue, half))
                if self._arrivals is None:
                    self._plan_calls(queue, half * HALF_HOUR_S, demand)
        for arrival in self._arrivals or ():
            halves = self._demand[arrival.queue]
            demand = halves[min(int(arrival.at // HALF_HOUR_S), len(halves) - 1)]
            self._at(arrival.at, partial(self._joins, arrival.queue, demand, arrival.caller))
        while self._agenda:
            self._now, _, act = heapq.heappop(self._agenda)
            act()
            yield from self._told
            self._told.clear()

    def _at(self, when: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), act))

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._at(self._now + seconds, act)

    def _plan_calls(self, queue: str, begins: float, demand: Demand) -> None:
        at = begins
        while demand.calls > 0:
            at += self._chance.expovariate(demand.calls / HALF_HOUR_S)
            if at >= begins + HALF_HOUR_S:
                return
            self._at(at, partial(self._joins, queue, demand, self._somebody()))

    def _change_shift(self, queue: str, half: int) -> None:
        wanted = self._staff[queue][half]
        for number, operator in enumerate(self._queues[queue].operators):
            was, operator.on = operator.on, number < wanted
            if operator.on and not was and not operator.busy:
                self._show(operator)
                self._serve(operator)
            elif was and not operator.on and not operator.busy:
                self._told.append(MemberGone(self._now, queue, operator.extension))

    def _somebody(self) -> Caller:
        number = next(self._order)
        return Caller(f"{number}.0", call_id=f"call-{number}", masked="********00")

    def _joins(self, queue: str, demand: Demand, caller: Caller) -> None:
        handling = self._chance.expovariate(1 / demand.handling_s)
        call = Call(caller, queue, self._now, handling)
        line = self._queues[queue].line
        line.append(call)
        self._told.append(CallerJoined(self._now, queue, caller, len(line)))
        self._in(self._chance.expovariate(1 / demand.patience_s), lambda: self._leaves(call, True))
        self._in(self._manners.wait_limit_s, lambda: self._leaves(call, False))
        self._ring_somebody(queue)

    def _ring_somebody(self, queue: str) -> None:
        free = [one for one in self._queues[queue].operators if one.on and not one.busy]
        if free:
            self._serve(min(free, key=lambda one: one.rung_last))

    def _leaves(self, call: Call, hung_up: bool) -> None:
        if not call.waits:
            return
        channel = call.caller.channel
        self._out_of_line(call)
        if hung_up:
            self._told.append(CallerAbandoned(self._now, call.queue, channel))
        self._told.append(CallerLeft(self._now, call.queue, channel))
        self._told.append(ChannelGone(self._now, channel))
        if (operator := call.rings) is not None:
            call.rings = None
            self._free(operator)

    def _out_of_line(self, call: Call) -> None:
        call.waits = False
        self._queues[call.queue].line.remove(call)

    def _serve(self, operator: Operator) -> None:
        """Ring an operator who is free for the first in line whom nobody is rung for."""
        line = self._queues[operator.queue].line
        call = next((c for c in line if c.rings is None and not c.rests), None)
        if call is None:
            return
        operator.busy, operator.rung_last, call.rings = True, self._now, operator
        rung = OperatorRung(self._now, call.queue, operator.extension, call.caller.channel)
        self._told.append(rung)
        self._show(operator, Device.RINGING)
        if self._chance.random() < self._manners.missed:
            self._in(self._manners.missed_s, lambda: self._misses(operator, call))
        else:
            self._in(self._manners.ring_s, lambda: self._answers(operator, call))

    def _misses(self, operator: Operator, call: Call) -> None:
        if call.rings is not operator:
            return
        call.rings = None
        channel, rang = call.caller.channel, self._manners.missed_s
        self._told.append(RingMissed(self._now, call.queue, operator.extension, channel, rang))
        call.rests = True
        self._in(self._manners.retry_s, lambda: self._tries_again(call))
        self._free(operator)

    def _tries_again(self, call: Call) -> None:
        call.rests = False
        if call.waits:
            self._ring_somebody(call.queue)

    def _answers(self, operator: Operator, call: Call) -> None:
        if call.rings is not operator:
            return
        self._out_of_line(call)
        now, queue, caller = self._now, call.queue, call.caller
        waited = now - call.joined
        self._told.append(CallerLeft(now, queue, caller.channel))
        leg = f"{caller.channel}.leg"
        joined = Connected(
            now, queue, operator.extension, caller, leg, waited, self._manners.ring_s
        )
        self._told.append(joined)
        self._show(operator, Device.IN_USE, in_call=True)
        talk = call.handling_s * (1 - self._manners.wrap_up)
        self._in(talk, lambda: self._ends(operator, call, talk))

    def _ends(self, operator: Operator, call: Call, talked: float) -> None:
        channel = call.caller.channel
        self._told.append(
            Completed(self._now, call.queue, operator.extension, channel, talked, "caller")
        )
        self._told.append(ChannelGone(self._now, channel))
        self._show(operator, reason=WRAP_UP_REASON)
        self._in(call.handling_s * self._manners.wrap_up, lambda: self._free(operator))

    def _free(self, operator: Operator) -> None:
        operator.busy = False
        if operator.on:
            self._show(operator)
            self._serve(operator)
        else:
            self._told.append(MemberGone(self._now, operator.queue, operator.extension))

    def _show(
        self,
        operator: Operator,
        device: Device = Device.NOT_IN_USE,
        *,
        in_call: bool = False,
        reason: str = "",
    ) -> None:
        member = Member(
            operator.queue,
            operator.extension,
            penalty=0,
            paused=bool(reason),
            pause_reason=reason,
            device=device,
            in_call=in_call,
            dynamic=True,
        )
        self._told.append(MemberIs(self._now, member))
