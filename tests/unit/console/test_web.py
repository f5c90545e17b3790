"""The console over real HTTP: who may what, what other sites cannot do, and slow readers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import Engine

from console import viewers, wall
from console.guard import HEADERS, session_cookie
from tests.support.console_house import METRICS_TOKEN, PASSWORD, add_users
from tests.support.console_running import Running, running
from tests.support.room_server import RoomServer, operator, queue
from tests.support.waiting import until


def fill(room: RoomServer) -> None:
    talk = operator("201", "talking", ticket="7123456780", caller="********42", queue="food")
    room.operators = {"201": talk, "202": operator("202")}
    room.queues = {"food": queue("food", 30.0)}


@pytest.fixture
async def place(store: Engine) -> AsyncIterator[Running]:
    add_users(store)
    async with running(store, fill) as found:
        yield found


@contextlib.asynccontextmanager
async def browser(place: Running) -> AsyncIterator[ClientSession]:
    jar = CookieJar(unsafe=True)
    async with ClientSession(place.address, cookie_jar=jar) as session:
        yield session


def ours(place: Running, **more: str) -> dict[str, str]:
    return {"Origin": place.address, **more}


async def log_in(
    session: ClientSession, place: Running, name: str, password: str = PASSWORD
) -> tuple[int, str]:
    async with session.get("/login") as answer:
        form = re.search(r'name="form" value="([^"]+)"', await answer.text())
    assert form
    given = {"name": name, "password": password, "form": form[1]}
    async with session.post(
        "/login", data=given, headers=ours(place), allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def form_of(session: ClientSession) -> str:
    async with session.get("/") as answer:
        found = re.search(r'<meta name="form" content="([^"]+)"', await answer.text())
    assert found
    return found[1]


WISH = {"deed": "sign_off", "operator": "202", "why": "shift is over"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/stream"),
        ("GET", "/session"),
        ("POST", "/deeds"),
        ("GET", "/audit"),
        ("POST", "/logout"),
    ],
)
async def test_nothing_without_logging_in(place: Running, method: str, path: str) -> None:
    async with (
        browser(place) as session,
        session.request(method, path, headers=ours(place)) as answer,
    ):
        assert answer.status == 401


@pytest.mark.parametrize(
    ("role", "deeds", "audit"),
    [("viewer", 403, 403), ("supervisor", 200, 403), ("admin", 200, 200)],
)
async def test_what_each_role_may(place: Running, role: str, deeds: int, audit: int) -> None:
    async with browser(place) as session:
        await log_in(session, place, f"{role}1")
        form = await form_of(session)
        headers = ours(place, **{"X-Sahayata-Form": form})
        async with session.post("/deeds", json=WISH, headers=headers) as answer:
            assert answer.status == deeds
        async with session.get("/audit") as answer:
            assert answer.status == audit
    assert len(place.room.asked) == (deeds == 200)


async def test_two_instances_of_a_machine_do_not_log_each_other_out(
    place: Running, store: Engine
) -> None:
    jar = CookieJar(unsafe=True)
    async with (
        running(store, port=20003) as neighbour,
        ClientSession(place.address, cookie_jar=jar) as here,
        ClientSession(neighbour.address, cookie_jar=jar) as there,
    ):
        for session, instance in ((here, place), (there, neighbour)):
            assert (await log_in(session, instance, "admin1"))[0] == 303
        for session in (here, there):
            async with session.get("/session") as answer:
                assert answer.status == 204


async def test_another_site_can_make_a_browser_do_nothing(place: Running) -> None:
    async with browser(place) as session:
        await log_in(session, place, "admin1")
        form = await form_of(session)
        good = {"X-Sahayata-Form": form}
        for headers in (
            {**good, "Origin": "http://evil.example"},
            {**good, "Origin": place.address, "Sec-Fetch-Site": "cross-site"},
            {**good, "Origin": "null"},
            good,
            ours(place),
            ours(place, **{"X-Sahayata-Form": "0" * 64}),
            ours(place, **{"X-Sahayata-Form": "क"}),
        ):
            async with session.post("/deeds", json=WISH, headers=headers) as answer:
                assert answer.status == 403, headers
    assert place.room.asked == []


async def test_a_log_in_form_of_another_browser_is_refused(place: Running) -> None:
    async with browser(place) as one, browser(place) as other:
        async with one.get("/login") as answer:
            form = re.search(r'name="form" value="([^"]+)"', await answer.text())
        assert form
        given = {"name": "admin1", "password": PASSWORD, "form": form[1]}
        async with other.post("/login", data=given, headers=ours(place)) as answer:
            assert session_cookie(place.desk.transport) not in {
                cookie.key for cookie in other.cookie_jar
            }
            assert "पन्ना पुराना" in await answer.text()


async def test_wrong_name_and_wrong_password_have_the_same_page(place: Running) -> None:
    def plain(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    async with browser(place) as session:
        one = await log_in(session, place, "admin1", "wrong password")
        other = await log_in(session, place, "nobody", "wrong password")
    assert one[0] == other[0] == 401
    assert plain(one[1]) == plain(other[1])


async def test_who_fails_too_often_is_told_to_wait(place: Running) -> None:
    async with browser(place) as session:
        status = [(await log_in(session, place, "admin1", "wrong"))[0] for _ in range(5)]
        assert status == [401, 401, 401, 401, 429]
    # The same for a name that is not there.
    async with browser(place) as session:
        status = [(await log_in(session, place, "nobody", "wrong"))[0] for _ in range(5)]
        assert status == [401, 401, 401, 401, 429]


async def test_cookies_are_for_this_site_and_no_script(place: Running) -> None:
    async with browser(place) as session:
        async with session.get("/login") as answer:
            form = re.search(r'name="form" value="([^"]+)"', await answer.text())
            assert form
        given = {"name": "admin1", "password": PASSWORD, "form": form[1]}
        async with session.post(
            "/login", data=given, headers=ours(place), allow_redirects=False
        ) as answer:
            cookies = answer.headers.getall("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/login", "/", "/audit", "/nowhere", "/healthz", "/session"])
async def test_every_answer_says_what_browsers_must_obey(place: Running, path: str) -> None:
    async with browser(place) as session, session.get(path) as answer:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_files_are_kept_for_ever_under_a_name_that_changes(place: Running) -> None:
    prefix = place.desk.statics.prefix
    async with browser(place) as session:
        async with session.get(f"{prefix}wall.js") as answer:
            assert answer.headers["Content-Type"].startswith("text/javascript")
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Content-Encoding"] == "gzip"
        for path in ("../app.py", "..%2fapp.py", "fonts", "wall.py"):
            async with session.get(f"{prefix}{path}") as answer:
                assert answer.status == 404


async def test_a_form_without_an_end_is_cut(place: Running) -> None:
    async with (
        browser(place) as session,
        session.post("/login", data=b"x" * 100_000, headers=ours(place)) as answer,
    ):
        assert answer.status in (400, 413)


async def test_how_it_stands_without_a_name_or_a_number(place: Running) -> None:
    place.room.health = {
        "live": True, "events": 7, "losses": {"ended": 2}, "events_by_name": {"QueueStatus": 3},
        "journal_away": "no", "caller": "9876543210",
    }  # fmt: skip
    async with browser(place) as session:
        async with session.get("/healthz") as answer:
            assert await answer.json() == {"alive": True}
        async with session.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (200, {"ready": True, "why": ""})
        async with session.get("/metrics") as answer:
            assert answer.status == 401
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        async with session.get("/metrics", headers=headers) as answer:
            text = await answer.text()
        assert 'sahayata_operators{state="talking"} 1.0' in text
        assert 'sahayata_waiting{queue="food"} 1.0' in text
        assert "sahayata_room_losses_ended_total 2.0" in text
        assert "sahayata_room_events_total 7.0" in text
        assert "sahayata_room_live 1.0" in text
        for word in ("9876543210", "7123456780", "201", "सुनीता", "Sunita", "admin1"):
            assert word not in text
        place.room.lose_asterisk()
        await until(lambda: not place.desk.board.live)
        async with session.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (
                503,
                {"ready": False, "why": "asterisk"},
            )
        await place.room.stop()
        async with session.get("/metrics", headers=headers) as answer:
            text = await answer.text()
            assert "sahayata_room_reached 0.0" in text
            assert "sahayata_picture_live 0.0" in text


async def events(session: ClientSession, enough: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    async with session.get("/stream") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        kind = b""
        async for line in answer.content:
            if line.startswith(b"event: "):
                kind = line[7:].strip()
            if line.startswith(b"data: "):
                found.append((kind.decode(), json.loads(line[6:])))
                if len(found) >= enough:
                    return found
    return found


async def test_a_viewer_and_a_supervisor_get_what_they_may_see(place: Running) -> None:
    for name, sees in (("viewer1", False), ("supervisor1", True)):
        async with browser(place) as session:
            await log_in(session, place, name)
            (kind, board), *_ = await events(session, 1)
            assert kind == "board"
            assert ("7123456780" in str(board)) is sees


async def slow_reader(
    place: Running, cookie: str
) -> tuple[asyncio.StreamWriter, asyncio.Task[None]]:
    """A browser that asks for the stream and takes one byte a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port, limit=64)
    writer.write(f"GET /stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())

    async def sip() -> None:
        while await reader.read(1):
            await asyncio.sleep(1.0)

    return writer, asyncio.create_task(sip())


async def test_a_browser_that_reads_a_byte_a_second_hurts_nobody(
    place: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "UNSENT", 8192)
    monkeypatch.setattr(viewers, "MOST_FRAMES", 4)
    async with browser(place) as session:
        await log_in(session, place, "supervisor1")
        name = session_cookie(place.desk.transport)
        (cookie,) = [f"{name}={c.value}" for c in session.cookie_jar if c.key == name]
        slow = [await slow_reader(place, cookie) for _ in range(5)]
        await until(lambda: len(place.desk.viewers) == 5)
        thousand = [operator(str(2000 + n), queues={"food": 0, "ration": 0}) for n in range(1000)]
        async with session.get("/stream") as answer:
            late = 0.0
            for turn in range(16):
                state = "talking" if turn % 2 else "available"
                for one in thousand:
                    one["state"] = state
                begun = time.monotonic()
                place.room.tell(*thousand)
                async for line in answer.content:
                    if line.startswith(b"data: ") and f'"state":"{state}"'.encode() in line[-400:]:
                        break
                late = max(late, time.monotonic() - begun)
        held = [viewer._frames.qsize() for viewer in place.desk.viewers._all]
        # The quick one saw every change soon; the slow ones hold no more than they may.
        assert late < 5.0
        assert max(held) <= 4
        assert place.desk.viewers.fresh_wholes >= 1
        for writer, task in slow:
            task.cancel()
            writer.close()


async def test_a_hundred_viewers_see_a_change(place: Running) -> None:
    async with browser(place) as session:
        await log_in(session, place, "viewer1")
        streams = [await session.get("/stream") for _ in range(100)]
        await until(lambda: len(place.desk.viewers) == 100)

        async def sees(answer: Any) -> None:
            async for line in answer.content:
                if b'"state":"wrap_up"' in line:
                    return

        watching = [asyncio.create_task(sees(answer)) for answer in streams]
        await asyncio.sleep(0)
        place.room.tell(operator("202", "wrap_up"))
        await asyncio.wait_for(asyncio.gather(*watching), 10)
        for answer in streams:
            answer.close()
    await until(lambda: len(place.desk.viewers) == 0)


async def test_a_stream_ends_with_its_session(
    place: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "LOOK_AGAIN_S", 0.0)
    async with browser(place) as session:
        await log_in(session, place, "viewer1")
        async with session.get("/stream") as answer:
            place.desk.accounts.remove("viewer1")
            async for _ in answer.content:
                pass
        async with session.get("/session") as answer:
            assert answer.status == 401
