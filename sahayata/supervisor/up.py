"""``sahayata up``: from nothing to *a call can be taken*, and back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sahayata.settings import Settings
from sahayata.supervisor import pbx
from sahayata.supervisor.faults import CannotStart, in_words
from sahayata.supervisor.instance import Instance, InstanceState, only_one, read_instance
from sahayata.supervisor.keeper import Keeper, Part, Running, Time
from sahayata.supervisor.log_file import LogFile
from sahayata.supervisor.preparation import Ground, lay_ground, make_folders
from sahayata.supervisor.probes import answers_agi, answers_sip, sip_host
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.program import OurProcess, Program, guests, programs
from sahayata.supervisor.rx import NoAnswer
from sahayata.supervisor.taken_ports import asterisk_addresses, our_addresses, require_free
from sahayata.supervisor.watch import Watch

PATIENCE_S: Final = 10.0
"""How long a process of ours may take to end in good order."""
READY_TRIES: Final = 20
READY_EVERY_S: Final = 0.25
ASTERISK: Final = "asterisk"
REAL_TIME: Final = Time(lambda: datetime.now(UTC), time.monotonic, asyncio.sleep)


def run_up(settings: Settings, *, demo: bool = False) -> int:
    """Start everything, keep it running, and return 0 when it has been stopped; 1 on a fault.

    Says on standard output what it does; one line begins with ``ready`` when a call can be taken.
    """
    try:
        asterisk = make_folders(settings)
        with only_one(settings.state):
            ground = lay_ground(settings, asterisk, say)
            return asyncio.run(Up(ground, demo=demo, say=say).run())
    except CannotStart as fault:
        sys.stderr.write(f"sahayata cannot start: {fault}\n")
    except KeyboardInterrupt:
        say("stopped before anything was started")
    except OSError as error:
        sys.stderr.write(f"sahayata: {in_words(error, 'stopped by a fault')}\n")
    return 1


def say(line: str) -> None:
    """Tell the person who started us; a terminal that has gone away is no reason to stop."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Up:
    """One run of an instance, from start to end."""

    def __init__(
        self, ground: Ground, *, demo: bool, say: Callable[[str], None], times: Time = REAL_TIME
    ) -> None:
        self._ground, self._say, self._time = ground, say, times
        self._settings = ground.settings
        self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
        self._left: pbx.RunningPbx | None = None
        self._pbx: pbx.RunningPbx | None = None
        # In this order they are started, and backwards ended: our processes stand ready before the
        # first call comes, and note how the last one ended.
        self._keepers: list[Keeper] = [
            *(self._keeper_of(program) for program in programs(self._settings)),
            Keeper(ASTERISK, self._start_pbx, times, self._changed),
            *(self._keeper_of(program) for program in guests(self._settings, demo=demo)),
        ]
        own = ProcessId.of(os.getpid())
        assert own is not None
        self._instance = Instance(
            up=own,
            state=InstanceState.STARTING,
            since=times.now(),
            asterisk_version=ground.asterisk.version,
            port_base=self._settings.ports.base,
            demo=demo,
            configuration=ground.configuration,
        )

    async def run(self) -> int:
        """Start, keep, drain, end."""
        loop = asyncio.get_running_loop()
        # The terminal that is closed (SIGHUP) is a person who stops us, too.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._asked_to_stop)
        await self._clear_the_ground()
        self._became(InstanceState.STARTING)
        try:
            started = await self._unless_stopped(self._start())
            if started:
                self._became(InstanceState.READY)
                self._greet()
                watch = Watch(self._settings, self._time, self._noted, self._keeper("answering"))
                await self._unless_stopped(watch.run())
                self._became(InstanceState.DRAINING)
                await self._drain()
        except CannotStart as fault:
            self._instance = replace(self._instance, last_error=str(fault))
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

    async def _clear_the_ground(self) -> None:
        """End what an earlier run left, but keep an Asterisk that can be kept."""
        state, before = self._settings.state, read_instance(self._settings.state)
        for part in before.parts if before else ():
            if part.name != ASTERISK and part.process is not None and part.process.alive:
                self._say(f"{part.name} was left by an earlier run; it is ended")
                await part.process.end(PATIENCE_S)
        left = await pbx.find_running(state)
        if left is not None and before and before.configuration == self._ground.configuration:
            self._say("Asterisk runs already, from an earlier run; its calls go on")
            self._left = left
        elif left is not None:
            self._say("Asterisk of an earlier run has other settings; it ends when its calls have")
            await left.drain(self._settings.drain_s, self._stopping, self._say)
            await left.end(pbx.STOP_S)
        theirs = () if self._left else asterisk_addresses(self._settings)
        require_free((*theirs, *our_addresses(self._settings)))

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
            ground = self._ground
            self._pbx = await pbx.start(self._settings, ground.keys, ground.asterisk)
        return self._pbx

    def _keeper_of(self, program: Program) -> Keeper:
        return Keeper(program.name, self._starter(program), self._time, self._changed)

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

    def _greet(self) -> None:
        settings, ports = self._settings, self._settings.ports
        code, host = settings.district.helpline.short_code, sip_host(settings)
        self._say(
            f"ready  sip:{code}@{host}:{ports.sip}  manager 127.0.0.1:{ports.ami}"
            f"  agi 127.0.0.1:{ports.agi}  state {settings.state.root}"
        )
        if not self._instance.demo:
            seats = settings.district.extensions
            self._say(
                f"an operator's telephone registers at {host}:{ports.sip} (UDP) as one of"
                f" {seats[0]} … {seats[-1]}; its password:"
                f" sahayata operators show {seats[0]} --state {settings.state.root}"
                if seats
                else "district.yaml has no seats: nobody can answer"
            )

    async def _drain(self) -> None:
        if self._pbx is not None and self._keeper(ASTERISK).part.process is not None:
            self._say("stopping: no new calls are taken")
            await self._pbx.drain(self._settings.drain_s, self._hurry, self._say)

    async def _end(self) -> None:
        for keeper in reversed(self._keepers):
            await keeper.end(0.1 if self._hurry.is_set() else PATIENCE_S)
        self._became(InstanceState.STOPPED)
        self._say("stopped")

    def _changed(self, part: Part, said: str) -> None:
        if said:
            self._say(said)
            self._instance = replace(self._instance, last_error=said)
        self._write()

    def _noted(self, fault: str) -> None:
        self._say(fault)
        self._instance = replace(self._instance, last_error=fault)
        self._write()

    def _became(self, state: InstanceState) -> None:
        self._instance = replace(self._instance, state=state, since=self._time.now())
        self._write()

    def _write(self) -> None:
        parts = tuple(keeper.part for keeper in self._keepers)
        self._instance = replace(self._instance, parts=parts)
        try:
            self._instance.write(self._settings.state)
        except OSError as error:
            # A full disk must not stop a helpline that still answers.
            self._say(in_words(error, "what runs could not be noted"))
