"""Plays a list of recordings with as few commands as it can, and notices what could not be played.

``Background`` takes a whole list and answers with the key that stopped it. It ends early, and says
so only in a variable, when a recording cannot be opened; the variable is asked for only when the
list ended sooner than its recordings are long. A file that was cut short is opened and over too
soon, which no variable says: then the disk is looked at again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ivr.call import PromptId
from ivr.fastagi.asking import Asking
from ivr.fastagi.listening import key_of
from ivr.fastagi.protocol import MAX_COMMAND
from ivr.fastagi.sounds import Sounds

MAX_LIST: Final = MAX_COMMAND - 64
TURNS: Final = 8
"""How often one list is taken up again after a recording that failed or a key that is none."""
EARLY_S: Final = 0.25
EARLY_PER_RECORDING_S: Final = 0.03
"""A list ends this much before its time anyway: the last frame of each is not waited for."""
LAST_COUNTS: Final = 0.75
"""But never by so much of its last recording: that would be a digit left out of a number."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where a list stopped: before the recording ``at``, or at its end."""

    at: int
    key: str = ""
    """The key that stopped it; "" for none, or for one that is none of ours."""
    failed: bool = False
    """The recording could not be opened."""
    short: bool = False
    """Everything before ``at`` was opened, and yet was over too soon."""


class Player:
    """Plays for one call; a recording of unknown length may take ``unknown_s``."""

    def __init__(
        self,
        ask: Asking,
        sounds: Sounds,
        language: str,
        monotonic: Callable[[], float],
        unknown_s: float,
    ) -> None:
        self._ask = ask
        self._sounds = sounds
        self._language = language
        self._monotonic = monotonic
        self._unknown_s = unknown_s

    def playlist(self, prompts: Sequence[PromptId]) -> tuple[list[PromptId], str]:
        """Give what can be played in place of ``prompts``, and the same as Asterisk takes it."""
        best = list(self._sounds.substitute(prompts, self._language)) if prompts else []
        return best, "&".join(self._sounds.path(prompt, self._language) for prompt in best)

    def seconds(self, prompts: Sequence[PromptId]) -> list[float]:
        """Tell how long each recording is; 0.0 for one of unknown length."""
        return [self._sounds.seconds(prompt, self._language) for prompt in prompts]

    async def play(self, prompts: Sequence[PromptId], barge_in: bool) -> str:
        """Play what can be played; return the key that stopped it, "" for none.

        When a recording fails, what was asked for is substituted anew and taken up where it begins
        to differ from what was heard: a number with a digit left out would be a wrong number.
        """
        rest = list(self._sounds.substitute(prompts, self._language)) if prompts else []
        heard: list[PromptId] = []
        failed: set[PromptId] = set()
        for _ in range(TURNS):
            stop = await self._turn(rest, barge_in)
            if stop.key or (stop.at == len(rest) and not stop.short):
                return stop.key
            heard += rest[: stop.at]
            rest = rest[stop.at :]
            if stop.failed:
                failed.add(rest[0])
                self._sounds.missing(rest[0], self._language)
            elif stop.short:
                await asyncio.to_thread(self._sounds.refresh)
            else:
                continue
            again = self._sounds.substitute(prompts, self._language)
            playable = [prompt for prompt in again if prompt not in failed]
            common = _common_length(heard, playable)
            if stop.failed or common < len(heard):
                rest = playable[common:]
            if not rest:
                return ""
        return ""

    async def _turn(self, prompts: list[PromptId], barge_in: bool) -> _Stop:
        """Play to the end or to the first interruption."""
        done = 0
        for batch in self._batches(prompts):
            seconds = [self._sounds.seconds(prompt, self._language) for prompt in batch]
            begun = self._monotonic()
            reply = await self._ask(
                "EXEC",
                "Background",
                "&".join(self._sounds.path(prompt, self._language) for prompt in batch)
                + ("" if barge_in else ",p"),
                limit_s=sum(s or self._unknown_s for s in seconds),
            )
            took_s = self._monotonic() - begun
            key = key_of(reply)
            ends = list(accumulate(seconds))
            over = sum(
                end - _early_s(n, last_s) <= took_s
                for n, (end, last_s) in enumerate(zip(ends, seconds, strict=True), 1)
            )
            at = done + min(over, len(batch) - 1)
            if key is not None:
                return _Stop(at, key)
            done += len(batch)
            if over < len(batch):
                failed = await self._failed()
                return _Stop(at, failed=True) if failed else _Stop(done, short=True)
        return _Stop(done)

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


def _early_s(recordings: int, last_s: float) -> float:
    """How much before its time a list of so many recordings, the last so long, may end."""
    return min(EARLY_S + EARLY_PER_RECORDING_S * recordings, LAST_COUNTS * last_s)


def _common_length(one: Sequence[PromptId], other: Sequence[PromptId]) -> int:
    """How many prompts both begin with."""
    for at, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return at
    return min(len(one), len(other))
