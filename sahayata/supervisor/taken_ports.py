"""Which of our ports somebody else holds, and who, before anything is started."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sahayata.settings import Settings
from sahayata.supervisor.faults import CannotStart
from sahayata.supervisor.process_id import ProcessId

LOOPBACK: Final = "127.0.0.1"
_TABLES: Final = {socket.SOCK_STREAM: ("tcp", "tcp6"), socket.SOCK_DGRAM: ("udp", "udp6")}
_LISTENING: Final = "0A"


@dataclass(frozen=True, slots=True)
class Address:
    """A port that a part of the instance listens on."""

    what: str
    host: str
    port: int
    kind: socket.SocketKind

    def __str__(self) -> str:
        name = "UDP" if self.kind is socket.SOCK_DGRAM else "TCP"
        return f"{self.what}: {name} port {self.port} on {self.host}"


def asterisk_addresses(settings: Settings) -> tuple[Address, ...]:
    """Give what Asterisk listens on. Voice ports are taken as they are free, and not among them."""
    return (
        Address("telephony (SIP)", settings.sip_bind, settings.ports.sip, socket.SOCK_DGRAM),
        Address("Asterisk's manager", LOOPBACK, settings.ports.ami, socket.SOCK_STREAM),
    )


def our_addresses(settings: Settings) -> tuple[Address, ...]:
    """Give what our processes listen on."""
    return (
        Address("the answering of calls", LOOPBACK, settings.ports.agi, socket.SOCK_STREAM),
        Address("the console", LOOPBACK, settings.ports.http, socket.SOCK_STREAM),
    )


def require_free(addresses: tuple[Address, ...]) -> None:
    """Check that every port can be had.

    Raises:
        CannotStart: naming every port that is taken, and by whom if that can be seen.
    """
    taken = [f"{address} is taken{_by(address)}" for address in addresses if not _free(address)]
    if taken:
        raise CannotStart("; ".join(taken) + ". Stop that program, or choose another --port-base")


def _free(address: Address) -> bool:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, address.kind) as trial:
        if address.kind is socket.SOCK_STREAM:
            # As servers do: connections that linger after their end do not hold the port.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address.host, address.port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise CannotStart(
                    f"{address}: this machine has no such address; set SAHAYATA_SIP_BIND"
                ) from error
            return False
    return True


def _by(address: Address) -> str:
    inodes = set(_inodes(address))
    for process in _processes():
        if inodes & set(_sockets(process.pid)):
            return f" by {process.name} (process {process.pid})"
    return ""


def _inodes(address: Address) -> Iterator[str]:
    for table in _TABLES[address.kind]:
        with suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                port = int(fields[1].rpartition(":")[2], 16)
                listens = address.kind is socket.SOCK_DGRAM or fields[3] == _LISTENING
                if port == address.port and listens:
                    yield fields[9]


def _processes() -> Iterator[ProcessId]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (process := ProcessId.of(int(entry.name))):
            yield process


def _sockets(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    yield target[8:-1]
