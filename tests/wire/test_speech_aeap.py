"""The WebSocket of the recogniser, byte for byte as Asterisk's client speaks to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from ivr.speech import aeap
from ivr.speech.ears import BEHIND, Ears
from ivr.speech.grammar import Grammar, HeardWord
from ivr.speech.places import Places
from ivr.speech.server import SpeechServer
from tests.support.fake_recogniser import FakeRecogniser, words

SECRET = "a-secret-of-the-instance"
LOUD = (b"\x00\x20" * 160, 10)
QUIET = (bytes(320), 20)
"""Frames as Asterisk sends them, and how many: two tenths of a second, and four."""


@contextlib.asynccontextmanager
async def serving(
    recogniser: FakeRecogniser, places: int = 2, idle_s: float = 60.0
) -> AsyncIterator[tuple[str, Ears]]:
    ears = Ears(recogniser, 1)
    server = SpeechServer(ears, SECRET, places, idle_s=idle_s)
    port = await server.start("127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{port}/{SECRET}", ears
    finally:
        await server.close()
        await asyncio.to_thread(ears.close)


async def asked(socket: aiohttp.ClientWebSocketResponse, message: dict[str, Any]) -> Any:
    await socket.send_str(json.dumps(message))
    return json.loads(await socket.receive_str(timeout=10))


async def listen_for(socket: aiohttp.ClientWebSocketResponse, grammar: Grammar) -> None:
    message = {"request": "set", "id": "2", "params": {"grammar": grammar.to_wire()}}
    assert await asked(socket, message) == {"response": "set", "id": "2"}


async def say(socket: aiohttp.ClientWebSocketResponse) -> None:
    for frame, times in (LOUD, QUIET):
        for _ in range(times):
            await socket.send_bytes(frame)


SETUP = {
    "request": "setup",
    "id": "0b7d",
    "version": "0.1.0",
    "codecs": [{"name": "slin"}],
}
RATION = Grammar(("राशन", "भोजन"), ("नहीं",))


async def test_a_whole_exchange() -> None:
    fake = FakeRecogniser([words("[unk]"), words("नहीं"), words("राशन", 0.93)])
    async with (
        serving(fake) as (address, _),
        aiohttp.ClientSession() as session,
        session.ws_connect(address, protocols=["speech_to_text"]) as socket,
    ):
        assert socket.protocol == "speech_to_text"
        assert await asked(socket, SETUP) == {
            "response": "setup",
            "id": "0b7d",
            "version": "0.1.0",
            "codecs": [{"name": "slin"}],
        }
        await listen_for(socket, RATION)
        for heard in (1, 2):  # noise, and a word that is no answer: nothing comes of them
            await say(socket)
            while fake.utterances < heard:
                assert (await asked(socket, {"request": "get", "id": "9"}))["response"] == "get"
        await say(socket)
        result = json.loads(await socket.receive_str(timeout=10))
        assert result["request"] == "set"
        assert result["params"] == {
            "results": [{"text": "राशन", "score": 93, "grammar": "menu", "best": 0}]
        }
        await socket.send_str(json.dumps({"response": "set", "id": result["id"]}))
        # What is said between two menus is not heard.
        await say(socket)
        assert (await asked(socket, {"request": "get", "id": "3", "params": ["results"]})) == {
            "response": "get",
            "id": "3",
            "params": {"results": []},
        }
        assert fake.utterances == 3
        assert "error_msg" in await asked(socket, {"request": "dance", "id": "4"})


async def test_a_key_ends_the_listening() -> None:
    fake = FakeRecogniser([words("राशन")])
    async with (
        serving(fake) as (address, _),
        aiohttp.ClientSession() as session,
        session.ws_connect(address, protocols=["speech_to_text"]) as socket,
    ):
        await asked(socket, SETUP)
        await listen_for(socket, RATION)
        await asked(socket, {"request": "set", "id": "3", "params": {"dtmf": "2"}})
        await say(socket)
        await asked(socket, {"request": "get", "id": "4"})
        assert fake.utterances == 0


async def test_no_more_callers_than_places_and_a_place_is_given_back() -> None:
    async with serving(FakeRecogniser([()]), places=1) as (address, _):
        places = Places(address)
        assert await places.room() == 1
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(address) as socket:
                await asked(socket, SETUP)
                assert await places.room() == 0
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await session.ws_connect(address)
                assert refused.value.status == 503
            while await places.room() == 0:
                await asyncio.sleep(0)
        await places.close()


async def test_strangers_are_refused_before_a_connection_stands() -> None:
    async with serving(FakeRecogniser([()])) as (address, _), aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(address + "x")
        assert refused.value.status == 404
        async with session.get(address.replace(SECRET, "é") + "/places") as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"request": 7}', '{"id": 7}', "[" * 20_000, "x" * 20_000]
)
async def test_rubbish_ends_the_connection_and_nothing_else(text: str) -> None:
    async with serving(FakeRecogniser([()])) as (address, _), aiohttp.ClientSession() as session:
        async with session.ws_connect(address) as socket:
            await socket.send_str(text)
            assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        async with session.ws_connect(address) as socket:
            await asked(socket, SETUP)


async def test_a_grammar_that_is_none_is_answered_and_listens_for_nothing() -> None:
    fake = FakeRecogniser([words("राशन")])
    async with (
        serving(fake) as (address, _),
        aiohttp.ClientSession() as session,
        session.ws_connect(address) as socket,
    ):
        await asked(socket, SETUP)
        await asked(socket, {"request": "set", "id": "2", "params": {"grammar": "12,'"}})
        await say(socket)
        await asked(socket, {"request": "set", "id": "3", "params": {"other": "x"}})
        assert fake.grammars == []


async def test_a_connection_on_which_nothing_comes_is_closed() -> None:
    async with (
        serving(FakeRecogniser([()]), idle_s=0.05) as (address, _),
        aiohttp.ClientSession() as session,
        session.ws_connect(address) as socket,
    ):
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE


class Broken(FakeRecogniser):
    def listen(self, grammar: Grammar) -> Any:
        raise MemoryError


async def test_a_recogniser_that_fails_costs_the_word_and_not_the_connection() -> None:
    async with (
        serving(Broken()) as (address, ears),
        aiohttp.ClientSession() as session,
        session.ws_connect(address) as socket,
    ):
        await asked(socket, SETUP)
        await listen_for(socket, RATION)
        await say(socket)
        while not ears.counters.failed:
            await asked(socket, {"request": "get", "id": "4"})
        await listen_for(socket, RATION)


class Slow(FakeRecogniser):
    """Never comes to an end until it is let."""

    def __init__(self) -> None:
        super().__init__([()])
        self.go = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def listen(self, grammar: Grammar) -> Any:
        asyncio.run_coroutine_threadsafe(self.go.wait(), self._loop).result(20)
        return super().listen(grammar)


async def test_who_cannot_be_followed_is_not_listened_to_until_the_next_menu() -> None:
    slow = Slow()
    async with (
        serving(slow) as (address, ears),
        aiohttp.ClientSession() as session,
        session.ws_connect(address) as socket,
    ):
        await asked(socket, SETUP)
        await listen_for(socket, RATION)
        for _ in range(2 * BEHIND // 320):
            await socket.send_bytes(bytes(320))
        await asked(socket, {"request": "get", "id": "4"})  # answered all the same
        assert ears.counters.deaf == 1
        slow.go.set()
        slow.says = FakeRecogniser([words("भोजन", 0.5)]).says
        await listen_for(socket, RATION)
        await say(socket)
        assert (
            json.loads(await socket.receive_str(timeout=10))["params"]["results"][0]["score"] == 50
        )


async def test_a_recogniser_that_is_absent_or_mute_costs_one_caller_a_moment() -> None:
    now = [100.0]
    nobody = Places("http://127.0.0.1:9/x", monotonic=lambda: now[0])
    assert await nobody.room() is None
    await nobody.close()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(1)
        await reader.read()
        writer.close()

    connected: list[int] = []
    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    places = Places(f"http://127.0.0.1:{port}/x", limit_s=0.05, monotonic=lambda: now[0])
    assert await places.room() is None
    assert await places.room() is None
    assert connected == [1], "nobody asks again at once"
    now[0] += 5.0
    assert await places.room() is None
    assert connected == [1, 1]
    await places.close()
    server.close()
    await server.wait_closed()


def test_messages_are_read_within_bounds() -> None:
    assert aeap.read('{"request":"setup","id":"1","codecs":5,"params":[1]}') == aeap.Request(
        "setup", "1"
    )
    assert aeap.read('{"response":"set","id":"1"}') == aeap.Response("1")
    heard = aeap.results("1", 'a"b', 7, "menu")
    assert json.loads(heard)["params"]["results"][0]["text"] == 'a"b'
    assert HeardWord("a", 1.0) == words("a")[0]
