"""What a real Asterisk 22.10.1 said and was told, word for word: ``< `` from it, ``> `` to it.

The channel was a Local one; recordings of half a second to two seconds; ``AGIEXITONHANGUP=yes``
but in ``hangup_without_exit``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))


@dataclass(frozen=True)
class Recorded:
    """One session."""

    header: bytes
    """With its closing empty line."""
    turns: tuple[tuple[str, bytes], ...]
    """What we sent, and all that came back before we sent the next."""

    @property
    def replies(self) -> bytes:
        return b"".join(reply for _, reply in self.turns)


def recorded(name: str) -> Recorded:
    header = b""
    turns: list[tuple[str, bytes]] = []
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        mark, text = line[:1], line[2:]
        if mark == ">":
            turns.append((text, b""))
        elif turns:
            turns[-1] = (turns[-1][0], turns[-1][1] + text.encode() + b"\n")
        else:
            header += text.encode() + b"\n"
    return Recorded(header, tuple(turns))
