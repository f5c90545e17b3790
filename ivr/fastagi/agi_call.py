"""A telephone call over one FastAGI line.

Few commands, since each costs Asterisk and us a turn: a list of recordings is one ``Background``
(docs/adr/0010), keys after the first come with one ``GET DATA``, variables are set by one ``MSet``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr import names
from ivr.call import (
    KEYS,
    CallerHungUp,
    CallFacts,
    Collect,
    Digits,
    LineLost,
    NotRecorded,
    Played,
    PromptId,
    QueueEntry,
    QueueLoad,
    Recorded,
    RecordSpec,
    Silence,
    TooShort,
)
from ivr.fastagi import recording
from ivr.fastagi.line import Line
from ivr.fastagi.playing import Player, key_of
from ivr.fastagi.protocol import Reply, UnsafeValue
from ivr.fastagi.sounds import Sounds

BEEP: Final = "beep"
"""The prompt after which a message is recorded: our own, as Asterisk's is not always installed."""
LEASE_GRAIN_S: Final = 0.5
"""A hang-up so near the end of the lease is the end of the lease."""
KEYS_AT_ONCE: Final = 64
"""No question takes more keys than this, however many are pressed."""


@dataclass(frozen=True, slots=True)
class LineLimits:
    """How long an answer may take beyond what the command itself takes, in seconds."""

    reply_s: float = 5.0
    unknown_recording_s: float = 60.0
    """What is allowed for a recording whose length is not known."""
    lease_s: float = 45.0
    """How long Asterisk leaves the caller with us before it goes on alone; renewed as we go on.

    A server that hangs in the middle costs the caller this much silence and not a whole call."""
    thinking_s: float = 10.0
    """How long we may need between two commands: no less than the tickets may take to answer."""


