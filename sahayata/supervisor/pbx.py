"""Asterisk as a part of the instance: started, adopted, drained, ended.

Asterisk outlives ``up``: with every Python process dead it answers calls by the fall-back.
The next ``up`` finds it by its control socket (docs/adr/0020).
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from deploy import sandbox
from deploy.asterisk_config.dialplan import CONTEXTS
from deploy.asterisk_config.files import generate
from deploy.asterisk_config.text import UnsafeValue
from deploy.asterisk_home import Asterisk, AsteriskMissing
from ivr.names import DRAINING
from sahayata.secrets import Secrets
from sahayata.settings import Settings
from sahayata.state import StateFolder
from sahayata.supervisor.faults import CannotStart, in_words
from sahayata.supervisor.log_file import turn_over
from sahayata.supervisor.preparation import sight_of
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.rx import Answer, NoAnswer, ask

BOOT_S: Final = 60.0
STOP_S: Final = 10.0
LOOK_EVERY_S: Final = 0.05
COUNT_EVERY_S: Final = 0.5
LAST_BYTES: Final = 4000
LAST_LINES: Final = 5


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


async def start(settings: Settings, keys: Secrets, asterisk: Asterisk) -> RunningPbx:
    """Write the configuration, start Asterisk and return when it has booted.

    Raises:
        CannotStart: with what it said last.
    """
    state = settings.state
    try:
        generate(settings, keys, asterisk, secrets.token_hex(4))
        conf = state.asterisk_etc / "asterisk.conf"
        argv = sandbox.command(
            asterisk, sight_of(settings), [str(asterisk.binary), "-C", str(conf), "-f", "-n"]
        )
        child = _spawn(argv, state)
    except OSError as error:
        raise CannotStart(in_words(error, "Asterisk could not be set up")) from error
    except (AsteriskMissing, UnsafeValue) as fault:
        raise CannotStart(str(fault)) from fault
    try:
        process = await _booted(state, child)
        await _require_dialplan(state)
        return RunningPbx(state, process, child)
    except BaseException:
        child.kill()
        if (left := _by_pid_file(state)) is not None:
            left.send(signal.SIGKILL)
        child.wait()
        raise


def _console(state: StateFolder) -> Path:
    return state.logs / "asterisk-console.log"


def _spawn(argv: list[str], state: StateFolder) -> subprocess.Popen[bytes]:
    # A file and no pipe: Asterisk outlives us, and a pipe without a reader would end it.
    turn_over(_console(state), kept=1)
    with _console(state).open("wb") as console:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/"},
            start_new_session=True,
            umask=0o077,
        )


async def _booted(state: StateFolder, child: subprocess.Popen[bytes]) -> ProcessId:
    loop = asyncio.get_running_loop()
    until = loop.time() + BOOT_S
    while loop.time() < until:
        if child.poll() is not None:
            raise CannotStart(f"ended with {child.returncode} as it started: {_last_words(state)}")
        try:
            answer = await question(state, "core waitfullybooted", limit_s=BOOT_S)
        except NoAnswer:
            await asyncio.sleep(LOOK_EVERY_S)
            continue
        process = ProcessId.of(answer.pid)
        if process is not None:
            return process
    raise CannotStart(f"did not boot within {BOOT_S:g} s: {_last_words(state)}")


async def _require_dialplan(state: StateFolder) -> None:
    """Ask for each part of the dialplan: Asterisk boots without it, and would lose calls."""
    try:
        answers = [await question(state, f"dialplan show {context}") for context in CONTEXTS]
    except NoAnswer as fault:
        raise CannotStart(str(fault)) from fault
    pairs = zip(CONTEXTS, answers, strict=True)
    if missing := [context for context, answer in pairs if "priorit" not in answer.text]:
        raise CannotStart(
            f"has no context {', '.join(missing)}: a file of dialplans/ is missing or faulty;"
            f" `make dialplan` makes fallback.conf. It says: {_last_words(state)}"
        )


def _last_words(state: StateFolder) -> str:
    """Give what it complained of last."""
    lines: list[str] = []
    for path in (state.logs / "asterisk.log", _console(state)):
        with suppress(OSError):
            lines += path.read_bytes()[-LAST_BYTES:].decode(errors="replace").splitlines()[1:]
    faults = [line for line in lines if " NOTICE[" not in line and line.strip()]
    return "\n  ".join(faults[-LAST_LINES:])
