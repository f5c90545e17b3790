"""What simulated operators do next, with a room and telephones that are played."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection
from typing import cast

import pytest

from database.engine import StoreUnavailable
from ivr.room import RoomUnavailable
from queue_manager.live.picture import OperatorState
from queue_manager.room.orders import Deed, Order, Outcome, Result
from queue_manager.room.wire import OperatorSaid, Whole
from queue_manager.roster.model import Person, Roster
from sahayata import demo_crew
from sahayata.demo_crew import DemoCrew, Wanted, may_leave, who_comes
from sahayata.telephone.staff import Staff

PEOPLE = {
    str(200 + n): Person(str(200 + n), "N", "अ", {"food": 0} if n < 6 else {"psych": 0})
    for n in range(1, 9)
}


class PlayedStaff:
    def __init__(self) -> None:
        self.here: frozenset[str] = frozenset()

    async def come(self, extension: str) -> None:
        self.here |= {extension}

    async def leave(self, extension: str) -> bool:
        self.here -= {extension}
        return True


class PlayedRoom:
    """Keeps a state for each operator, as the room does."""

    def __init__(self, *, deaf: int = 0) -> None:
        self.states: dict[str, tuple[OperatorState, str, float]] = {}
        self.asked: list[tuple[Deed, str]] = []
        self.deaf = deaf
        """So many questions get no answer."""

    async def picture(self) -> Whole:
        return Whole(
            live=True, operators=tuple(said(e, *state) for e, state in self.states.items())
        )

    async def do(self, order: Order) -> Result:
        self.asked.append((order.deed, order.operator))
        if self.deaf > 0:
            self.deaf -= 1
            raise RoomUnavailable("not yet")
        match order.deed:
            case Deed.SIGN_OFF:
                del self.states[order.operator]
            case Deed.PAUSE:
                self.states[order.operator] = (OperatorState.PAUSED, order.reason, 0.0)
            case _:
                self.states[order.operator] = (OperatorState.AVAILABLE, "", 0.0)
        return Result(Outcome.CONFIRMED)


def said(
    extension: str,
    state: OperatorState = OperatorState.AVAILABLE,
    reason: str = "",
    state_s: float = 0.0,
    queues: Collection[str] = ("food",),
) -> OperatorSaid:
    return OperatorSaid(
        extension=extension,
        state=state,
        state_s=state_s,
        pause_reason=reason,
        queues=dict.fromkeys(queues, 0),
    )


def crew(room: PlayedRoom, staff: PlayedStaff, *wanted: Wanted | Exception) -> DemoCrew:
    turns = iter(wanted)

    def next_wanted() -> Wanted:
        found = next(turns)
        if isinstance(found, Exception):
            raise found
        return found

    return DemoCrew(cast(Staff, staff), room, next_wanted, random.Random(1))


async def play(one: DemoCrew, monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    """Let the crew work so many rounds without waiting between them."""
    monkeypatch.setattr(demo_crew, "SHIFT_EVERY_S", 0.0)
    left, ready, done = rounds, asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            done.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    one.sleep = sleep
    working = asyncio.ensure_future(one.run(ready.set))
    waiting = asyncio.ensure_future(done.wait())
    async with asyncio.timeout(10):
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    assert ready.is_set()
    for task in (working, waiting):
        task.cancel()
    await asyncio.gather(working, waiting, return_exceptions=True)


def test_those_on_shift_come_and_others_until_each_queue_is_covered() -> None:
    assert who_comes(Roster(PEOPLE), {"205"}, ("food", "psych"), least=2) == {
        *("201", "205"),
        *("206", "207"),
    }
    assert who_comes(Roster(PEOPLE), {"205"}, ("food", "psych"), least=99) == PEOPLE.keys()
    assert who_comes(Roster(), (), ("food",)) == frozenset()


async def test_they_register_sign_on_and_those_of_configuration_only_register(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room, staff = PlayedRoom(), PlayedStaff()
    wanted = Wanted(frozenset({"201", "202"}), frozenset({"241"}))
    await play(crew(room, staff, wanted), monkeypatch, 0)
    assert staff.here == {"201", "202", "241"}
    assert sorted(room.asked) == [(Deed.SIGN_ON, "201"), (Deed.SIGN_ON, "202")]


async def test_a_room_that_is_not_there_yet_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = PlayedRoom(deaf=3)
    await play(crew(room, PlayedStaff(), Wanted(frozenset({"201"}))), monkeypatch, 3)
    assert room.asked == [(Deed.SIGN_ON, "201")] * 4


async def test_at_the_change_of_shift_some_come_and_the_others_leave_when_they_are_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room, staff = PlayedRoom(), PlayedStaff()
    early, late = Wanted(frozenset({"201", "202"})), Wanted(frozenset({"203"}))
    one = crew(room, staff, early, late, StoreUnavailable("away"), late)
    room.states["209"] = (OperatorState.TALKING, "", 5.0)  # a person at a telephone of theirs
    await play(one, monkeypatch, 1)
    assert staff.here == {"203"}
    assert set(room.states) == {"203", "209"}


async def test_who_talks_stays_to_the_end_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    room, staff = PlayedRoom(), PlayedStaff()
    one = crew(room, staff, Wanted(frozenset({"201"})), Wanted(), Wanted())
    await play(one, monkeypatch, 0)
    room.states["201"] = (OperatorState.TALKING, "", 5.0)
    await one._change_shift()
    assert staff.here == {"201"}
    room.states["201"] = (OperatorState.AVAILABLE, "", 0.0)
    await one._change_shift()
    assert staff.here == frozenset()


@pytest.mark.parametrize(
    ("state", "reason", "seconds", "deed"),
    [
        (OperatorState.WRAP_UP, "wrap_up", 6.0, Deed.READY),
        (OperatorState.WRAP_UP, "wrap_up", 1.0, None),
        (OperatorState.PAUSED, "tea", 120.0, Deed.RESUME),
        (OperatorState.PAUSED, "tea", 30.0, None),
        (OperatorState.PAUSED, "missed_calls", 15.0, Deed.RESUME),
        (OperatorState.PAUSED, "meeting", 9999.0, None),
        (OperatorState.TALKING, "", 9999.0, None),
    ],
)
async def test_a_state_that_lasted_long_enough_is_ended(
    state: OperatorState, reason: str, seconds: float, deed: Deed | None
) -> None:
    room, staff = PlayedRoom(), PlayedStaff()
    staff.here = frozenset({"201"})
    room.states["201"] = (state, reason, seconds)
    await crew(room, staff)._look(await room.picture())
    assert room.asked == ([(deed, "201")] if deed else [])


async def test_now_and_then_somebody_drinks_tea_and_never_too_many() -> None:
    room, staff = PlayedRoom(), PlayedStaff()
    staff.here = frozenset(str(200 + n) for n in range(10))
    room.states = dict.fromkeys(sorted(staff.here), (OperatorState.AVAILABLE, "", 0.0))
    one = crew(room, staff)
    for _ in range(300):
        await one._look(await room.picture())
    assert [deed for deed, _ in room.asked] == [Deed.PAUSE] * demo_crew.TEA_AT_ONCE


def test_nobody_leaves_a_queue_with_too_few() -> None:
    four = [said(str(200 + n)) for n in range(4)]
    assert may_leave(four[0], four)
    assert not may_leave(four[0], four[:3])
    assert not may_leave(said("209", queues=("food", "psych")), four)
