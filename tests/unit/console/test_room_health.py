"""The room's health, as the console counts it: numbers only, and none of something else."""

from __future__ import annotations

from aiohttp import ClientSession, web

from console.room_health import RoomHealthLink
from tests.support.room_server import TOKEN, RoomServer


async def test_of_its_health_only_numbers_are_taken() -> None:
    room = RoomServer()
    await room.start()
    room.health = {"live": True, "ami": {"events": 3, "Bad Name": 1}, "said": "words", "x" * 99: 1}
    async with ClientSession() as client:
        health = await RoomHealthLink(client, room.address, TOKEN).ask()
    await room.stop()
    assert (health.reached, health.numbers) == (True, {"live": 1.0, "ami_events": 3.0})


async def test_health_of_something_else_is_none() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    app = web.Application()
    app.router.add_get("/health", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with ClientSession() as client:
        health = await RoomHealthLink(client, f"http://127.0.0.1:{port}", TOKEN).ask()
    await runner.cleanup()
    assert (health.reached, health.numbers) == (False, {})
