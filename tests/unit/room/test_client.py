"""The line to the room: lost and found again, and deeds that are never said to be done unseen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession

from queue_manager.room.client import RoomLink
from queue_manager.room.orders import Deed, Order, Outcome, Result
from queue_manager.room.wire import Beat, Whole
from tests.support.room_server import TOKEN, Answer, RoomServer, operator
from tests.support.waiting import until

ORDER = Order(Deed.PAUSE, "201", "asha", "tea time", reason="tea")


@dataclass
class Heard:
    said: list[Beat] = field(default_factory=list)
    losses: int = 0

    def lost(self) -> None:
        self.losses += 1


@pytest.fixture
async def room() -> AsyncIterator[RoomServer]:
    made = RoomServer(operators={"201": operator("201")})
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@contextlib.asynccontextmanager
async def following(
    client: ClientSession, room: RoomServer, token: str = TOKEN
) -> AsyncIterator[Heard]:
    heard = Heard()
    link = RoomLink(client, room.address, token, heard.said.append, heard.lost)
    task = asyncio.create_task(link.follow())
    yield heard
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_it_hears_the_whole_and_then_changes(client: ClientSession, room: RoomServer) -> None:
    async with following(client, room) as heard:
        await until(lambda: len(heard.said) == 1)
        assert isinstance(heard.said[0], Whole)
        room.tell(operator("201", "talking"))
        await until(lambda: len(heard.said) == 2)


async def test_it_comes_back_when_the_room_does(client: ClientSession, room: RoomServer) -> None:
    async with following(client, room) as heard:
        await until(lambda: len(heard.said) == 1)
        await room.stop()
        await until(lambda: heard.losses >= 2)
        await room.start()
        await until(lambda: isinstance(heard.said[-1], Whole) and len(heard.said) == 2)


@pytest.mark.parametrize("frame", [b"event: change\ndata: {}\n\n", b"event: beat\ndata: no\n\n"])
async def test_nonsense_ends_the_line_and_it_begins_anew(
    client: ClientSession, room: RoomServer, frame: bytes
) -> None:
    async with following(client, room) as heard:
        await until(lambda: len(heard.said) == 1)
        room.say_raw(frame)
        await until(lambda: heard.losses == 1 and len(heard.said) == 2)


async def test_a_room_that_says_nothing_more_is_lost(
    client: ClientSession, room: RoomServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_manager.room.client.SILENCE_S", 0.2)
    async with following(client, room) as heard:
        await until(lambda: heard.losses >= 1)


async def test_a_wrong_token_hears_nothing(client: ClientSession, room: RoomServer) -> None:
    async with following(client, room, "another") as heard:
        await until(lambda: heard.losses >= 1)
        assert heard.said == []


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((200, {"confirmed": True}), Result(Outcome.CONFIRMED)),
        ((200, {"confirmed": False}), Result(Outcome.UNKNOWN, "HTTP 200")),
        ((500, {"confirmed": True}), Result(Outcome.UNKNOWN, "HTTP 500")),
        ((409, {"refused": "is not there"}), Result(Outcome.REFUSED, "is not there")),
        ((400, {"refused": "x" * 999}), Result(Outcome.REFUSED, "x" * 200)),
        ((503, {"unknown": "not shown"}), Result(Outcome.UNKNOWN, "not shown")),
    ],
)
async def test_what_the_room_answers_is_what_became_of_it(
    client: ClientSession, room: RoomServer, answer: Answer, result: Result
) -> None:
    async def do(_: object) -> Answer:
        return answer

    room.do = do
    link = RoomLink(client, room.address, TOKEN, lambda _: None, lambda: None)
    assert await link.do(ORDER) == result
    assert room.asked[0]["reason"] == "tea"


async def test_a_room_that_does_not_answer_has_perhaps_done_it(
    client: ClientSession, room: RoomServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_manager.room.client.DEED_S", 0.2)
    never = asyncio.Event()

    async def do(_: object) -> Answer:
        await never.wait()
        raise AssertionError

    room.do = do
    link = RoomLink(client, room.address, TOKEN, lambda _: None, lambda: None)
    assert (await link.do(ORDER)).outcome is Outcome.UNKNOWN
    await room.stop()
    assert (await link.do(ORDER)).outcome is Outcome.UNKNOWN
    assert len(room.asked) == 1
