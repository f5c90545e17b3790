"""Everything the web handlers need, joined by ``sahayata.bootstrap``; no default in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiohttp import web

from console.accounts import Accounts
from console.audit import Audit
from console.board import Board
from console.deeds import Deeds
from console.door import Door
from console.outlook import Breaks
from console.own_password import OwnPassword
from console.plans import Plans
from console.room_health import RoomHealthLink
from console.statics import Statics
from console.template import Pages
from console.viewers import Viewers

Names = Mapping[str, Mapping[str, str]]
"""Id -> language -> word."""


@dataclass(frozen=True, slots=True)
class House:
    """What the district is called and decided."""

    name: Mapping[str, str]
    district: Mapping[str, str]
    short_code: str
    queues: Names
    reasons: Names
    timezone: str
    limits: Mapping[str, float]
    """State -> seconds in it after which a tile turns red."""
    long_wait_s: float
    """A wait after which a queue turns red."""
    service_level_goal: float
    """Between 0 and 1; a queue below it is marked."""


@dataclass(frozen=True, slots=True)
class Transport:
    """How browsers reach us."""

    https: bool
    """A proxy in front of us speaks TLS: cookies go over nothing else."""
    proxies: frozenset[str]
    """Addresses whose ``X-Forwarded-For`` is believed."""
    port: int
    """Ours: a browser keeps the cookies of all ports of a machine together, we tell them apart."""
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
    own_password: OwnPassword
    audit: Audit
    deeds: Deeds
    breaks: Breaks
    plans: Plans
    pages: Pages
    statics: Statics
    room_health: RoomHealthLink
    now: Callable[[], datetime]


DESK: Final = web.AppKey("desk", Desk)
