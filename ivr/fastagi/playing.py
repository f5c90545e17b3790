"""Plays a list of recordings with as few commands as it can, and notices what could not be played.

``Background`` takes a whole list and answers with the key that stopped it. It ends early, and says
so only in a variable, when a recording cannot be opened; the variable is asked for only when the
list ended sooner than its recordings are long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, Protocol

from ivr.call import KEYS, PromptId
from ivr.fastagi.protocol import MAX_COMMAND, Reply
from ivr.fastagi.sounds import Sounds

MAX_LIST: Final = MAX_COMMAND - 64
TURNS: Final = 8
"""How often one list is taken up again after a recording that failed or a key that is none."""
EARLY_S: Final = 0.25
EARLY_PER_RECORDING_S: Final = 0.03
"""A list ends this much before its time anyway: the last frame of each is not waited for."""


class Ask(Protocol):
    """``AgiCall``'s way of asking."""

    def __call__(self, *words: str, limit_s: float = 0.0) -> Awaitable[Reply]:
        """Send a command and wait for its answer."""


def key_of(reply: Reply) -> str | None:
    """Return the key in a reply: ``None`` for no key, "" for a key that is none of ours."""
    if not reply.result.isdigit() or reply.result == "0":
        return None
    key = chr(min(int(reply.result), 127))
    return key if key in KEYS else ""


class Player:
    """Plays for one call."""

    def __init__(
        self, ask: Ask, sounds: Sounds, language: str, monotonic: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._sounds = sounds
        self._language = language
        self._monotonic = monotonic

    async def play(self, prompts: Sequence[PromptId], barge_in: bool, unknown_s: float) -> str:
        """Play what can be played; return the key that stopped it, "" for none.

        ``unknown_s`` is how long a recording may take whose length is not known.
        """
        rest = list(self._sounds.substitute(prompts, self._language)) if prompts else []
        for _ in range(TURNS):
            key, rest = await self._turn(rest, barge_in, unknown_s)
            if key or not rest:
                return key
        return ""

    async def _turn(
        self, prompts: list[PromptId], barge_in: bool, unknown_s: float
    ) -> tuple[str, list[PromptId]]:
        """Play to the end or to the first interruption; return the key and what is left to play."""
        done = 0
        for batch in self._batches(prompts):
            seconds = [self._sounds.seconds(prompt, self._language) for prompt in batch]
            begun = self._monotonic()
            reply = await self._ask(
                "EXEC",
                "Background",
                "&".join(self._sounds.path(prompt, self._language) for prompt in batch)
                + ("" if barge_in else ",p"),
                limit_s=sum(s or unknown_s for s in seconds),
            )
            took_s = self._monotonic() - begun
            key = key_of(reply)
            if key:
                return key, []
            ends = list(accumulate(seconds))
            at = min(bisect_right(ends, took_s + EARLY_S), len(batch) - 1)
            if key == "":
                return "", prompts[done + at :]
            early_s = EARLY_S + EARLY_PER_RECORDING_S * len(batch)
            if took_s + early_s < ends[-1] and await self._failed():
                self._sounds.missing(batch[at], self._language)
                return "", prompts[done + at + 1 :]
            done += len(batch)
        return "", []

    async def _failed(self) -> bool:
        reply = await self._ask("GET", "VARIABLE", "BACKGROUNDSTATUS")
        return reply.note == "FAILED"

    def _batches(self, prompts: list[PromptId]) -> Iterator[list[PromptId]]:
        """Cut a list so that each piece fits one command."""
        batch: list[PromptId] = []
        length = 0
        for prompt in prompts:
            size = len(self._sounds.path(prompt, self._language)) + 1
            if batch and length + size > MAX_LIST:
                yield batch
                batch, length = [], 0
            batch.append(prompt)
            length += size
        if batch:
            yield batch
