"""What the link counts: for the metrics, and for whoever asks why the picture is thin."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Counted since the process began."""

    heard: Counter[bytes] = field(default_factory=Counter)
    """Events that were understood, by Asterisk's name as it came."""
    unknown: int = 0
    """Events of a kind that nobody asked for."""
    malformed: int = 0
    """Events with a field missing or out of its pattern, and blocks that were no event."""
    connections: int = 0
    """Logins that went well."""
    losses: Counter[str] = field(default_factory=Counter)
    """Links lost, by ``LinkLoss``."""

    @property
    def events(self) -> dict[str, int]:
        """Events that were understood, by Asterisk's name."""
        return {name.decode(): count for name, count in self.heard.items()}
