"""Listens for keys with as few commands as it can.

The first key is waited for alone, the rest come with one ``GET DATA``: between two commands
Asterisk reads the channel and throws keys away, so a command for each key would lose some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivr.call import KEYS, Collect, Digits, Silence, TooShort
from ivr.fastagi.asking import Asking
from ivr.fastagi.protocol import Reply

KEYS_AT_ONCE: Final = 64
"""No question takes more keys than this, however many are pressed."""
HASH: Final = "#"


def key_of(reply: Reply) -> str | None:
    """Return the key in a reply: ``None`` for no key, "" for a key that is none of ours."""
    if not reply.result.isdecimal() or reply.result == "0":
        return None
    code = int(reply.result)
    return chr(code) if code < 128 and chr(code) in KEYS else ""


def cleaned(keys: str) -> str:
    """Leave only keys of ours, and no more than any question takes."""
    return "".join(key for key in keys if key in KEYS)[:KEYS_AT_ONCE]


class Listener:
    """Listens for one call."""

    def __init__(self, ask: Asking, monotonic: Callable[[], float]) -> None:
        self._ask = ask
        self._monotonic = monotonic

    async def collect(self, pressed: str, spec: Collect) -> Digits | Silence | TooShort:
        """Collect keys in silence; ``pressed`` came already and counts first."""
        most = min(spec.max_keys, KEYS_AT_ONCE)
        pressed = pressed or await self._next_key(spec.first_wait_s)
        if pressed[:1] and pressed[0] in spec.alone:
            pressed = pressed[0]
            most = 1
        keys, finished = _until_finish(pressed, spec.finish_keys, most)
        going_on = bool(pressed)
        for _ in range(KEYS_AT_ONCE):
            if not going_on or finished or len(keys) >= most:
                break
            pressed, going_on = await self._further_keys(most - len(keys), spec)
            more, finished = _until_finish(pressed, spec.finish_keys, most - len(keys))
            keys += more
        if not keys and not finished:
            return Silence()
        return Digits(keys) if keys and len(keys) >= spec.min_keys else TooShort(keys)

    async def _next_key(self, wait_s: float) -> str:
        """Wait for one key of ours; "" when the time is over. Keys that are none do not count."""
        ends = self._monotonic() + wait_s
        for _ in range(KEYS_AT_ONCE):
            left_s = ends - self._monotonic()
            if left_s <= 0:
                break
            reply = await self._ask("WAIT", "FOR", "DIGIT", _milliseconds(left_s), limit_s=left_s)
            key = key_of(reply)
            if key is None:
                break
            if key:
                return key
        return ""

    async def _further_keys(self, most: int, spec: Collect) -> tuple[str, bool]:
        """Collect up to ``most`` keys with ``gap_s`` between them; tell whether to go on asking."""
        if "*" in spec.finish_keys:  # GET DATA ends at # only
            key = await self._next_key(spec.gap_s)
            return key, bool(key)
        reply = await self._ask(
            *("GET", "DATA", "", _milliseconds(spec.gap_s), str(most)),
            limit_s=spec.gap_s * (most + 1),
        )
        in_time = reply.note != "timeout"
        ended_by_hash = in_time and len(reply.result) < most
        return cleaned(reply.result) + HASH * ended_by_hash, in_time


def _milliseconds(seconds: float) -> str:
    return str(max(1, round(seconds * 1000)))


def _until_finish(pressed: str, finish_keys: str, most: int) -> tuple[str, bool]:
    """Cut at the first finishing key or at ``most`` keys; tell whether a finishing key came."""
    for at, key in enumerate(pressed[:most]):
        if key in finish_keys:
            return pressed[:at], True
    return pressed[:most], False
