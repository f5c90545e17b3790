"""``sahayata up``: from nothing to *a call can be taken*, and back."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from sahayata.demo_roster import seat_demo_roster
from sahayata.secrets import SecretsUnreadable
from sahayata.settings import Settings
from sahayata.supervisor import pbx_start
from sahayata.supervisor.bulletin import Bulletin, ready_lines, say
from sahayata.supervisor.faults import CannotStart, in_words
from sahayata.supervisor.instance import InstanceState, only_one
from sahayata.supervisor.keeper import Keeper, Running, Time
from sahayata.supervisor.leftovers import PATIENCE_S, clear
from sahayata.supervisor.log_file import LogFile
from sahayata.supervisor.pbx import ASTERISK, RunningPbx
from sahayata.supervisor.preparation import Ground, lay_ground, make_folders
from sahayata.supervisor.probes import answers_agi, answers_sip
from sahayata.supervisor.program import RECOGNISING, OurProcess, Program, guests, programs
from sahayata.supervisor.rx import NoAnswer
from sahayata.supervisor.watch import Watch

READY_TRIES: Final = 20
READY_EVERY_S: Final = 0.25
REAL_TIME: Final = Time(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep)


def run_up(settings: Settings, *, demo: bool = False) -> int:
    """Start everything, keep it running, and return 0 when it has been stopped; 1 on a fault.

    Says on standard output what it does; one line begins with ``ready`` when a call can be taken.
    """
    try:
        asterisk = make_folders(settings)
        with only_one(settings.state):
            if demo:
                _demonstrate(settings)
            ground = lay_ground(settings, asterisk, say)
            return asyncio.run(Up(ground, demo=demo, say=say).run())
    except CannotStart as fault:
        sys.stderr.write(f"sahayata cannot start: {fault}\n")
    except KeyboardInterrupt:
        say("stopped before anything was started")
    except OSError as error:
        sys.stderr.write(f"sahayata: {in_words(error, 'stopped by a fault')}\n")
    return 1


def _demonstrate(settings: Settings) -> None:
    try:
        seat_demo_roster(settings, say)
    except SecretsUnreadable as fault:
        raise CannotStart(str(fault)) from fault
    except OSError as error:
        raise CannotStart(in_words(error, "the demonstration cannot be prepared")) from error


class Up:
    """One run of an instance, from start to end."""

    def __init__(
        self, ground: Ground, *, demo: bool, say: Callable[[str], None], times: Time = REAL_TIME
    ) -> None:
        self._ground, self._time, self._demo = ground, times, demo
        self._settings = ground.settings
        self._bulletin = Bulletin(ground, times, demo=demo, say=say)
        self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
        self._left: RunningPbx | None = None
        self._pbx: RunningPbx | None = None
        # In this order they are started, and backwards ended: our processes stand ready before the
        # first call comes, and note how the last one ended.
        self._keepers: list[Keeper] = [
            *(self._keeper_of(program) for program in programs(self._settings)),
            Keeper(ASTERISK, self._start_pbx, times, self._bulletin.changed),
            *(self._keeper_of(program) for program in guests(self._settings, demo=demo)),
        ]

    async def run(self) -> int:
        """Start, keep, drain, end."""
        loop = asyncio.get_running_loop()
        # The terminal that is closed (SIGHUP) is a person who stops us, too.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._asked_to_stop)
        self._left = await clear(self._ground, self._stopping, self._bulletin.say)
        self._bulletin.became(InstanceState.STARTING)
        try:
            started = await self._unless_stopped(self._start())
            if started:
                watch = Watch(
                    self._settings,
                    self._time,
                    self._bulletin.fault,
                    self._keeper("answering"),
                    next((k for k in self._keepers if k.part.name == RECOGNISING), None),
                )
                await watch.look_at_database()
                self._bulletin.became(InstanceState.READY)
                for line in ready_lines(self._settings, demo=self._demo):
                    self._bulletin.say(line)
                await self._unless_stopped(watch.run())
                self._bulletin.became(InstanceState.DRAINING)
                await self._drain()
        except CannotStart as fault:
            self._bulletin.failed(str(fault))
            raise
        finally:
            await self._end()
        return 0

    def _asked_to_stop(self) -> None:
        if self._stopping.is_set():
            self._hurry.set()
        self._stopping.set()

    async def _unless_stopped(self, work: Coroutine[None, None, None]) -> bool:
        """Do ``work`` to its end, or give it up when we are asked to stop."""
        doing = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if doing.done():
            await doing
            return True
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        return False

    async def _start(self) -> None:
        for keeper in self._keepers:
            try:
                await keeper.start()
            except CannotStart as fault:
                raise CannotStart(f"{keeper.part.name} {fault}") from fault
        for _ in range(READY_TRIES):
            if await answers_sip(self._settings) and await answers_agi(self._settings.ports.agi):
                return
            await self._time.sleep(READY_EVERY_S)
        raise CannotStart(
            "everything was started, but a call would not be answered;"
            f" see the logs in {self._settings.state.logs}"
        )

    async def _start_pbx(self) -> Running:
        """Take over the Asterisk that was left, once; later ones are started."""
        if self._left is not None:
            self._pbx, self._left = self._left, None
            with suppress(NoAnswer):
                await self._pbx.refuse_calls(False)
        else:
            self._pbx = await pbx_start.start(self._ground)
        return self._pbx

    def _keeper_of(self, program: Program) -> Keeper:
        return Keeper(
            program.name,
            self._starter(program),
            self._time,
            self._bulletin.changed,
            needed=program.needed,
        )

    def _starter(self, program: Program) -> Callable[[], Coroutine[None, None, Running]]:
        async def start() -> Running:
            try:
                log = LogFile(self._settings.state.logs / f"{program.name}.log")
            except OSError as error:
                raise CannotStart(in_words(error, "its log cannot be written")) from error
            return await OurProcess.start(program, self._settings, log)

        return start

    def _keeper(self, name: str) -> Keeper:
        return next(keeper for keeper in self._keepers if keeper.part.name == name)

    async def _drain(self) -> None:
        if self._pbx is not None and self._keeper(ASTERISK).part.process is not None:
            self._bulletin.say("stopping: no new calls are taken")
            await self._pbx.drain(self._settings.drain_s, self._hurry, self._bulletin.say)

    async def _end(self) -> None:
        for keeper in reversed(self._keepers):
            await keeper.end(0.1 if self._hurry.is_set() else PATIENCE_S)
        self._bulletin.became(InstanceState.STOPPED)
        self._bulletin.say("stopped")
