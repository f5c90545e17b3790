"""A room of simulated operators, who come, stay at their telephones, and leave."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from sahayata.telephone.operator import Manner, Operators
from sahayata.telephone.sign_on import SignOn
from sahayata.telephone.sip import SipLine
from sahayata.telephone.sip_socket import Address

log = logging.getLogger(__name__)


class Staff:
    """Telephones behind one SIP socket, told apart by their extensions."""

    def __init__(self, line: SipLine, passwords: Mapping[str, str], chance: random.Random) -> None:
        self._line, self._passwords, self._chance = line, passwords, chance
        self._seats: dict[str, SignOn] = {}
        self._keeping: dict[str, asyncio.Task[None]] = {}

    @property
    def here(self) -> frozenset[str]:
        """The extensions of those who came and did not leave."""
        return frozenset(self._keeping)

    async def come(self, extension: str) -> None:
        """Register a telephone and stay registered; return when the PBX has accepted it."""
        if extension not in self._keeping:
            if extension not in self._seats:
                self._seats[extension] = SignOn(
                    self._line, extension, self._passwords[extension], self._chance
                )
            self._keeping[extension] = asyncio.create_task(self._seats[extension].keep())
        await self._seats[extension].first.wait()

    async def leave(self, extension: str) -> bool:
        """Sign a telephone off; false when the PBX did not answer."""
        task = self._keeping.pop(extension)
        task.cancel()
        await asyncio.wait({task})
        return await self._seats[extension].sign_off()

    async def close(self) -> None:
        """Sign everybody off."""
        told = await asyncio.gather(*(self.leave(extension) for extension in self.here))
        if missed := told.count(False):
            log.info("the PBX did not answer the leaving of %d operators", missed)


@asynccontextmanager
async def open_staff(
    server: Address,
    passwords: Mapping[str, str],
    greeting: bytes,
    manner: Manner,
    chance: random.Random,
) -> AsyncIterator[Staff]:
    """Give a room in which nobody is yet, for those in ``passwords`` (extension -> password).

    At the end calls are hung up and every telephone is signed off.

    Raises:
        OSError: the server's address is of no use.
    """
    line = SipLine(server)
    await line.open()
    operators = Operators(line, frozenset(passwords), greeting, manner, chance)
    people = Staff(line, passwords, chance)
    try:
        yield people
    finally:
        await operators.close()
        await people.close()
        await line.close()


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
    async with (
        open_staff(server, passwords, greeting, manner, chance) as people,
        asyncio.TaskGroup() as group,
    ):
        arriving = group.create_task(_arrive(people, passwords, on_ready))
        await stop.wait()
        arriving.cancel()


async def _arrive(
    people: Staff, passwords: Mapping[str, str], on_ready: Callable[[], None]
) -> None:
    await asyncio.gather(*(people.come(extension) for extension in passwords))
    on_ready()
