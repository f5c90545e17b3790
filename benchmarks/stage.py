"""The arms on a running helpline: the servers beside it, and the dialplan that leads to them."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.arms import OURS_NUMBER, Addresses, Arm, arms_dialplan
from benchmarks.helpline import Helpline
from benchmarks.sipp import Load, Script
from benchmarks.wiretap import Said, Tap
from deploy.asterisk_config.core import data_folder
from ivr import names

PROJECT: Final = Path(__file__).resolve().parent
SERVERS: Final = {
    Arm.BARE: "bare",
    Arm.PANORAMISK: "panoramisk",
    Arm.PANORAMISK_TICKETS: "panoramisk-tickets",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A helpline with arms that can be dialled."""

    helpline: Helpline
    pids: dict[Arm, list[int]]
    """The processes that work on the calls of an arm, besides Asterisk."""


@contextmanager
def arms_ready(helpline: Helpline, script: Script, arms: Sequence[Arm]) -> Iterator[Stage]:
    """Listen to one call of ours, and make the other arms say the same."""
    said = asyncio.run(_listen(helpline, script))
    commands = helpline.settings.project / "commands.json"
    commands.write_text(json.dumps([step.words for step in said]))
    with ExitStack() as servers:
        pids: dict[Arm, list[int]] = {Arm.OURS: helpline.ours}
        for place, (arm, kind) in enumerate(SERVERS.items()):
            if arm in arms:
                server = _server(kind, helpline.port(place), commands, helpline)
                pids[arm] = [servers.enter_context(server)]
        route = names.ROUTE_INBOUND
        at = [f"agi://127.0.0.1:{helpline.port(place)}/{route}" for place in range(len(SERVERS))]
        addresses = Addresses(at[0], at[1], at[2], str(_pyst2_program(helpline, commands)))
        ours = (helpline.settings.project / "dialplans" / "inbound.conf").read_text()
        helpline.set_dialplan(arms_dialplan(ours, said, addresses))
        yield Stage(helpline, pids)


async def _listen(helpline: Helpline, script: Script) -> list[Said]:
    tap = Tap(helpline.port(9), helpline.settings.ports.agi)
    await tap.start()
    server = f"agi://127.0.0.1:{helpline.settings.ports.agi}"
    helpline.ask(f"dialplan set global {names.AGI} agi://127.0.0.1:{helpline.port(9)}")
    call = helpline.callers.begin(OURS_NUMBER, script, Load(1, 1))
    try:
        return await tap.said(script.seconds + 30)
    finally:
        helpline.ask(f"dialplan set global {names.AGI} {server}")
        helpline.callers.end(call)
        helpline.settle()


@contextmanager
def _server(kind: str, port: int, commands: Path, helpline: Helpline) -> Iterator[int]:
    words = [sys.executable, "-m", "benchmarks.servers", kind, str(port), str(commands)]
    with subprocess.Popen(
        [*words, "--state", str(helpline.settings.state.root)],
        env={**os.environ, "SAHAYATA_PROJECT": str(helpline.settings.project)},
        cwd=PROJECT.parent, stdout=subprocess.PIPE,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        try:
            if server.stdout.readline() != b"ready\n":
                raise RuntimeError(f"the server {kind} did not start")
            yield server.pid
        finally:
            server.terminate()


def _pyst2_program(helpline: Helpline, commands: Path) -> Path:
    """Write the program that Asterisk starts for each call, and the database it writes to."""
    database = helpline.settings.state.root / "pyst2.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE tickets (number TEXT PRIMARY KEY, caller TEXT)")
    script = helpline.settings.project / "pyst2_call.py"
    script.write_text((PROJECT / "pyst2_call.py").read_text())
    libraries = data_folder(helpline.settings.state) / "python"
    words = ["env", "-i", "PATH=/usr/bin:/bin", f"PYTHONPATH={libraries}", "python3", "-s"]
    line = shlex.join([*words, str(script), str(commands), str(database)])
    program = helpline.settings.project / "pyst2-call"
    program.write_text(f"#!/bin/sh\nexec {line} 2>/dev/null\n")
    program.chmod(0o755)
    return program
