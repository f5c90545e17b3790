"""What processes have used, from ``/proc``: CPU time and memory, of whole families."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")
PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process as ``/proc/PID/stat`` tells it."""

    pid: int
    name: str
    parent: int
    ended: bool
    """A zombie: what it used is not its parent's yet."""
    cpu_s: float
    """User and system time, its own and that of the children it has waited for."""


def look(pid: int) -> Process | None:
    """Look at a process; ``None`` when it is gone."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name may hold spaces and brackets: what follows is counted from the last bracket.
    head, _, tail = text.rpartition(")")
    values = tail.split()
    ticks = sum(map(int, values[11:15]))
    return Process(pid, head.partition("(")[2], int(values[1]), values[0] == "Z", ticks / TICKS)


def family(pid: int) -> list[Process]:
    """Return a process and all below it, the process itself first."""
    everyone = [
        process
        for entry in PROC.iterdir()
        if entry.name.isdigit() and (process := look(int(entry.name)))
    ]
    found = [process for process in everyone if process.pid == pid]
    for elder in found:  # grows while it is walked: children come after their parents
        found += [process for process in everyone if process.parent == elder.pid]
    return found


def cpu_s(pids: list[int]) -> float:
    """Return the CPU time of some processes together; one that is gone counts nothing."""
    return sum(process.cpu_s for pid in pids if (process := look(pid)))


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process that is its own alone, in kB."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def connections(pid: int, port: int) -> int:
    """Count the TCP connections that a process has open on a local port of its own."""
    sockets = set()
    for entry in (PROC / str(pid) / "fd").iterdir():
        try:
            sockets.add(str(entry.readlink()))
        except FileNotFoundError:
            continue
    count = 0
    for line in (PROC / str(pid) / "net" / "tcp").read_text().splitlines()[1:]:
        values = line.split()
        established = values[3] == "01"
        if established and int(values[1].rpartition(":")[2], 16) == port:
            count += f"socket:[{values[9]}]" in sockets
    return count
