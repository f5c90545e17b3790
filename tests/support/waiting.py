"""Waiting until something is so: looked at again and again, never slept for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Final

LIMIT_S: Final = 60.0
"""Far beyond what anything takes, for a busy machine: only what is wrong waits so long."""

What = str | Callable[[], str]
"""What is waited for, in words; as a function where they are known only when it was in vain."""


async def until(true: Callable[[], object], what: What = "", limit_s: float = LIMIT_S) -> float:
    """Let others go on until ``true()``; return how long it took, in seconds."""
    begun = time.monotonic()
    for _ in _looks(true, what, limit_s):
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def hold_until(true: Callable[[], object], what: What = "", limit_s: float = LIMIT_S) -> None:
    """Hold this thread until ``true()``, which other processes bring about."""
    for _ in _looks(true, what, limit_s):
        time.sleep(0.05)


def _looks(true: Callable[[], object], what: What, limit_s: float) -> Iterator[None]:
    end = time.monotonic() + limit_s
    while not true():
        late = time.monotonic() >= end
        assert not late, f"not within {limit_s:g} s: {what if isinstance(what, str) else what()}"
        yield
