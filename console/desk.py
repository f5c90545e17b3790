"""Everything the web handlers need, joined by ``sahayata.bootstrap``; no default in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from console.accounts import Accounts
from console.audit import Audit
from console.board import Board
from console.deeds import Deeds
from console.door import Door
from console.room_health import RoomHealthLink
from console.statics import Statics
from console.template import Pages
from console.viewers import Viewers

Names = Mapping[str, Mapping[str, str]]
"""Id -> language -> word."""

LIMITS: Final[Mapping[str, float]] = {
    "talking": 600.0,
    "holding": 120.0,
    "ringing": 20.0,
    "wrap_up": 120.0,
    "paused": 900.0,
}
"""Seconds in a state after which a tile turns red."""
LONG_WAIT_S: Final = 120.0
"""A wait after which a queue turns red."""


@dataclass(frozen=True, slots=True)
class House:
    """What the district is called and decided."""

    name: Mapping[str, str]
    district: Mapping[str, str]
    short_code: str
    queues: Names
    reasons: Names
    timezone: str
    limits: Mapping[str, float] = field(default_factory=lambda: LIMITS)
    long_wait_s: float = LONG_WAIT_S
    service_level_goal: float = 0.8


@dataclass(frozen=True, slots=True)
class Transport:
    """How browsers reach us."""

    https: bool
    """A proxy in front of us speaks TLS: cookies go over nothing else."""
    proxies: frozenset[str]
    """Addresses whose ``X-Forwarded-For`` is believed."""
    metrics_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """The console's parts."""

    house: House
    transport: Transport
    board: Board
    viewers: Viewers
    accounts: Accounts
    door: Door
    audit: Audit
    deeds: Deeds
    pages: Pages
    statics: Statics
    room_health: RoomHealthLink


DESK: Final = web.AppKey("desk", Desk)
