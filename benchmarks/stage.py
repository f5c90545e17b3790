"""The arms on a running helpline: the servers beside it, and the dialplan that leads to them."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import python_inside
from benchmarks.arms import OURS_NUMBER, Arm, arms_dialplan
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
        addresses = {
            arm: f"agi://127.0.0.1:{helpline.port(place)}/{names.ROUTE_INBOUND}"
            for place, arm in enumerate(SERVERS)
            if arm in arms
        }
        addresses |= _programs(helpline, commands, arms)
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


def _programs(helpline: Helpline, commands: Path, arms: Sequence[Arm]) -> dict[Arm, str]:
    """Write the programs that Asterisk starts for each call, of the arms that have one."""
    found = helpline.settings
    words: dict[Arm, list[str]] = {}
    if Arm.PYST2 in arms:
        words[Arm.PYST2] = _by_heart(helpline, commands)
    if Arm.PYST2_TICKETS in arms:
        secrets = str(found.state.secrets)
        arguments = [str(commands), found.database_url, secrets]
        words[Arm.PYST2_TICKETS] = ["benchmarks.pyst2_tickets", *arguments]
    if Arm.PYST2_WHOLE in arms:
        arguments = [str(found.state.root), str(found.project)]
        words[Arm.PYST2_WHOLE] = ["benchmarks.pyst2_whole", *arguments]
    if {Arm.PYST2_TICKETS, Arm.PYST2_WHOLE} & set(arms):
        python = python_inside.install(found.project / "python")
        words |= {arm: [*python, *words[arm]] for arm in words if arm is not Arm.PYST2}
    return {
        arm: str(python_inside.program(found.project / arm.name.lower(), line))
        for arm, line in words.items()
    }


def _by_heart(helpline: Helpline, commands: Path) -> list[str]:
    """Make the database of the program that knows everything by heart; give its words."""
    database = helpline.settings.state.root / "pyst2.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE tickets (number TEXT PRIMARY KEY, caller TEXT)")
    script = helpline.settings.project / "pyst2_call.py"
    script.write_text((PROJECT / "pyst2_call.py").read_text())
    libraries = data_folder(helpline.settings.state) / "python"
    words = ["env", "-i", "PATH=/usr/bin:/bin", f"PYTHONPATH={libraries}", "python3", "-s"]
    return [*words, str(script), str(commands), str(database)]
