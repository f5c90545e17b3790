"""A running instance for tests: its own folder, its own ports, started and ended by its process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sahayata.settings import PROJECT, Settings, load
from sahayata.supervisor import InstanceStatus, instance_status
from sahayata.supervisor.keeper import Part, PartState
from sahayata.supervisor.process_id import ProcessId
from sahayata.supervisor.rx import ask
from tests.pbx.published import lay_out
from tests.support.waiting import hold_until

READY_S: Final = 180.0
END_S: Final = 90.0
FIXED: Final = 6
"""Ports of an instance that stand right after its base: see ``sahayata.ports``."""


@contextlib.contextmanager
def free_ports(bases: Iterable[int] = range(16010, 32000, 20)) -> Iterator[int]:
    """Hold a port base that no other test, in this or another run, uses at the same time."""
    for base in bases:
        with Path(tempfile.gettempdir(), f"sahayata-test-ports-{base}").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if all(_free(base + at, kind) for at in range(FIXED) for kind in _KINDS):
                yield base
                return
    raise RuntimeError("no free ports for a test instance")


_KINDS: Final = (socket.SOCK_STREAM, socket.SOCK_DGRAM)


def _free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Instance:
    """One ``sahayata up``."""

    settings: Settings
    words: tuple[str, ...] = ()
    """Further words of the command line, ``--demo``."""
    environment: Mapping[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """Every line it said, standard output and error."""
    bare: bool = False
    """Its recordings are published by its own start, as on a new machine."""
    program: tuple[str, ...] = ("-m", "sahayata.cli")
    """What of Python is run."""
    process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    def start(self, *, ready: bool = True) -> Instance:
        """Start it, and wait until a call can be taken."""
        if not self.bare:
            lay_out(self.settings)
        state, ports = self.settings.state, self.settings.ports
        where = ("--state", str(state.root), "--port-base", str(ports.base))
        self.process = subprocess.Popen(
            [sys.executable, *self.program, "up", *where, *self.words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=PROJECT,
            env={**os.environ, **self.environment},
        )
        self._reader = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self._reader.start()
        if ready:
            self.wait_said("ready", READY_S)
        return self

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.said.append(line.rstrip("\n"))

    def wait_said(self, beginning: str, limit_s: float = 60.0, *, after: int = 0) -> str:
        """Wait until it says a line that begins like this; ``after`` skips lines said before."""

        def found() -> list[str]:
            return [line for line in self.said[after:] if line.startswith(beginning)]

        def there() -> bool:
            ended = self.process is not None and self.process.poll() is not None
            assert found() or not ended, "it ended:\n" + "\n".join(self.said)
            return bool(found())

        hold_until(there, lambda: f"{beginning!r} said; it said:\n" + "\n".join(self.said), limit_s)
        return found()[0]

    def stop(self, limit_s: float = END_S) -> int:
        """Ask it to stop and wait; return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.ended(limit_s)

    def ended(self, limit_s: float = END_S) -> int:
        """Wait until it has ended by itself; return its exit status."""
        assert self.process is not None
        assert self._reader is not None
        status = self.process.wait(limit_s)
        self._reader.join(limit_s)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return status

    def clear(self) -> None:
        """End whatever is left of it, however it ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.send_signal(signal.SIGTERM)
        if self.process is not None:
            self.ended()
        for part in self.status.parts:
            if part.process is not None and part.process.alive:
                part.process.send(signal.SIGKILL)

    @property
    def status(self) -> InstanceStatus:
        """What ``sahayata status`` knows of it."""
        return instance_status(self.settings)

    def part(self, name: str) -> Part:
        """One of its parts: ``asterisk``, ``answering``, ``ticketing``, ``room``, ``console``."""
        return next(part for part in self.status.parts if part.name == name)

    def process_of(self, name: str) -> ProcessId:
        """The process of a part that runs."""
        process = self.part(name).process
        assert process is not None, f"{name} does not run"
        return process

    def wait_runs(self, name: str, limit_s: float = 60.0, *, other_than: int = 0) -> ProcessId:
        """Wait until a part runs, as another process than ``other_than``."""

        def runs() -> bool:
            part = self.part(name)
            fresh = part.process is not None and part.process.pid != other_than
            return fresh and part.state is PartState.RUNNING

        hold_until(runs, f"{name} runs", limit_s)
        return self.process_of(name)

    def asterisk_rx(self, command: str) -> str:
        """Ask Asterisk, as ``asterisk -rx`` does."""
        return ask(self.settings.state.asterisk_run, command).text

    def log(self, name: str) -> str:
        """Read the log of a part."""
        return (self.settings.state.logs / f"{name}.log").read_text(errors="replace")


def of_folder(folder: Path, base: int, *, demo: bool = False, project: Path = PROJECT) -> Instance:
    """Describe an instance in ``folder``, not started."""
    settings = load(state=str(folder), port_base=base, environment={}, project=project)
    # Empty ones: what the person who runs the tests wrote into .env is not for tests.
    environment = {f"SAHAYATA_{setting.name.upper()}": "" for setting in settings.origins}
    environment["SAHAYATA_DRAIN_S"] = "10"
    # A neural voice that says the names of a roster takes minutes of what the tests are given.
    environment["SAHAYATA_VOICE"] = "espeak"
    if project != PROJECT:
        environment["SAHAYATA_PROJECT"] = str(project)
    return Instance(settings, ("--demo",) if demo else (), environment)


@contextlib.contextmanager
def running(folder: Path, *, demo: bool = False, project: Path = PROJECT) -> Iterator[Instance]:
    """Run an instance in ``folder`` on free ports, and end it."""
    with free_ports() as base:
        instance = of_folder(folder, base, demo=demo, project=project)
        try:
            yield instance.start()
        finally:
            instance.clear()
