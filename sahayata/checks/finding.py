"""What a look at the installation finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sahayata.settings import Settings

Weight = Literal["ok", "warning", "fault"]
Findings = Iterator[tuple[Weight, str]]
Look = Callable[[Settings], Findings]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    area: str
    weight: Weight
    text: str
