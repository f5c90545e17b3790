"""``DIR/instance.json``: what runs, for ``sahayata status`` and for the next ``up``."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from typing import Any, Final

from ivr.whole_file import write_whole
from sahayata.settings import Settings
from sahayata.state import StateFolder
from sahayata.supervisor.faults import AlreadyRuns, free_mb
from sahayata.supervisor.keeper import Part, PartState
from sahayata.supervisor.process_id import ProcessId

FORMAT: Final = 1


class InstanceState(StrEnum):
    """What an instance is doing."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    STOPPED = "stopped"
    ALONE = "alone"
    """``up`` has died; Asterisk answers calls by the fall-back."""


@dataclass(frozen=True, slots=True)
class InstanceStatus:
    """An instance as ``sahayata status`` shows it."""

    running: bool
    """``up`` runs, whatever it is doing."""
    state: InstanceState
    since: datetime | None
    """When it became what it is: aware, UTC."""
    version: str
    asterisk_version: str
    port_base: int
    demo: bool
    parts: tuple[Part, ...]
    last_error: str
    free_mb: int


@dataclass(frozen=True, slots=True)
class Instance:
    """What is kept in the file."""

    up: ProcessId
    state: InstanceState
    since: datetime
    asterisk_version: str
    port_base: int
    demo: bool
    configuration: str
    """A digest of Asterisk's configuration: the same means that nothing has to be restarted."""
    parts: tuple[Part, ...] = ()
    last_error: str = ""

    def write(self, state: StateFolder) -> None:
        """Put it in place in one step. Raises ``OSError``."""
        document = {"format": FORMAT, "version": version("sahayata"), **asdict(self)}
        write_whole(state.instance, json.dumps(document, default=_plain, indent=1).encode())


def read_instance(state: StateFolder) -> Instance | None:
    """Read the file; ``None`` when there is none, or none of this format."""
    try:
        document = json.loads(state.instance.read_bytes())
        if document["format"] != FORMAT:
            return None
        return Instance(
            up=_process(document["up"]) or ProcessId(0, 0),
            state=InstanceState(document["state"]),
            since=datetime.fromisoformat(document["since"]),
            asterisk_version=str(document["asterisk_version"]),
            port_base=int(document["port_base"]),
            demo=bool(document["demo"]),
            configuration=str(document["configuration"]),
            parts=tuple(_part(entry) for entry in document["parts"]),
            last_error=str(document["last_error"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # What an older version or a crash left tells nothing; processes are looked up.


def instance_status(settings: Settings) -> InstanceStatus:
    """Say what runs in DIR now, from the file and a look at the processes it names."""
    kept = read_instance(settings.state)
    try:
        free = free_mb(settings.state.root)
    except OSError:
        free = 0
    if kept is None:
        base = settings.ports.base
        stopped = InstanceState.STOPPED
        return InstanceStatus(
            False, stopped, None, version("sahayata"), "", base, False, (), "", free
        )
    running = kept.up.alive
    parts = tuple(part if running else _now(part) for part in kept.parts)
    alive = any(part.process for part in parts)
    state = kept.state if running else InstanceState.ALONE if alive else InstanceState.STOPPED
    return InstanceStatus(
        running,
        state,
        kept.since,
        version("sahayata"),
        kept.asterisk_version,
        kept.port_base,
        kept.demo,
        parts,
        kept.last_error,
        free,
    )


@contextmanager
def only_one(state: StateFolder) -> Iterator[None]:
    """Hold DIR for this ``up``; the lock goes with the process, however it ends.

    Raises:
        AlreadyRuns: another has it.
    """
    with (state.root / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            kept = read_instance(state)
            who = f" (process {kept.up.pid})" if kept and kept.up.alive else ""
            raise AlreadyRuns(
                f"{state.root}: an instance runs there already{who};"
                " stop it, or choose another --state"
            ) from error
        yield


def _now(part: Part) -> Part:
    alive = part.process is not None and part.process.alive
    return part if alive else Part(part.name, PartState.ENDED, last_error=part.last_error)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _process(document: Mapping[str, Any] | None) -> ProcessId | None:
    return ProcessId(int(document["pid"]), int(document["started"])) if document else None


def _part(document: Mapping[str, Any]) -> Part:
    since = document["since"]
    return Part(
        str(document["name"]),
        PartState(document["state"]),
        _process(document["process"]),
        datetime.fromisoformat(since) if since else None,
        int(document["restarts"]),
        str(document["last_error"]),
    )
