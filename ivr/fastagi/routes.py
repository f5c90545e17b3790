"""Joins an entry point of ``agi_scripts`` to the server: header → facts → call → ``run``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ivr.call import Call
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.asking import LineLimits
from ivr.fastagi.facts import read_facts
from ivr.fastagi.line import Line
from ivr.fastagi.protocol import BadHeader
from ivr.fastagi.server import Route
from ivr.fastagi.sounds import Sounds
from ivr.fastagi.words import Places

HouseT = TypeVar("HouseT")


@dataclass(frozen=True, slots=True)
class LineEquipment:
    """What every call on a line needs, whoever answers it."""

    sounds: Sounds
    recordings: Path
    """Where spoken messages are written; Asterisk reaches it by the same path."""
    now: Callable[[], datetime]
    """The time: aware, UTC."""
    limits: LineLimits = field(default_factory=LineLimits)
    default_language: str = "hi"
    places: Places | None = None
    """Where what callers say is listened to; ``None``: keys only."""


def route(
    run: Callable[[Call, HouseT], Awaitable[None]], house: HouseT, equipment: LineEquipment
) -> Route:
    """Make the route that answers a line with ``run(call, house)``."""

    async def answer(line: Line) -> None:
        if line.header is None:
            raise BadHeader("no header")
        facts = read_facts(line.header, equipment.now(), equipment.default_language)
        call = AgiCall(
            line,
            facts,
            equipment.sounds,
            equipment.recordings,
            limits=equipment.limits,
            places=equipment.places,
        )
        await run(call, house)

    return answer