class AgiCall:
    """``ivr.call.Call`` over a real line. ``recordings`` is where spoken messages are written."""

    def __init__(
        self,
        line: Line,
        facts: CallFacts,
        sounds: Sounds,
        recordings: Path,
        *,
        limits: LineLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._facts = facts
        self._recordings = recordings
        self._limits = limits or LineLimits()
        self._monotonic = monotonic
        self._player = Player(self._ask, sounds, facts.language, monotonic)
        self._lease_ends = 0.0

    @property
    def facts(self) -> CallFacts:
        """What was known when the call arrived."""
        return self._facts

    async def play(self, prompts: Sequence[PromptId], *, barge_in: bool = True) -> Played | Digits:
        """Play recordings one after another; a key stops them when ``barge_in`` is true."""
        key = await self._play(prompts, barge_in)
        return Digits(key) if key else Played()

    async def collect(
        self, prompts: Sequence[PromptId], spec: Collect
    ) -> Digits | Silence | TooShort:
        """Play recordings and collect keys."""
        most = min(spec.max_keys, KEYS_AT_ONCE)
        pressed = _cleaned(spec.typed_ahead)
        if not pressed:
            pressed = await self._play(prompts, spec.barge_in)
        if not pressed:
            pressed = await self._next_key(spec.first_wait_s)
        if pressed[:1] and pressed[0] in spec.alone:
            pressed = pressed[0]
            most = 1
        keys, finished = _until_finish(pressed, spec.finish_keys, most)
        going_on = bool(pressed)
        while going_on and not finished and len(keys) < most:
            pressed, going_on = await self._further_keys(most - len(keys), spec)
            more, finished = _until_finish(pressed, spec.finish_keys, most - len(keys))
            keys += more
        if not keys and not finished:
            return Silence()
        return Digits(keys) if keys and len(keys) >= spec.min_keys else TooShort(keys)

    async def record(self, prompts: Sequence[PromptId], spec: RecordSpec) -> Recorded | NotRecorded:
        """Play recordings, then record what the caller says.

        A caller who hangs up after speaking has left a message all the same: ``Recorded`` is
        returned, and the next thing asked of the line raises ``CallerHungUp``.
        """
        if await self._play([*prompts, BEEP] if spec.beep else prompts, True) and spec.beep:
            await self._play([BEEP], False)
        stem = await asyncio.to_thread(recording.prepare, self._recordings, spec.name)
        begun = self._monotonic()
        reply = await self._ask(
            *recording.words(stem, spec), limit_s=spec.max_s + spec.silence_s, may_hang_up=True
        )
        took_s = self._monotonic() - begun
        if reply.result == "-1" and reply.note != "writefile":
            self._line.end_as_hung_up()
        outcome = await asyncio.to_thread(recording.judge, stem, spec, reply, took_s)
        if isinstance(outcome, NotRecorded) and self._line.hung_up:
            raise CallerHungUp("while recording")
        return outcome

    async def queue_load(self, queue: str) -> QueueLoad:
        """How full a queue is now, as Asterisk knows it; all zero for a queue it does not know."""
        if not (queue.isascii() and queue.replace("_", "a").isalnum()):
            raise UnsafeValue("a queue name")
        queue = names.QUEUE_PREFIX + queue
        reply = await self._ask(
            "GET",
            "FULL",
            "VARIABLE",
            f"${{QUEUE_WAITING_COUNT({queue})}} ${{QUEUE_MEMBER({queue},logged)}}"
            f" ${{QUEUE_MEMBER({queue},ready)}}",
        )
        counts = [int(n) if n.isdigit() else 0 for n in reply.note.split(" ")]
        if len(counts) != 3:
            raise LineLost("no queue counts")
        return QueueLoad(*counts)

    async def note_ticket(self, ticket: str) -> None:
        """Leave the number with the line, so that whatever happens later can speak it."""
        await self._set({names.TICKET: ticket})

    async def join_queue(self, entry: QueueEntry) -> None:
        """Hand the caller to a queue and close the line; the done-flag is set last."""
        await self._set(
            {
                **entry.extras,
                names.QUEUE: entry.queue,
                names.TICKET: entry.ticket,
                names.PRIORITY: str(entry.priority),
                names.RECORDED: "1" if entry.recorded else "0",
                names.DONE: names.DONE_QUEUE,
            }
        )
        self._line.close()

    async def hang_up(self) -> None:
        """End the call from our side; the dialplan lets the last words be heard first."""
        await self._set({names.DONE: names.DONE_END})
        self._line.close()

    async def _play(self, prompts: Sequence[PromptId], barge_in: bool) -> str:
        return await self._player.play(prompts, barge_in, self._limits.unknown_recording_s)

    async def _next_key(self, wait_s: float) -> str:
        """Wait for one key of ours; "" when the time is over. Keys that are none do not count."""
        ends = self._monotonic() + wait_s
        for _ in range(KEYS_AT_ONCE):
            left_s = ends - self._monotonic()
            if left_s <= 0:
                break
            reply = await self._ask(
                "WAIT", "FOR", "DIGIT", str(max(1, round(left_s * 1000))), limit_s=left_s
            )
            key = key_of(reply)
            if key is None:
                return ""
            if key:
                return key
        return ""

    async def _further_keys(self, most: int, spec: Collect) -> tuple[str, bool]:
        """Collect up to ``most`` keys with ``gap_s`` between them; tell whether to go on asking."""
        if "*" in spec.finish_keys:  # GET DATA ends at # only
            key = await self._next_key(spec.gap_s)
            return key, bool(key)
        reply = await self._ask(
            *("GET", "DATA", "", str(max(1, round(spec.gap_s * 1000))), str(most)),
            limit_s=spec.gap_s * (most + 1),
        )
        keys, in_time = _cleaned(reply.result), reply.note != "timeout"
        if in_time and len(reply.result) < most:
            keys += "#"
        return keys, in_time and bool(keys)

    async def _set(self, variables: dict[str, str]) -> None:
        for name, value in variables.items():
            if not (name.isascii() and name.isidentifier()) or set(value) & set(',"\\${}'):
                raise UnsafeValue("a channel variable")
        pairs = ",".join(f"{name}={value}" for name, value in variables.items())
        await self._ask("EXEC", "MSet", pairs)

    async def _ask(self, *words: str, limit_s: float = 0.0, may_hang_up: bool = False) -> Reply:
        """Ask the line; a refusal is ``LineLost``, a result of -1 is ``CallerHungUp``."""
        limit_s += self._limits.reply_s
        needed_s = limit_s + self._limits.thinking_s
        if self._monotonic() + needed_s > self._lease_ends:
            await self._renew_lease(max(needed_s, self._limits.lease_s))
        reply = await self._answer(*words, limit_s=limit_s)
        if reply.result == "-2":
            raise LineLost("Asterisk lacks an application")
        if reply.result == "-1" and not may_hang_up:
            self._line.end_as_hung_up()
            raise self._left()
        return reply

    async def _renew_lease(self, seconds: float) -> None:
        self._lease_ends = self._monotonic() + seconds
        await self._answer(
            *("SET", "VARIABLE", names.ABSOLUTE_LIMIT, f"{seconds:.1f}"),
            limit_s=self._limits.reply_s,
        )

    async def _answer(self, *words: str, limit_s: float) -> Reply:
        try:
            reply = await self._line.ask(*words, limit_s=limit_s)
        except CallerHungUp:
            raise self._left() from None
        if reply.code != 200:
            raise LineLost(f"Asterisk refused a command with {reply.code}")
        return reply

    def _left(self) -> CallerHungUp | LineLost:
        """Tell a hang-up from a lease that ran out: then Asterisk went on with the caller."""
        if 0.0 < self._lease_ends <= self._monotonic() + LEASE_GRAIN_S:
            return LineLost("Asterisk went on without us")
        return CallerHungUp("the caller left")


def _cleaned(keys: str) -> str:
    """Leave only keys of ours, and no more than any question takes."""
    return "".join(key for key in keys if key in KEYS)[:KEYS_AT_ONCE]


def _until_finish(pressed: str, finish_keys: str, most: int) -> tuple[str, bool]:
    """Cut at the first finishing key or at ``most`` keys; tell whether a finishing key came."""
    for at, key in enumerate(pressed[:most]):
        if key in finish_keys:
            return pressed[:at], True
    return pressed[:most], False
