"""The room over real HTTP: who may ask, what is told, and readers who are slow."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from queue_manager.room import http, telling
from queue_manager.room.http import RoomServer
from tests.support.small_room import SmallRoom, small_room
from tests.support.waiting import until

TOKEN = "a-token-of-this-instance"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}


@asynccontextmanager
async def served() -> AsyncIterator[tuple[SmallRoom, ClientSession]]:
    async with small_room() as one:
        parts = (one.room, one.telling, one.deeds, one.health)
        server = RoomServer(*parts, token=TOKEN, steady=time.monotonic)
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            port = trial.getsockname()[1]
        await server.start("127.0.0.1", port)
        async with ClientSession(f"http://127.0.0.1:{port}", headers=ALLOWED) as session:
            yield one, session
        await server.close()


async def events(answer: ClientResponse) -> AsyncIterator[tuple[str, Any]]:
    """Each server-sent event: its name and its document."""
    name = ""
    async for line in answer.content:
        key, _, value = line.decode().strip().partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            yield name, json.loads(value)


def reader_who_does_not_read(session: ClientSession) -> socket.socket:
    base = session._base_url
    assert base is not None
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.connect(("127.0.0.1", base.port))
    lines = ("GET /changes HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}", "", "")
    slow.sendall("\r\n".join(lines).encode())
    slow.setblocking(False)
    return slow


def crowd_changes(one: SmallRoom) -> None:
    """Something changes of two hundred operators: 40 kB to tell."""
    for number in range(2000, 2200):
        one.tell(one.truth.sit(time.monotonic(), str(number), "medical", time.monotonic_ns() % 9))


async def test_nobody_is_told_anything_without_the_token() -> None:
    async with served() as (_, session):
        for path in ("/picture", "/changes", "/health", "/nowhere"):
            for header in ("", "Bearer wrong", TOKEN):
                answer = await session.get(path, headers={"Authorization": header})
                assert answer.status == 401
                assert await answer.json() == {
                    "refused": "the token of this instance is missing or wrong"
                }
        asked = await session.post("/deeds", json={}, headers={"Authorization": "Bearer é"})
        assert asked.status == 401


async def test_the_picture_is_as_it_was_agreed() -> None:
    async with served() as (one, session):
        await one.ask("sign_on")
        await one.talk()
        caller = one.truth.new_caller()
        one.tell(one.truth.join(time.monotonic(), "food", caller, 99))
        await one.until(lambda picture: bool(picture.queues["food"].waiting))
        picture = await (await session.get("/picture")).json()
        assert picture["live"] is True
        assert picture["gap_s"] is None
        assert 0 <= picture["age_s"] < 5
        (operator,) = picture["operators"]
        assert 0 <= operator.pop("state_s") < 5
        assert 0 <= operator.pop("talk_s") < 5
        assert operator == {
            "extension": "201",
            "state": "talking",
            "queue": "food",
            "ticket": "0000000001",
            "caller": "…42",
            "pause_reason": "",
            "queues": {"food": 0, "medical": 1},
            "missed": 0,
            "device": "busy",
        }
        food, medical = picture["queues"]
        assert medical == {"name": "medical", "longest_s": None, "waiting": []}
        (waiting,) = food["waiting"]
        assert waiting["wait_s"] == food["longest_s"]
        assert waiting["position"] == 1
        assert waiting["ticket"] == caller.ticket


async def test_changes_begin_with_a_picture_and_lead_to_the_same() -> None:
    async with served() as (one, session), asyncio.timeout(10):
        await one.ask("sign_on")
        answer = await session.get("/changes")
        assert answer.content_type == "text/event-stream"
        told = events(answer)
        name, picture = await anext(told)
        assert name == "picture"
        await one.ask("sign_on", "202")
        await one.talk("202")
        operators: dict[str, Any] = {o["extension"]: o for o in picture["operators"]}
        async for name, told_now in told:
            if name == "change":
                assert set(told_now) == {"live", "age_s", "gap_s", "operators", "queues", "gone"}
                operators |= {o["extension"]: o for o in told_now["operators"]}
                if operators.get("202", {}).get("state") == "talking":
                    break
        assert operators["201"]["state"] == "available"
        one.link.lose()
        async for name, told_now in told:
            if not told_now["live"]:
                assert name == "change"
                assert told_now["gap_s"] >= 0
                break
        async for name, told_now in told:
            if name == "beat":
                assert set(told_now) == {"live", "age_s", "gap_s"}
                assert told_now["live"] is False
                break
        one.link.find()
        one.tell(one.truth.sit(time.monotonic(), "241", "food", 0))
        async for _, told_now in told:
            if "241" in [o["extension"] for o in told_now.get("operators", ())]:
                break
        one.link.lose()
        del one.truth.operators["241"]
        one.link.find()
        async for _, told_now in told:
            if told_now.get("gone"):
                assert told_now["gone"] == ["241"]
                break
        answer.close()


async def test_a_reader_of_one_byte_a_second_gets_a_picture_and_no_backlog(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "GATHER_S", 0.0)
    monkeypatch.setattr(telling, "REST", 0.0)
    monkeypatch.setattr(http, "UNSENT", 2048)
    async with served() as (one, session):
        await one.ask("sign_on")
        with closing(reader_who_does_not_read(session)) as slow:
            await until(lambda: one.telling.readers == 1, "it reads")
            (reader,) = one.telling._readers
            async with asyncio.timeout(15):
                while not reader._behind:
                    crowd_changes(one)
                    await asyncio.sleep(0)
                    assert len(reader._kept) <= telling.MOST_KEPT
            one.tell(one.truth.pause(time.monotonic(), "201", "meal"))
            tail, pictures = b"", 0
            async with asyncio.timeout(20):
                while b'"pause_reason":"meal"' not in tail:
                    read = await asyncio.get_running_loop().sock_recv(slow, 1 << 20)
                    pictures += (tail[-13:] + read).count(b"event: picture")
                    tail = tail[-100:] + read
            assert pictures == 2
        crowd_changes(one)
        await until(lambda: one.telling.readers == 0, "it is forgotten")


async def test_who_reads_nothing_at_all_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SEND_LIMIT_S", 0.1)
    monkeypatch.setattr(http, "UNSENT", 0)
    monkeypatch.setattr(telling, "GATHER_S", 0.0)
    monkeypatch.setattr(telling, "REST", 0.0)
    async with served() as (one, session):
        await one.ask("sign_on")
        with closing(reader_who_does_not_read(session)):
            await until(lambda: one.telling.readers == 1, "it reads")
            async with asyncio.timeout(15):
                while one.telling.readers:
                    crowd_changes(one)
                    await asyncio.sleep(0)


async def test_more_readers_than_can_be_told_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_READERS", 2)
    async with served() as (_, session):
        first = [await session.get("/changes") for _ in range(2)]
        refused = await session.get("/changes")
        assert refused.status == 503
        assert [answer.status for answer in first] == [200, 200]
        for answer in first:
            answer.close()


@pytest.mark.parametrize(
    ("document", "status", "says"),
    [
        ({"deed": "sign_on", "operator": "201", "by": "201"}, 200, "confirmed"),
        ({"deed": "pause", "operator": "202", "by": "201", "reason": "tea"}, 409, "not signed on"),
        ({"deed": "dance", "operator": "201", "by": "201"}, 400, "deed"),
        ({"deed": "pause", "operator": "PJSIP/201", "by": "x"}, 400, "operator"),
        ({"deed": "pause", "operator": "201", "by": "x", "reason": "a\r\nb"}, 400, "reason"),
        ({"deed": "pause", "operator": "201"}, 400, "by"),
        ({"deed": "pause", "operator": "201", "by": "x", "more": 1}, 400, "more"),
    ],
)
async def test_deeds_are_checked_done_and_answered(
    document: dict[str, Any], status: int, says: str
) -> None:
    async with served() as (_, session):
        answer = await session.post("/deeds", json=document)
        assert answer.status == status
        assert says in await answer.text()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
async def test_what_is_no_document_is_refused(body: bytes) -> None:
    async with served() as (_, session):
        assert (await session.post("/deeds", data=body)).status == 400


async def test_a_deed_of_a_megabyte_is_not_read() -> None:
    async with served() as (_, session):
        assert (await session.post("/deeds", data=b"x" * 1_000_000)).status == 413


async def test_a_deed_that_cannot_be_seen_is_unknown() -> None:
    async with served() as (one, session):
        await one.ask("sign_on")
        one.link.lose()
        await until(lambda: not one.room.picture.live, "it is grey")
        document = {"deed": "pause", "operator": "201", "by": "x", "reason": "tea"}
        answer = await session.post("/deeds", json=document)
        assert answer.status == 503
        assert "Asterisk is not heard" in (await answer.json())["unknown"]


async def test_health_tells_how_the_room_fares() -> None:
    async with served() as (one, session):
        one.link.counters.unknown = 2
        report = await (await session.get("/health")).json()
        assert report["live"] is True
        assert report["unknown_events"] == 2
        assert report["behind"] == 0
        assert report["journal_away"] == ""
