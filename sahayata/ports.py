"""Every port of one instance, counted from ``--port-base``.

Two instances run beside each other when their bases are at least ``SPAN`` apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SPAN: Final = 5000
DEFAULT_BASE: Final = 15000
LOWEST_BASE: Final = 1024
HIGHEST_BASE: Final = 65535 - SPAN


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of an instance whose first port is ``base``."""

    base: int

    def __post_init__(self) -> None:
        if not LOWEST_BASE <= self.base <= HIGHEST_BASE:
            raise ValueError(
                f"port base {self.base} is not between {LOWEST_BASE} and {HIGHEST_BASE}"
            )

    @property
    def sip(self) -> int:
        """SIP over UDP: trunks, operators, citizens."""
        return self.base

    @property
    def ami(self) -> int:
        """Asterisk Manager Interface, loopback only."""
        return self.base + 1

    @property
    def agi(self) -> int:
        """Our FastAGI server, loopback only."""
        return self.base + 2

    @property
    def http(self) -> int:
        """The console."""
        return self.base + 3

    @property
    def room(self) -> int:
        """The room: the picture and what is done in it, loopback only, behind a token."""
        return self.base + 4

    @property
    def speech(self) -> int:
        """The recogniser of speech, loopback only, behind a secret; nobody listens without one."""
        return self.base + 5

    @property
    def rtp(self) -> range:
        """Voice: UDP, two ports a leg."""
        return range(self.base + 1000, self.base + SPAN)
