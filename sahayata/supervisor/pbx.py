"""Asterisk as a part of the instance: found, drained, ended.

Asterisk outlives ``up``: with every Python process dead it answers calls by the fall-back.
The next ``up`` finds it by its control socket (docs/adr/0020).
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ivr.names import DRAINING
from sahayata.state import StateFolder
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.rx import Answer, NoAnswer, ask

ASTERISK: Final = "asterisk"
"""Its name among the parts of an instance."""
STOP_S: Final = 10.0
COUNT_EVERY_S: Final = 0.5


async def question(state: StateFolder, command: str, limit_s: float = 10.0) -> Answer:
    """Ask the Asterisk of DIR without keeping the others waiting. Raises ``NoAnswer``."""
    return await asyncio.to_thread(ask, state.asterisk_run, command, limit_s)


class RunningPbx:
    """An Asterisk that has booted; ``child`` is ``None`` when an earlier ``up`` started it."""

    def __init__(
        self, state: StateFolder, process: ProcessId, child: subprocess.Popen[bytes] | None
    ) -> None:
        self.process = process
        self._state, self._child = state, child

    async def ended(self) -> str:
        """Return when it has ended, with how in words."""
        await self.process.gone()
        status = 0
        if self._child is not None:
            status = await asyncio.to_thread(self._child.wait)
        return f"ended with {status}" if status else "ended"

    async def end(self, patience_s: float) -> None:
        """End it with every call it has; kill it when it does not end within ``patience_s``."""
        try:
            await question(self._state, "core stop now", limit_s=max(patience_s, 1.0))
        except NoAnswer:
            self.process.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.gone(), max(patience_s, 0.1))
        except TimeoutError:
            self.process.send(signal.SIGKILL)
        await self.ended()

    async def refuse_calls(self, refuse: bool) -> None:
        """Take no new calls, or take them again. Raises ``NoAnswer``."""
        await question(self._state, f"dialplan set global {DRAINING} {int(refuse)}")

    async def channels(self) -> int:
        """Count the legs that are up, callers' and operators'. Raises ``NoAnswer``."""
        said = await question(self._state, "core show channels count")
        match = re.search(r"(\d+) active channel", said.text)
        return int(match[1]) if match else 0

    async def drain(self, limit_s: float, hurry: asyncio.Event, say: Callable[[str], None]) -> None:
        """Refuse new calls and wait for those running, at most ``limit_s`` or until ``hurry``."""
        loop = asyncio.get_running_loop()
        until, told = loop.time() + limit_s, 0
        try:
            await self.refuse_calls(True)
            while (count := await self.channels()) and loop.time() < until and not hurry.is_set():
                if count != told:
                    say(f"waiting for {count} running call legs to end (Ctrl-C again: at once)")
                    told = count
                await _either(hurry, COUNT_EVERY_S)
        except NoAnswer as fault:
            say(str(fault))


async def _either(event: asyncio.Event, limit_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), limit_s)
    except TimeoutError:
        return


async def find_running(state: StateFolder) -> RunningPbx | None:
    """Find an Asterisk of this DIR that an earlier ``up`` left behind; one that hangs is killed."""
    try:
        answer = await question(state, "core waitfullybooted", limit_s=5.0)
        process = ProcessId.of(answer.pid)
        return RunningPbx(state, process, None) if process else None
    except NoAnswer:
        hung = _by_pid_file(state)
        if hung is not None:
            await hung.end(2.0)
    return None


def _by_pid_file(state: StateFolder) -> ProcessId | None:
    """Give the process of the pid file, when it is an Asterisk with our configuration."""
    try:
        pid = int((state.asterisk_run / "asterisk.pid").read_text(encoding="ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    ours = os.fsencode(state.asterisk_etc / "asterisk.conf") in words
    return ProcessId.of(pid) if ours else None
