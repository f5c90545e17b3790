"""A telephone call over one FastAGI line.

Few commands, since each costs Asterisk and us a turn: a list of recordings is one ``Background``
(docs/adr/0010), keys after the first come with one ``GET DATA``, variables are set by one ``MSet``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ivr import names
from ivr.call import (
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
    Said,
    Silence,
    TooShort,
)
from ivr.fastagi import recording
from ivr.fastagi.asking import Asking, LineLimits
from ivr.fastagi.line import Line
from ivr.fastagi.listening import Listener, cleaned
from ivr.fastagi.playing import Player
from ivr.fastagi.protocol import UnsafeValue
from ivr.fastagi.sounds import Sounds
from ivr.fastagi.words import NotListening, Places, WordListener


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
        places: Places | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = line
        self._facts = facts
        self._recordings = recordings
        self._monotonic = monotonic
        limits = limits or LineLimits()
        self._ask = Asking(line, limits, monotonic)
        self._listener = Listener(self._ask, monotonic)
        self._player = Player(
            self._ask, sounds, facts.language, monotonic, limits.unknown_recording_s
        )
        self._words = WordListener(self._ask, self._player, places, monotonic) if places else None

    @property
    def facts(self) -> CallFacts:
        """What was known when the call arrived."""
        return self._facts

    async def play(self, prompts: Sequence[PromptId], *, barge_in: bool = True) -> Played | Digits:
        """Play recordings one after another; a key stops them when ``barge_in`` is true."""
        key = await self._player.play(prompts, barge_in)
        return Digits(key) if key else Played()

    async def collect(
        self, prompts: Sequence[PromptId], spec: Collect
    ) -> Digits | Silence | TooShort | Said:
        """Play recordings and collect keys, or hear one of ``spec.phrases``: what comes first."""
        pressed = cleaned(spec.typed_ahead)
        if self._words is not None and spec.phrases and spec.barge_in and not pressed:
            match await self._words.ask(prompts, spec):
                case Said() | Silence() as answer:
                    return answer
                case Digits(keys):
                    pressed = keys
                case NotListening(unsaid):
                    prompts = unsaid
        if not pressed:
            pressed = await self._player.play(prompts, spec.barge_in)
        return await self._listener.collect(pressed, spec)

    async def record(self, prompts: Sequence[PromptId], spec: RecordSpec) -> Recorded | NotRecorded:
        """Play recordings, then record what the caller says.

        A caller who hangs up after speaking has left a message all the same: ``Recorded`` is
        returned, and the next thing asked of the line raises ``CallerHungUp``.
        """
        await self._player.play(prompts, True)
        try:
            stem = await asyncio.to_thread(recording.prepare, self._recordings, spec.name)
        except OSError as fault:
            return NotRecorded(f"no folder for recordings: {fault.strerror}")
        for beep in (True, False) if spec.beep else (False,):
            begun = self._monotonic()
            reply = await self._ask(
                *recording.words(stem, spec, beep),
                limit_s=spec.max_s + spec.silence_s,
                may_fail=True,
            )
            if not recording.beep_failed(reply):
                break
        if recording.left_meanwhile(reply):
            self._line.end_as_hung_up()
        took_s = self._monotonic() - begun
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
        counts = [int(n) if n.isdecimal() else 0 for n in reply.note.split(" ")]
        if len(counts) != 3:
            raise LineLost("no queue counts")
        return QueueLoad(*counts)

    async def note_ticket(self, ticket: str, queue: str) -> None:
        """Leave number and queue with the line: whatever happens later can say it and go on."""
        await self._set({names.TICKET: ticket, names.QUEUE: queue})

    async def join_queue(self, entry: QueueEntry) -> None:
        """Hand the caller to a queue and close the line; the done-flag is set last."""
        await self._listen_no_more()
        await self._set(
            {
                **entry.extras,
                names.QUEUE: entry.queue,
                names.TICKET: entry.ticket,
                names.PRIORITY: str(entry.priority),
                names.RECORDED: "1" if entry.recorded else "0",
                names.HANDED: str(int(self._monotonic())),
                names.DONE: names.DONE_QUEUE,
            }
        )
        self._line.close()

    async def join_talk(self, who: str, operator: str, manner: str) -> None:
        """Join a supervisor to an operator's talk and close the line; the done-flag is set last."""
        await self._listen_no_more()
        await self._set(
            {
                names.STAFF: who,
                names.LISTENED: operator,
                names.MANNER: manner,
                names.DONE: names.DONE_TALK,
            }
        )
        self._line.close()

    async def hang_up(self) -> None:
        """End the call from our side; the dialplan lets the last words be heard first."""
        await self._set({names.DONE: names.DONE_END})
        self._line.close()

    async def _listen_no_more(self) -> None:
        if self._words is not None:
            await self._words.close()

    async def _set(self, variables: dict[str, str]) -> None:
        for name, value in variables.items():
            if not (name.isascii() and name.isidentifier()) or set(value) & set(',"\\${}'):
                raise UnsafeValue("a channel variable")
        pairs = ",".join(f"{name}={value}" for name, value in variables.items())
        await self._ask("EXEC", "MSet", pairs)
