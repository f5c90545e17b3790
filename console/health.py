"""``/healthz``, ``/readyz`` and ``/metrics``: how it stands, in numbers without a name in them."""

from __future__ import annotations

import hmac
import time
from collections import Counter
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from console.desk import DESK, Desk
from console.room_health import STANDING, RoomHealth


async def alive(_: web.Request) -> web.Response:
    """Answer that this process works."""
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """Answer 200 while the picture is live, 503 and why not otherwise."""
    board = request.app[DESK].board
    return web.json_response(
        {"ready": board.live, "why": board.why.value}, status=200 if board.live else 503
    )


async def metrics(request: web.Request) -> web.Response:
    """Answer Prometheus, which shows the token ``metrics`` of ``secrets.json``."""
    desk = request.app[DESK]
    wanted = f"Bearer {desk.transport.metrics_token}"
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(desk, await desk.room_health.ask()))
    return web.Response(
        body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


class _Collector(Collector):
    """Reads the parts at the moment it is asked."""

    def __init__(self, desk: Desk, room: RoomHealth) -> None:
        self._desk, self._room = desk, room

    def collect(self) -> Iterator[Metric]:
        """Give every number."""
        board = self._desk.board
        yield _gauge("sahayata_picture_live", "1 while the picture is live", float(board.live))
        if board.heard is not None:
            age = time.monotonic() - board.heard
            yield _gauge("sahayata_picture_age_seconds", "Since Asterisk was last heard", age)
        yield _by("sahayata_operators", "Operators by state", "state", Counter(board.states()))
        yield _by("sahayata_waiting", "Callers who wait, by queue", "queue", board.waiting())
        yield from self._console()
        yield from self._room_counters()

    def _console(self) -> Iterator[Metric]:
        desk = self._desk
        viewers = desk.viewers
        yield _gauge("sahayata_console_viewers", "Browsers that look", float(len(viewers)))
        yield _count(
            "sahayata_console_fresh_wholes", "Browsers too slow for changes", viewers.fresh_wholes
        )
        yield _count("sahayata_console_refusals", "Log-ins refused", desk.door.refusals)
        done = CounterMetricFamily("sahayata_console_deeds", "Deeds by outcome", labels=["outcome"])
        for outcome, count in desk.deeds.done.items():
            done.add_metric([outcome.value], count)
        yield done

    def _room_counters(self) -> Iterator[Metric]:
        yield _gauge("sahayata_room_reached", "1 while the room answers", float(self._room.reached))
        for name, value in self._room.numbers.items():
            made = _gauge if name in STANDING else _count
            yield made(f"sahayata_room_{name}", "As the room counts it", value)


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=value)


def _count(name: str, what: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, what, value=value)


def _by(name: str, what: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
