"""A deed is read strictly, put on record before it is done, and its end after."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from console.audit import Audit
from console.deeds import MOST_AT_ONCE, Deeds, NotAllowed, Unclear
from console.users import Role, User
from database.engine import StoreUnavailable, open_store
from queue_manager.room.orders import Deed, Order, Outcome, Result
from tests.support.waiting import until

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ASHA = User(1, "asha", Role.SUPERVISOR, NOW)
WHY = "shift is over"


class Room:
    """Does what it is asked when it is let."""

    def __init__(self) -> None:
        self.asked: list[Order] = []
        self.result = Result(Outcome.CONFIRMED)
        self.let = asyncio.Event()
        self.let.set()

    async def do(self, order: Order) -> Result:
        self.asked.append(order)
        await self.let.wait()
        return self.result


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def audit(store: Engine) -> Audit:
    return Audit(store, lambda: NOW)


@pytest.fixture
def deeds(room: Room, audit: Audit) -> Deeds:
    return Deeds(room, audit, ["food", "ration"], ["tea"], told)


async def told(operator: str) -> str:
    return f"what the break of {operator} costs"


def wish(**said: object) -> bytes:
    return json.dumps({"deed": "sign_off", "operator": "201", "why": WHY, **said}).encode()


def test_only_what_belongs_to_a_deed_is_taken(deeds: Deeds) -> None:
    order = deeds.order(wish(deed="move", queue="food", reason="tea", ear="290"), ASHA)
    assert order == Order(Deed.MOVE, "201", "asha", WHY, queue="food")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"why": "  a  "}, "deed_why_missing"),
        ({"why": ""}, "deed_why_missing"),
        ({"why": "x" * 201}, "deed_why_missing"),
        ({"deed": "move", "queue": "psych"}, "deed_queue_missing"),
        ({"deed": "pause", "reason": "sleep"}, "deed_reason_missing"),
        ({"deed": "listen"}, "deed_ear_missing"),
        ({"deed": "listen", "ear": "29x"}, "deed_unclear"),
        ({"deed": "dismiss"}, "deed_unclear"),
        ({"deed": "sign_on"}, "deed_unclear"),
        ({"operator": "201\r\nAction: Originate"}, "deed_unclear"),
        ({"by": "somebody"}, "deed_unclear"),
    ],
)
def test_what_is_unclear_is_not_done(deeds: Deeds, said: dict[str, object], fault: str) -> None:
    with pytest.raises(Unclear, match=fault):
        deeds.order(wish(**said), ASHA)


def test_what_is_no_json_is_unclear(deeds: Deeds) -> None:
    for body in (b"", b"[]", b"\xff", b"null"):
        with pytest.raises(Unclear):
            deeds.order(body, ASHA)


def test_a_reason_is_one_line(deeds: Deeds) -> None:
    assert deeds.order(wish(why="one\r\ntwo\x00 \u202ethree"), ASHA).why == "one two three"


def test_a_viewer_does_nothing(deeds: Deeds) -> None:
    with pytest.raises(NotAllowed):
        deeds.order(wish(), User(2, "wall", Role.VIEWER, NOW))


async def test_it_is_on_record_before_and_after(deeds: Deeds, room: Room, audit: Audit) -> None:
    room.let.clear()
    doing = asyncio.create_task(deeds.do(deeds.order(wish(), ASHA), "192.0.2.7"))
    await until(lambda: room.asked)
    (line,) = audit.page()
    assert (line.outcome, line.whom, line.why, line.address) == ("asked", "201", WHY, "192.0.2.7")
    room.result = Result(Outcome.UNKNOWN, "not shown in time")
    room.let.set()
    assert await doing == room.result
    (line,) = audit.page()
    assert (line.outcome, line.said) == ("unknown", "not shown in time")


async def test_what_was_shown_of_a_break_is_on_record_with_it(deeds: Deeds, audit: Audit) -> None:
    for deed in ("pause", "sign_off"):
        await deeds.do(deeds.order(wish(deed=deed, reason="tea"), ASHA), "192.0.2.7")
    assert [line.said for line in audit.page()] == ["", "what the break of 201 costs"]


async def test_what_cannot_be_put_on_record_is_not_done(
    deeds: Deeds, room: Room, store: Engine
) -> None:
    store.dispose()
    away = Deeds(room, Audit(_gone(store), lambda: NOW), ["food"], ["tea"], told)
    with pytest.raises(StoreUnavailable):
        await away.do(deeds.order(wish(), ASHA), "192.0.2.7")
    assert room.asked == []


async def test_a_page_that_goes_away_takes_nothing_back(
    deeds: Deeds, room: Room, audit: Audit
) -> None:
    room.let.clear()
    doing = asyncio.create_task(deeds.do(deeds.order(wish(), ASHA), "192.0.2.7"))
    await until(lambda: room.asked)
    doing.cancel()
    room.let.set()
    await until(lambda: audit.page()[0].outcome == "confirmed")


async def test_nobody_has_more_than_a_few_open(deeds: Deeds, room: Room) -> None:
    room.let.clear()
    order = deeds.order(wish(), ASHA)
    doing = [asyncio.create_task(deeds.do(order, "x")) for _ in range(MOST_AT_ONCE)]
    await until(lambda: len(room.asked) == MOST_AT_ONCE)
    with pytest.raises(Unclear, match="deed_too_many"):
        await deeds.do(order, "x")
    room.let.set()
    await asyncio.gather(*doing)
    assert (await deeds.do(order, "x")).outcome is Outcome.CONFIRMED
    assert deeds.done[Outcome.CONFIRMED] == MOST_AT_ONCE + 1


def _gone(store: Engine) -> Engine:
    """A store that answers nothing: its tables are locked away by name."""
    if store.dialect.name == "postgresql":
        return open_store("postgresql://nobody@/none?host=/nowhere")
    with store.begin() as connection:
        connection.execute(text("DROP TABLE console_audit"))
    return store
