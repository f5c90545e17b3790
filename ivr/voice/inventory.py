"""Which prompts have a usable recording on disk, found out before a call needs one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.call import PromptId
from ivr.voice.codecs import ENCODERS, bytes_a_second
from ivr.voice.masters import Master

TOLERANCE_S: Final = 0.05
"""How far the length of a file may be from that of its master."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The recordings of one language as they are on disk."""

    usable: frozenset[PromptId]
    faults: tuple[str, ...]
    """What is wrong, one sentence a file, for `sahayata check prompts` and the log."""


def take_inventory(published: Path, masters: Mapping[PromptId, Master]) -> Inventory:
    """Look at every file that ``publish`` should have made in the folder ``published``.

    A prompt is usable when at least one of its files is there and none of them is damaged: Asterisk
    chooses among them by the caller's codec. Damaged means unreadable, empty, or not as long as the
    master. Takes a few milliseconds for some hundred prompts: nothing is read, only measured.
    """
    usable, faults = set(), []
    for name, master in masters.items():
        found = 0
        damaged = False
        for ending in ENCODERS:
            path = published / f"{name}.{ending}"
            fault = _fault(path, bytes_a_second(ending), master.seconds)
            if fault is None:
                found += 1
                continue
            faults.append(f"{path}: {fault}")
            damaged = damaged or path.exists()
        if found and not damaged:
            usable.add(name)
    return Inventory(frozenset(usable), tuple(faults))


def _fault(path: Path, rate: int, seconds: float) -> str | None:
    try:
        size = path.stat().st_size
    except OSError as error:
        return f"cannot be played ({error.strerror})"
    if not size:
        return "is empty"
    if abs(size / rate - seconds) > TOLERANCE_S:
        return f"lasts {size / rate:.1f} s instead of {seconds:.1f} s"
    return None
