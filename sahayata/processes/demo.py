"""A room of simulated operators: ``python -m sahayata.processes.demo --state DIR``.

Who is on the roster comes for the shift, and enough others that every queue is covered; without a
roster each seat of district.yaml. They register with their own passwords, sign on, answer, greet,
listen for a while and hang up. ``ready`` is printed when all have signed on; SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

from sqlalchemy import Engine

from queue_manager.roster.times import on_now
from sahayata.demo_crew import DemoCrew, Wanted, who_comes
from sahayata.district.file import DistrictFaults
from sahayata.district.roster_terms import roster_terms_of
from sahayata.logs import set_up
from sahayata.processes.life import say_ready
from sahayata.rostered import remembered
from sahayata.secrets import Secrets, SecretsUnreadable, load_or_create
from sahayata.setting import BadSetting
from sahayata.settings import Settings, load
from sahayata.staff.live import RoomOverHttp
from sahayata.stores import now, open_database, open_roster
from sahayata.telephone.operator import Manner
from sahayata.telephone.staff import open_staff

log = logging.getLogger(__name__)

GREETING: Final = "operator_hello"
MOST_SECONDS: Final = 3600.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C; 0 when well, 1 when the room could not be opened."""
    words = _parser().parse_args(argv)
    try:
        settings = load(state=words.state, port_base=words.port_base)
        set_up(settings.log_level)
        known = (*settings.district.extensions, *remembered(settings.state.roster))
        keys = load_or_create(settings.state.secrets, known)
        if unknown := [e for e in words.extensions or () if e not in keys.extensions]:
            names = ", ".join(unknown)
            raise BadSetting(
                f"--extensions: no seat of district.yaml is {names}, nor is it on the roster"
            )
        asyncio.run(_run(settings, keys, words))
    except (BadSetting, DistrictFaults, SecretsUnreadable, OSError) as fault:
        sys.stderr.write(f"demo: {fault}\n")
        return 1
    return 0


async def _run(settings: Settings, keys: Secrets, words: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    chance = random.Random(words.seed)  # noqa: S311 - chance for a simulation, no secret
    async with AsyncExitStack() as closing:
        engine = open_database(settings)
        closing.callback(engine.dispose)
        room = RoomOverHttp(f"http://127.0.0.1:{settings.ports.room}", keys.room)
        closing.push_async_callback(room.close)
        staff = await closing.enter_async_context(
            open_staff(
                (settings.sip_host, settings.ports.sip),
                keys.extensions,
                greeting_of(settings),
                Manner(words.answer_after, words.talk_for, answers=not words.never_answer),
                chance,
            )
        )
        coming = _Coming(settings, keys, engine, words.extensions)
        crew = DemoCrew(staff, room, coming.wanted, chance)
        working = asyncio.create_task(crew.run(say_ready))
        ending = asyncio.create_task(stop.wait())
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if working.done():
            await working  # it ends by a fault alone: `up` starts us again
        working.cancel()
        await asyncio.wait({working})


class _Coming:
    """Who has to be at a telephone, by the roster or by the words of the command line."""

    def __init__(
        self, settings: Settings, keys: Secrets, engine: Engine, only: tuple[str, ...] | None
    ) -> None:
        self._settings, self._only = settings, only
        self._roster = open_roster(settings, keys, engine)
        self._terms = roster_terms_of(settings.district)

    def wanted(self) -> Wanted:
        """Look who has to sit now. Raises ``StoreUnavailable``."""
        seats = self._settings.district.extensions
        if not remembered(self._settings.state.roster):
            return Wanted(seated=frozenset(self._only or seats))
        roster = self._roster.read()
        if self._only:
            coming = frozenset(self._only)
        else:
            coming = who_comes(roster, on_now(roster, self._terms, now()), self._terms.queues)
            coming |= frozenset(seats) - roster.people.keys()
        return Wanted(coming & roster.people.keys(), coming - roster.people.keys())


def greeting_of(settings: Settings) -> bytes:
    """Read what operators say when they answer, as A-law; nothing when it was never recorded."""
    language = settings.district.helpline.languages[0]
    path = settings.state.sounds / language / f"{GREETING}.alaw"
    try:
        return path.read_bytes()
    except OSError as error:
        log.warning("operators say nothing: %s: %s", path, error.strerror)
        return b""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo", description="Simulated operators over SIP.")
    parser.add_argument("--state", metavar="DIR", help="the folder of the instance")
    parser.add_argument("--port-base", type=int, metavar="N", help="count all ports from N")
    parser.add_argument(
        "--extensions", type=_extensions, metavar="201,202", help="only these seats; all otherwise"
    )
    manner = Manner()
    parser.add_argument("--answer-after", type=_span, default=manner.answer_after_s, metavar="1-3")
    parser.add_argument("--talk-for", type=_span, default=manner.talk_for_s, metavar="5-20")
    parser.add_argument("--never-answer", action="store_true", help="ring and do not answer")
    parser.add_argument("--seed", type=int, help="makes the delays the same in every run")
    return parser


def _extensions(text: str) -> tuple[str, ...]:
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise argparse.ArgumentTypeError("name at least one extension")
    return found


def _span(text: str) -> tuple[float, float]:
    """Read ``1-3`` or ``2`` as the least and the most seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of seconds; write 1-3")
    least, most = float(match[1]), float(match[2] or match[1])
    if not least <= most <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text!r}: the first must not be more than the second, nor that than an hour"
        )
    return least, most


if __name__ == "__main__":
    sys.exit(main())
