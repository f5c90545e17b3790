"""Starting Asterisk: its configuration, its process, and whether it has everything a call needs."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from deploy import sandbox
from deploy.asterisk_config.dialplan import CONTEXTS
from deploy.asterisk_config.files import generate
from deploy.asterisk_config.text import UnsafeValue
from deploy.asterisk_home import AsteriskMissing
from sahayata.rostered import remembered
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.state import StateFolder
from sahayata.supervisor.faults import CannotStart, in_words
from sahayata.supervisor.log_file import turn_over
from sahayata.supervisor.pbx import RunningPbx, question
from sahayata.supervisor.preparation import Ground, sight_of
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.rx import NoAnswer

BOOT_S: Final = 60.0
LOOK_EVERY_S: Final = 0.05
LAST_BYTES: Final = 4000
LAST_LINES: Final = 5


async def start(ground: Ground) -> RunningPbx:
    """Write the configuration, start Asterisk and return when it has booted.

    Raises:
        CannotStart: with what it said last.
    """
    settings, asterisk, state = ground.settings, ground.asterisk, ground.settings.state
    try:
        # Again: the roster may have changed since the instance was started.
        operators = remembered(state.roster)
        keys = load_or_create(state.secrets, (*settings.district.extensions, *operators))
        boot = secrets.token_hex(4)
        generate(settings, keys, asterisk, boot, ground.fallback, rostered=operators)
        conf = state.asterisk_etc / "asterisk.conf"
        argv = sandbox.command(
            asterisk, sight_of(settings), [str(asterisk.binary), "-C", str(conf), "-f", "-n"]
        )
        child = _spawn(argv, state)
    except OSError as error:
        raise CannotStart(in_words(error, "Asterisk could not be set up")) from error
    except (AsteriskMissing, SecretsUnreadable, UnsafeValue) as fault:
        raise CannotStart(str(fault)) from fault
    try:
        process = await _booted(state, child)
        await _require_dialplan(state)
        return RunningPbx(state, process, child)
    except BaseException:
        # Its whole session: bubblewrap's end alone would leave Asterisk running.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
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
            f"has no context {', '.join(missing)}: a file of dialplans/ is missing or faulty."
            f" It says: {_last_words(state)}"
        )


def _last_words(state: StateFolder) -> str:
    """Give what it complained of last."""
    lines: list[str] = []
    for path in (state.logs / "asterisk.log", _console(state)):
        with suppress(OSError):
            lines += path.read_bytes()[-LAST_BYTES:].decode(errors="replace").splitlines()[1:]
    faults = [line for line in lines if " NOTICE[" not in line and line.strip()]
    return "\n  ".join(faults[-LAST_LINES:])
