"""A running helpline to measure: ``sahayata up`` as a district starts it, in a new folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, func, select

from benchmarks.place import SHORT_S, make_project
from benchmarks.processes import Process, family
from benchmarks.sipp import Callers
from sahayata import settings
from sahayata.settings import Settings
from sahayata.supervisor import rx
from sahayata.supervisor.instance import read_instance
from tickets.store.schema import tickets

START_S: Final = 120.0
STOP_S: Final = 15.0
SETTLE_S: Final = 0.7
"""After the last call, until what it leaves behind is done."""


class WillNotStart(Exception):
    """The helpline did not start; the message has what it said."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and how the helpline to measure is started."""

    port_base: int
    recordings_s: float | None = SHORT_S
    prepare: Callable[[Settings], None] | None = None
    """What is done before the start: a roster, for one."""


class Helpline:
    """A helpline that runs."""

    def __init__(self, folder: Path, found: Settings) -> None:
        self.folder = folder
        self.settings = found
        ports = found.ports
        self.callers = Callers(folder / "sipp", ports.sip, ports.base + 100, ports.base + 120)
        self.others = Callers(folder / "sipp", ports.sip, ports.base + 140, ports.base + 160)
        """Callers at a second address, for a load in the background."""
        instance = read_instance(found.state)
        parts = instance.parts if instance else ()
        self._pids = {part.name: part.process.pid for part in parts if part.process}
        self.version = instance.asterisk_version if instance else ""

    @property
    def asterisk(self) -> int:
        """The process of Asterisk."""
        return self._pids["asterisk"]

    @property
    def answering(self) -> int:
        """The process of ours that answers calls."""
        return self._pids["answering"]

    @property
    def ours(self) -> list[int]:
        """The processes of ours that work on calls."""
        return [self._pids["answering"], self._pids["ticketing"]]

    def port(self, place: int) -> int:
        """Return a port for a server of the bench."""
        return self.settings.ports.base + 50 + place

    def ask(self, command: str) -> str:
        """Ask Asterisk on its command line."""
        return rx.ask(self.settings.state.asterisk_run, command).text

    def set_dialplan(self, text: str) -> None:
        """Give Asterisk the contexts of the bench."""
        path = self.settings.state.asterisk_etc / "dialplans" / "bench.conf"
        path.write_text(text, encoding="utf-8")
        self.ask("dialplan reload")

    def tickets(self) -> int:
        """Count the tickets in the store."""
        engine = create_engine(self.settings.database_url)
        with engine.connect() as connection:
            found = connection.scalar(select(func.count()).select_from(tickets))
        engine.dispose()
        return int(found or 0)

    def calls_up(self) -> int:
        """Count the channels of Asterisk."""
        for line in self.ask("core show channels count").splitlines():
            if "active channel" in line:
                return int(line.split()[0])
        return 0

    def settle(self) -> None:
        """Wait until all calls are over and what they leave behind is done."""
        until = time.monotonic() + STOP_S
        while (self.calls_up() or self._scripts()) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(SETTLE_S)

    def cpu_of_asterisk(self) -> float:
        """Return the CPU time of Asterisk and the processes it has started, in seconds.

        Asterisk collects those that ended when it comes to it: till then they are counted alone.
        """
        return sum(process.cpu_s for process in family(self.asterisk))

    def _scripts(self) -> list[Process]:
        """Return the processes that Asterisk has started for calls and that still run."""
        return [process for process in family(self.asterisk)[1:] if not process.ended]


@contextmanager
def running(plan: Plan) -> Iterator[Helpline]:
    """Start a helpline in a new folder, and end it and remove the folder.

    Raises ``WillNotStart``.
    """
    folder = Path(tempfile.mkdtemp(prefix="sahayata-bench-"))
    project = make_project(folder / "project", dialplan="", seconds=plan.recordings_s)
    state = folder / "state"
    # A neural voice that says the names of a roster takes time that is not the calls'.
    own = {"SAHAYATA_PROJECT": str(project), "SAHAYATA_VOICE": "espeak"}
    environment = {**os.environ, **own}
    if plan.prepare is not None:
        plan.prepare(
            settings.load(
                state=str(state), port_base=plan.port_base, environment=environment, project=project
            )
        )
    words = ["up", "--state", str(state), "--port-base", str(plan.port_base)]
    log = folder / "up.log"
    with log.open("wb") as said:
        up = subprocess.Popen(
            [sys.executable, "-m", "sahayata.cli", *words],
            env=environment, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for_ready(up, log)
        found = settings.load(
            state=str(state), port_base=plan.port_base, environment=environment, project=project
        )
        yield Helpline(folder, found)
    finally:
        for patience_s in (STOP_S, STOP_S):  # asked a second time, it waits for no call
            up.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                up.wait(patience_s)
                break
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_ready(up: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and up.poll() is None:
        if any(line.startswith("ready") for line in log.read_text().splitlines()):
            return
        time.sleep(0.1)
    raise WillNotStart(log.read_text())
