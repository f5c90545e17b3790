"""What is said before a pause: only when it is known at once, never instead of the pause."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from database.engine import StoreUnavailable
from ivr.room import RoomUnavailable
from queue_manager.room.wire import Whole
from queue_manager.staffing.breaks import in_words
from queue_manager.staffing.demand import Demand
from queue_manager.staffing.outlook import Outlook, State, after_break
from sahayata.staff import cost_of_a_break
from sahayata.staff.cost_of_a_break import CostOfABreak

FEW = after_break(State(operators=10, waiting=0, demand=Demand(75)), 3)
PLENTY = after_break(State(operators=30, waiting=0, demand=Demand(75)), 1)


@dataclass
class Room:
    """A room, a record and a foresight that do what a test wants."""

    outlooks: Mapping[str, Outlook] = field(default_factory=lambda: {"food": FEW})
    live: bool = True
    away: bool = False
    store_away: bool = False
    written: list[tuple[object, ...]] = field(default_factory=list)
    holding: threading.Event | None = None

    def cost(self) -> CostOfABreak:
        return CostOfABreak(self, self, self.if_away)  # type: ignore[arg-type]

    async def picture(self) -> Whole:
        if self.away:
            raise RoomUnavailable("the room is not there")
        return Whole.model_validate({"live": self.live})

    def if_away(self, whole: Whole, operator: str) -> Mapping[str, Outlook]:
        if self.holding is not None:
            self.holding.wait(30)
        return self.outlooks if operator == "201" else {}

    def break_told(self, who: str, reason: str, queue: str, said: str) -> int:
        if self.store_away:
            raise StoreUnavailable("locked")
        self.written.append((who, reason, queue, said))
        return len(self.written)

    def break_chosen(self, number: int, who: str, *, went: bool) -> None:
        self.written.append((number, who, went))


async def test_who_leaves_too_few_behind_is_told_and_the_choice_is_on_record() -> None:
    room = Room()
    cost = room.cost()
    assert (await cost.ask("c1", "201", "tea")).outcome == "short"
    assert (await cost.chose("c1", "201", went=True)).outcome == "done"
    assert room.written == [("201", "tea", "food", in_words({"food": FEW})), (1, "201", True)]
    now, then = FEW.now.service_level, FEW.then.service_level
    assert in_words({"food": FEW}) == f"food {now:.0%} -> {then:.0%} (80%)"


@pytest.mark.parametrize(
    "room",
    [
        Room(outlooks={"food": PLENTY}),
        Room(outlooks={}),
        Room(live=False),
        Room(away=True),
    ],
    ids=["enough are left", "nothing can be foretold", "Asterisk is not heard", "no room"],
)
async def test_nothing_is_said_otherwise(room: Room) -> None:
    cost = room.cost()
    assert (await cost.ask("c1", "201", "tea")).outcome == "enough"
    await cost.chose("c1", "201", went=True)
    assert room.written == []


async def test_nobody_waits_for_a_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_of_a_break, "LIMIT_S", 0.05)
    room = Room(holding=threading.Event())
    assert (await room.cost().ask("c1", "201", "tea")).outcome == "enough"
    assert room.holding is not None
    room.holding.set()


async def test_it_is_said_and_the_pause_is_free_when_it_cannot_be_put_on_record() -> None:
    room = Room(store_away=True)
    cost = room.cost()
    assert (await cost.ask("c1", "201", "tea")).outcome == "short"
    assert (await cost.chose("c1", "201", went=False)).outcome == "done"
    assert room.written == []


async def test_who_hangs_up_is_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_of_a_break, "MOST_CALLS", 2)
    room = Room()
    cost = room.cost()
    for call in ("c1", "c2", "c3"):
        await cost.ask(call, "201", "tea")
    for call in ("c1", "c3"):
        await cost.chose(call, "201", went=True)
    assert room.written[3:] == [(3, "201", True)]
