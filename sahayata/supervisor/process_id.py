"""One process of this machine, told from a later one that was given the same number."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A process by number and start; ``started`` is in clock ticks since the machine's boot."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> ProcessId | None:
        """Look up a running process; ``None`` when there is none of this number."""
        started = _started(pid)
        return None if started is None else cls(pid, started)

    @property
    def alive(self) -> bool:
        """It runs still, and is no zombie."""
        return _started(self.pid) == self.started

    @property
    def name(self) -> str:
        """What it is called, for a message; "" when it has gone."""
        with suppress(OSError):
            return Path(f"/proc/{self.pid}/comm").read_text(encoding="utf-8").strip()
        return ""

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this process and no other; nothing happens when it has gone."""
        with suppress(ProcessLookupError, OSError):
            descriptor = os.pidfd_open(self.pid)
            try:
                if self.alive:
                    signal.pidfd_send_signal(descriptor, number)
            finally:
                os.close(descriptor)

    async def gone(self) -> None:
        """Return when it has ended, whoever its parent is."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_reader(descriptor, ended.set)
        try:
            if self.alive:
                await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)

    async def end(self, patience_s: float) -> None:
        """Ask it to end, and after ``patience_s`` make it."""
        self.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.gone(), patience_s)
        except TimeoutError:
            self.send(signal.SIGKILL)
            await self.gone()


def _started(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold anything, brackets too.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])
