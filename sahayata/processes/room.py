"""The room: ``python -m sahayata.processes.room --state DIR`` (docs/adr/0060-the-room.md).

Listens to Asterisk, keeps the picture and the journal, and answers on loopback. No call waits for
it: without it operators are rung, and nobody sees it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from functools import partial
from typing import Final

from ivr import names
from queue_manager.ami.actions import Actions, Asking
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.link import Link
from queue_manager.ami.outcomes import Outcome
from queue_manager.duty.store import DutyStore
from queue_manager.journal.clock import SteadyClock
from queue_manager.journal.recorder import open_recorder
from queue_manager.room.came_back import CameBack
from queue_manager.room.deeds import Deeds
from queue_manager.room.health import Health
from queue_manager.room.http import RoomServer
from queue_manager.room.places import Places
from queue_manager.room.room import Room
from queue_manager.room.standing import Standing
from queue_manager.room.telling import Telling
from queue_manager.room.tending import Tending
from queue_manager.room.wrap_up_ends import WrapUpEnds
from queue_manager.roster.lines import lines_of
from sahayata import stores
from sahayata.district.roster_terms import duty_terms_of
from sahayata.figures import open_bookkeeping
from sahayata.processes import life
from sahayata.secrets import Secrets
from sahayata.settings import Settings

log = logging.getLogger(__name__)

SPELLING: Final = Spelling(names.QUEUE_PREFIX, call_id=names.CALL_ID, ticket=names.TICKET)
LISTEN_IN: Final = "listen-in"
"""The context of the dialplan that a supervisor's telephone goes to when it answers."""
EAR_RINGS_S: Final = 20.0
CACHE_KIB: Final = 4 * 1024
"""Of each connection: what is written goes to the end of the journal's indexes, and the counting of
a busy half-hour reads all of it once. More would only be held."""
LOOK_FOR_CYCLES: Final = (10_000, 20, 50)


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Keep the room until the end is asked for."""
    secrets = stores.load_secrets(settings)
    district, steady = settings.district, time.monotonic
    engine = stores.open_database(settings, cache_kib=CACHE_KIB)
    recorder = await asyncio.to_thread(open_recorder, engine, SteadyClock(stores.now, steady))
    terms = duty_terms_of(district)
    link = Link(_address(settings, secrets, "listener"), SPELLING)
    actions = Actions(
        Asking(_address(settings, secrets, "actions")),
        Asking(_address(settings, secrets, "ringing")),
        SPELLING,
    )
    room = Room(link, recorder, district.queues, steady)
    usual = {
        number: dict.fromkeys(run.queues, 0) for run in district.seats for number in run.numbers
    }
    standing = Standing(DutyStore(engine, district.queues, stores.now), stores.now, usual)
    wrap_up_ends = WrapUpEnds(settings.state.outgoing)
    tending = Tending(
        room,
        actions,
        standing,
        ends=wrap_up_ends,
        returning=CameBack(settings.state.came_back),
        wrap_up=terms.wrap_up,
        missed_calls=terms.missed_calls,
        now=stores.now,
        steady=steady,
    )

    async def listen_in(ear: str, operator: str, manner: str) -> Outcome:
        told = {names.LISTENED: operator, names.MANNER: manner}
        return await actions.listen_in(ear, LISTEN_IN, "s", variables=told, ring_s=EAR_RINGS_S)

    deeds = Deeds(
        room,
        standing,
        tending,
        places=Places(
            partial(lines_of, engine),
            {number: run.queues for run in district.seats for number in run.numbers},
            queues=district.queues,
            confidential={c.queue for c in district.categories.values() if c.confidential},
        ),
        pause_reasons=[reason.id for reason in terms.pause_reasons],
        listen_in=listen_in,
    )
    telling = Telling(room, steady)
    health = Health(room, link, recorder, standing, telling)
    server = RoomServer(room, telling, deeds, health, token=secrets.room, steady=steady)
    await server.start("127.0.0.1", settings.ports.room)
    # Looking for cycles among a hundred thousand objects that have none is a pause of many
    # milliseconds: what is there stays, and the rest is looked through seldom.
    gc.freeze()
    gc.set_threshold(*LOOK_FOR_CYCLES)
    bookkeeping = open_bookkeeping(district, engine)
    bookkeeping.start()
    life.say_ready()
    parts = (room.run, actions.run, standing.run, wrap_up_ends.run, tending.run, telling.run)
    working = [asyncio.create_task(part()) for part in parts]
    ending = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({ending, *working}, return_when=asyncio.FIRST_COMPLETED)
        for task in working:
            if task.done():
                await task  # No part ends by itself but by a fault: the next process does better.
    finally:
        ending.cancel()
        for task in working:
            task.cancel()
        await asyncio.gather(ending, *working, return_exceptions=True)
        await server.close()
        await asyncio.to_thread(bookkeeping.stop)
        if not await asyncio.to_thread(recorder.close):
            log.warning("not all of the journal could be written: what is missing becomes a gap")
        engine.dispose()


def _address(settings: Settings, secrets: Secrets, user: str) -> Address:
    return Address(settings.ports.ami, user, secrets.ami[user])


if __name__ == "__main__":
    sys.exit(life.main("room", work))
