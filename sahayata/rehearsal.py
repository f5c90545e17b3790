"""Many conversations with the real engine and the real desk, in reckoned time, without a telephone.

Each caller presses keys at random, mid-sentence or after it, and some hang up. Tickets go into a
database that is thrown away. Who joins a queue arrives there with call id and ticket.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from database.upgrade import upgrade
from ivr.call import CallerHungUp, CallFacts
from ivr.conversation import converse
from ivr.desk import Desk
from ivr.simulator import SHORTEST_S, SPOKEN_PER_SECOND, PhoneCall
from queue_manager.events import Caller
from queue_manager.staffing.demand import SHAPE
from queue_manager.staffing.people import Arrival
from sahayata import bootstrap, stores
from sahayata.desk import DeskAdapter
from sahayata.settings import Settings, load

AT_ONCE: Final = 20
PRESSES: Final = "1112223334455#"
"""What callers press, by how often."""
HANGS_UP: Final = 0.01
"""Share of waits for a key in which the caller goes instead."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of the conversations."""

    arrivals: tuple[Arrival, ...]
    """Who joined a queue, and when."""
    tickets: int
    took_s: float


class Citizen:
    """A keypad in the hand of somebody who presses this and that."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.passed_s = 0.0

    def heard(self, prompt: str) -> None:
        """Listen to nothing in particular."""

    async def key(self, within_s: float, *, silent: bool) -> str:
        """Press something in time, or nothing; raise ``CallerHungUp`` now and then."""
        if self._chance.random() < HANGS_UP:
            raise CallerHungUp("has heard enough")
        if self._chance.random() < (0.9 if silent else 0.15):
            self.passed_s += self._chance.uniform(0, min(within_s, 3.0))
            return self._chance.choice(PRESSES)
        self.passed_s += within_s
        return ""


class Unseen:
    """A screen that nobody looks at; it knows how long each prompt takes."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def says(self, prompt: str) -> float:
        """Return how many seconds a prompt takes."""
        return max(SHORTEST_S, len(self._texts.get(prompt, "")) / SPOKEN_PER_SECOND)

    def stops(self) -> None:
        """Show nothing."""

    def tells(self, what: str) -> None:
        """Show nothing."""


def rehearse(calls: int, seed: int, midnight: datetime) -> Rehearsed:
    """Hold so many conversations of the project, spread over a usual day.

    Raises ``ivr.strict_yaml.YamlFaults``, ``database.engine.StoreUnavailable`` or ``OSError``.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="sahayata-rehearsal-") as folder:
        # No word of the environment: tickets of a rehearsal must not reach a real database.
        arrivals, tickets = asyncio.run(
            _hold_all(load(state=folder, environment={}), calls, seed, midnight)
        )
    return Rehearsed(arrivals, tickets, time.perf_counter() - began)


async def _hold_all(
    found: Settings, calls: int, seed: int, midnight: datetime
) -> tuple[tuple[Arrival, ...], int]:
    found.state.prepare()
    engine = stores.open_database(found)
    upgrade(engine)
    register = stores.open_register(found, stores.load_secrets(found), engine)
    desk = stores.open_desk(found, register, "rehearsal")
    await desk.start()
    talk = _Talks(found, DeskAdapter(desk), seed, midnight)
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> tuple[Arrival | None, str]:
        async with turns:
            return await talk.hold(number)

    try:
        held = await asyncio.gather(*(one(number) for number in range(calls)))
    finally:
        await desk.close()
        engine.dispose()
    arrivals = sorted((a for a, _ in held if a is not None), key=lambda arrival: arrival.at)
    return tuple(arrivals), sum(bool(ticket) for _, ticket in held)


class _Talks:
    def __init__(self, found: Settings, desk: Desk, seed: int, midnight: datetime) -> None:
        self._found, self._desk, self._seed, self._midnight = found, desk, seed, midnight
        self._speech = bootstrap.load_speech(found)
        self._screen = Unseen(self._speech.texts)
        self._weights = list(accumulate(SHAPE))

    async def hold(self, number: int) -> tuple[Arrival | None, str]:
        """Hold one conversation; return where the caller went, and the ticket."""
        chance = random.Random(f"{self._seed}/{number}")  # noqa: S311 - a simulation
        (half,) = chance.choices(range(len(SHAPE)), cum_weights=self._weights)
        begins = (half + chance.random()) * 1800.0
        citizen = Citizen(chance)

        def now() -> datetime:
            return self._midnight + timedelta(seconds=begins + citizen.passed_s)

        facts = CallFacts(
            call_id=f"rehearsal-{number}",
            caller=f"98{chance.randrange(10**8):08}",
            dialled=self._found.district.helpline.short_code,
            language=self._found.district.helpline.languages[0],
            entry="inbound",
            arrived_at=now(),
        )
        call = PhoneCall(facts, citizen, self._screen, self._found.state.messages)
        record = await converse(call, self._desk, self._speech.flows, self._speech.view, now)
        if call.joined is None:
            return None, record.ticket
        caller = Caller(f"{number}.1", facts.call_id, record.ticket, masked="********00")
        return Arrival(begins + citizen.passed_s, call.joined.queue, caller), record.ticket
