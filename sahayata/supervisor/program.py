"""Our own processes: which there are, how one is started, and when it is ready."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from dataclasses import dataclass
from typing import Final

from ivr.speech.model_folder import is_model
from sahayata.settings import Settings
from sahayata.supervisor.faults import CannotStart
from sahayata.supervisor.log_file import LogFile
from sahayata.supervisor.process_id import ProcessId

READY: Final = b"ready"
LAST_LINES: Final = 30
RECOGNISING: Final = "recognising"
MODEL_READY_S: Final = 120.0
"""A model is hundreds of megabytes that have to be read."""
ROOM_READY_S: Final = 30.0
"""A machine just switched on has much to do, and who is killed for being late is later still."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process of ours. It prints the line ``ready`` on standard output when it is."""

    name: str
    argv: tuple[str, ...]
    ready_within_s: float = 60.0
    needed: bool = True
    """Without it no call is served: what is not needed may come later, or never."""


def programs(settings: Settings) -> tuple[Program, ...]:
    """List the processes that answer calls, in the order they are started."""
    # The tickets first: they bring the database to its schema.
    return tuple(_ours(settings, name) for name in ("ticketing", "answering"))


def guests(settings: Settings, *, demo: bool) -> tuple[Program, ...]:
    """List the processes that live on Asterisk: they start after it and end before it."""
    room, console = (
        _ours(settings, name, ready_within_s=ROOM_READY_S, needed=False)
        for name in ("room", "console")
    )
    shown = (room, console, *_recogniser(settings))
    return (*shown, _ours(settings, "demo")) if demo else shown


def _recogniser(settings: Settings) -> tuple[Program, ...]:
    """List what recognises speech: nothing without a model."""
    if not is_model(settings.speech_model):
        return ()
    return (_ours(settings, RECOGNISING, ready_within_s=MODEL_READY_S, needed=False),)


def _ours(
    settings: Settings, name: str, *, ready_within_s: float = 60.0, needed: bool = True
) -> Program:
    module = (sys.executable, "-m", f"sahayata.processes.{name}")
    where = ("--state", str(settings.state.root), "--port-base", str(settings.ports.base))
    return Program(name, (*_parting_gift(), *module, *where), ready_within_s, needed)


def _parting_gift() -> tuple[str, ...]:
    # When `up` is killed outright its processes end with it, each in good order.
    return ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()


class OurProcess:
    """One of our programs, running and ready."""

    def __init__(self, program: Program, child: Process, log: LogFile) -> None:
        found = ProcessId.of(child.pid)
        self.process = found or ProcessId(child.pid, 0)
        self._program, self._child, self._log = program, child, log
        self._ready = asyncio.Event()
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        loop = asyncio.get_running_loop()
        assert child.stdout is not None
        assert child.stderr is not None
        self._pumps = [
            loop.create_task(self._pump(child.stdout, listens=True)),
            loop.create_task(self._pump(child.stderr)),
        ]

    @classmethod
    async def start(cls, program: Program, settings: Settings, log: LogFile) -> OurProcess:
        """Start a program and wait until it is ready.

        Raises:
            CannotStart: it cannot be run, ended before it was ready, or took too long.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                *program.argv,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                cwd=settings.project,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                # Ctrl-C is for `up` alone, which ends the others in order.
                start_new_session=True,
            )
        except OSError as error:
            log.close()
            raise CannotStart(f"could not be run: {error.strerror}") from error
        ours = cls(program, child, log)
        try:
            await ours._until_ready()
        except BaseException:
            await ours.end(0.0)
            raise
        return ours

    async def ended(self) -> str:
        """Return when it has ended, with how in words and the last it said."""
        status = await self._child.wait()
        await asyncio.gather(*self._pumps)
        self._log.close()
        how = f"was ended by {_signal_name(-status)}" if status < 0 else f"ended with {status}"
        return how if status in (0, -signal.SIGKILL) or not self._last else f"{how}: {self._said}"

    async def end(self, patience_s: float) -> None:
        """Ask it to end, and after ``patience_s`` make it."""
        if patience_s > 0:
            self.process.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._child.wait()), max(patience_s, 0.001))
        except TimeoutError:
            self.process.send(signal.SIGKILL)
        await self.ended()

    async def _until_ready(self) -> None:
        ready = asyncio.ensure_future(self._ready.wait())
        ended = asyncio.ensure_future(self._child.wait())
        try:
            await asyncio.wait(
                {ready, ended},
                timeout=self._program.ready_within_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self._ready.is_set():
                return
            if ended.done():
                raise CannotStart(await self.ended())
            raise CannotStart(f"was not ready within {self._program.ready_within_s:g} s")
        finally:
            ready.cancel()
            ended.cancel()

    async def _pump(self, stream: asyncio.StreamReader, *, listens: bool = False) -> None:
        """Carry what it says to its log, and keep the last lines for a message."""
        begun = b""
        while piece := await stream.read(65536):
            self._log.write(piece)
            *lines, begun = (begun + piece)[-65536:].split(b"\n")
            if listens and READY in (line.strip() for line in lines):
                self._ready.set()
            elif not listens:
                self._last.extend(line.decode(errors="replace") for line in lines if line.strip())

    @property
    def _said(self) -> str:
        return "\n  ".join(self._last)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
