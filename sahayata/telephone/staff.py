"""A room of simulated operators, staffed until it is told to close."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence

from sahayata.telephone.operator import Manner, Operators
from sahayata.telephone.sign_on import SignOn
from sahayata.telephone.sip import SipLine
from sahayata.telephone.sip_socket import Address

log = logging.getLogger(__name__)


async def staff(
    server: Address,
    passwords: Mapping[str, str],
    greeting: bytes,
    manner: Manner,
    chance: random.Random,
    *,
    stop: asyncio.Event,
    on_ready: Callable[[], None],
) -> None:
    """Keep operators at their telephones (extension -> password) until ``stop`` is set.

    ``on_ready`` is called once, when the PBX has accepted all of them. At the end calls are hung up
    and every telephone is signed off.

    Raises:
        OSError: the server's address is of no use.
    """
    line = SipLine(server)
    await line.open()
    operators = Operators(line, frozenset(passwords), greeting, manner, chance)
    seats = [SignOn(line, extension, word, chance) for extension, word in passwords.items()]
    try:
        async with asyncio.TaskGroup() as group:
            working = [group.create_task(seat.keep()) for seat in seats]
            working.append(group.create_task(_announce(seats, on_ready)))
            await stop.wait()
            for task in working:
                task.cancel()
    finally:
        await operators.close()
        told = await asyncio.gather(*(seat.sign_off() for seat in seats))
        if missed := told.count(False):
            log.info("the PBX did not answer the leaving of %d operators", missed)
        await line.close()


async def _announce(seats: Sequence[SignOn], on_ready: Callable[[], None]) -> None:
    for seat in seats:
        await seat.first.wait()
    on_ready()
