"""What a running Asterisk itself calls service level: beside ours, as a cross-check and no more.

It counts since it was started, forgets at a restart, and takes a quick hang-up for a success.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.names import QUEUE_PREFIX
from sahayata.supervisor.rx import NoAnswer, ask

_LINE: Final = re.compile(
    rf"^{QUEUE_PREFIX}([a-z0-9_]+) has .*, C:(\d+), A:(\d+),"
    r" SL:([\d.]+)%, SL2:([\d.]+)% within (\d+)s",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class AsteriskLevel:
    """One queue since Asterisk was started."""

    completed: int
    abandoned: int
    perf: float
    """A(w ≤ T_sl) / A, 0 to 1."""
    perf2: float
    """(A(w ≤ T_sl) + B(w ≤ T_sl)) / (A + B)."""
    within_s: int


def asterisk_levels(run_folder: Path) -> Mapping[str, AsteriskLevel]:
    """Ask for every queue; none while Asterisk does not run."""
    try:
        said = ask(run_folder, "queue show", limit_s=2.0).text
    except NoAnswer:
        return {}
    return levels_in(said)


def levels_in(said: str) -> Mapping[str, AsteriskLevel]:
    """Read what ``queue show`` prints."""
    return {
        found[1]: AsteriskLevel(
            int(found[2]),
            int(found[3]),
            float(found[4]) / 100,
            float(found[5]) / 100,
            int(found[6]),
        )
        for found in _LINE.finditer(said)
    }
