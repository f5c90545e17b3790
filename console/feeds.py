"""Looks up the figures and the roster every few seconds, and tells the browsers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.board import Document
from console.ports import Crew, Day, Figures, QueueFigures, Roster
from database.engine import StoreUnavailable

log = logging.getLogger(__name__)

FIGURES_EVERY_S: Final = 5.0
CREW_EVERY_S: Final = 20.0

Now = Callable[[], datetime]
Tell = Callable[[str, Document], None]


async def feed_figures(
    figures: Figures, live: Callable[[], bool], now: Now, zone: ZoneInfo, tell: Tell
) -> None:
    """Tell today's figures for ever.

    While nothing is known of the room they stay as they were, and say until when they are: the
    last half hour would otherwise melt away, as if nobody called.
    """
    told = False

    async def once() -> None:
        nonlocal told
        if live() or not told:
            day = await asyncio.to_thread(figures.today, now())
            tell("figures", day_document(day, zone))
            told = True

    await _again("figures", once, FIGURES_EVERY_S)


async def feed_crew(roster: Roster, now: Now, zone: ZoneInfo, tell: Tell) -> None:
    """Tell names and who should be here, for ever."""

    async def once() -> None:
        tell("crew", crew_document(await asyncio.to_thread(roster.crew, now()), zone))

    await _again("roster", once, CREW_EVERY_S)


def day_document(day: Day, zone: ZoneInfo) -> Document:
    """Write the figures for the browser: times are of the district's clock."""
    at = day.at.astimezone(zone)
    return {
        "as_of": at.strftime("%H:%M:%S"),
        "date": at.date().isoformat(),
        "hour_now": at.hour + at.minute / 60,
        "threshold_s": day.threshold_s,
        "short_s": day.short_s,
        "total": _figures(day.total),
        "queues": {name: _figures(found) for name, found in day.queues.items()},
        "hours": [asdict(hour) for hour in day.hours],
        "gaps": [asdict(gap) for gap in day.gaps],
    }


def crew_document(crew: Crew, zone: ZoneInfo) -> Document:
    """Write the roster for the browser."""
    return {
        "people": {
            person.extension: {"hi": person.name_hi, "en": person.name} for person in crew.people
        },
        "expected": [
            {
                "extension": one.extension,
                "shift": dict(one.shift),
                "since": one.since.astimezone(zone).strftime("%H:%M"),
            }
            for one in crew.expected
        ],
    }


def _figures(found: QueueFigures) -> Document:
    return {"today": asdict(found.today), "recent": asdict(found.recent)}


async def _again(what: str, once: Callable[[], Awaitable[None]], every_s: float) -> None:
    away = False
    while True:
        try:
            await once()
            away = False
        except StoreUnavailable as fault:
            if not away:
                log.warning("the store is away", extra={"for": what, "fault": str(fault)})
            away = True
        await asyncio.sleep(every_s)
