"""A running console with a room that a test speaks for, on ports of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from console.desk import Desk
from console.service import Console
from tests.support.console_house import PORT, needs
from tests.support.room_server import RoomServer
from tests.support.waiting import until


@dataclass
class Running:
    """``room`` is what the test says; ``address`` is where browsers go."""

    room: RoomServer
    desk: Desk
    address: str
    port: int


@asynccontextmanager
async def running(
    engine: Engine,
    fill: Callable[[RoomServer], None] = lambda _: None,
    *,
    operators: int = 40,
    port: int = PORT,
) -> AsyncIterator[Running]:
    room = RoomServer()
    fill(room)
    await room.start()
    console = Console(needs(room, engine, operators=operators, port=port))
    desk = await console.start("127.0.0.1", 0)
    try:
        await until(lambda: desk.board.live == room.live and desk.board.heard is not None)
        yield Running(room, desk, f"http://127.0.0.1:{console.port}", console.port)
    finally:
        await console.close()
        await room.stop()
