"""What is looked at while an instance runs: the server, telephony, the database, the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from sahayata.settings import Settings
from sahayata.store_health import store_fault
from sahayata.supervisor import pbx
from sahayata.supervisor.faults import free_mb
from sahayata.supervisor.keeper import Keeper, PartState, Time
from sahayata.supervisor.log_file import MOST_BYTES, turn_over
from sahayata.supervisor.probes import answers_agi, answers_http, answers_sip
from sahayata.supervisor.rx import NoAnswer

SERVER_EVERY_S: Final = 2.0
SERVER_MISSES: Final = 3
"""So many times without an answer, each of three seconds, and the server hangs."""
RECOGNISER_EVERY_S: Final = 1.0
RECOGNISER_LIMIT_S: Final = 1.0
RECOGNISER_MISSES: Final = 2
TELEPHONY_EVERY_S: Final = 10.0
TELEPHONY_MISSES: Final = 3
DATABASE_EVERY_S: Final = 30.0
DISK_EVERY_S: Final = 30.0


class Watch:
    """Looks now and then; tells ``noted`` what is wrong, once until it is well again."""

    def __init__(
        self,
        settings: Settings,
        times: Time,
        noted: Callable[[str], None],
        server: Keeper,
        recogniser: Keeper | None = None,
    ) -> None:
        self._settings, self._time, self._noted, self._server = settings, times, noted, server
        self._recogniser = recogniser
        self._misses = self._unheard = self._mute = 0
        self._disk_was_full = self._database_was_away = False

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._again_and_again(self.look_at_server, SERVER_EVERY_S))
            tasks.create_task(self._again_and_again(self.look_at_recogniser, RECOGNISER_EVERY_S))
            tasks.create_task(self._again_and_again(self.look_at_telephony, TELEPHONY_EVERY_S))
            tasks.create_task(self._again_and_again(self.look_at_database, DATABASE_EVERY_S))
            tasks.create_task(self._again_and_again(self.look_at_disk, DISK_EVERY_S))

    async def look_at_server(self) -> None:
        """Kill a server that hangs: its callers go on to the fall-back, and it is started anew."""
        if self._server.part.state is not PartState.RUNNING:
            self._misses = 0
            return
        self._misses = 0 if await answers_agi(self._settings.ports.agi) else self._misses + 1
        if self._misses >= SERVER_MISSES:
            self._misses = 0
            await self._server.end_now("does not answer")

    async def look_at_recogniser(self) -> None:
        """Kill a recogniser that hangs: Asterisk waits for it without a limit."""
        recogniser = self._recogniser
        if recogniser is None or recogniser.part.state is not PartState.RUNNING:
            self._mute = 0
            return
        well = await answers_http(self._settings.ports.speech, RECOGNISER_LIMIT_S)
        self._mute = 0 if well else self._mute + 1
        if self._mute >= RECOGNISER_MISSES:
            self._mute = 0
            await recogniser.end_now("does not answer")

    async def look_at_telephony(self) -> None:
        """Say when the short code cannot be called; Asterisk is left alone, it may have calls."""
        self._unheard = 0 if await answers_sip(self._settings) else self._unheard + 1
        if self._unheard == TELEPHONY_MISSES:
            self._noted(
                "telephony does not answer: nobody can call in;"
                f" see {self._settings.state.logs / 'asterisk.log'}"
            )

    async def look_at_database(self) -> None:
        """Say when the database does not answer: callers get numbers while the pool has some."""
        fault = await asyncio.to_thread(store_fault, self._settings)
        if fault and not self._database_was_away:
            self._noted(f"{fault}; tickets are kept on disk until it is back")
        self._database_was_away = bool(fault)

    async def look_at_disk(self) -> None:
        """Say when the disk is nearly full, and turn Asterisk's log over when it has grown."""
        state = self._settings.state
        with suppress(OSError):
            free = free_mb(state.root)
            full = free < self._settings.least_free_mb
            if full and not self._disk_was_full:
                self._noted(
                    f"{state.root}: the disk is nearly full, {free} MB are free: make room,"
                    " or callers will get no ticket numbers"
                )
            self._disk_was_full = full
            log = state.logs / "asterisk.log"
            if log.exists() and log.stat().st_size > MOST_BYTES:
                turn_over(log)
                with suppress(NoAnswer):
                    await pbx.question(state, "logger reload")

    async def _again_and_again(self, look: Callable[[], Awaitable[None]], every_s: float) -> None:
        while True:
            await self._time.sleep(every_s)
            await look()
