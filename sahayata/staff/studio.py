"""The recording studio by telephone: what an official said, judged, heard again, kept or not."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import soundfile

from ivr.call import CallFacts, PromptId
from ivr.room import DONE, GOOD, REFUSED, RoomAnswer, RoomUnavailable
from ivr.voice.codecs import ENCODERS
from ivr.voice.names import SpokenName
from ivr.voice.processing import MASTER_RATE, Pcm
from ivr.voice.studio_booth import NOT_DONE, Booth
from ivr.voice.studio_judge import TELEPHONE_FULL, Refused
from ivr.whole_file import write_whole
from sahayata.staff.on_record import on_record
from sahayata.staff.ports import Deeds
from sahayata.studio import RECORDED

log = logging.getLogger(__name__)

MOST_CALLS: Final = 20
"""So many officials may be between recording and keeping; who hung up there is among them."""


class Lending(Protocol):
    """The recordings of calls: ``ivr.voice.sounds.PublishedSounds``."""

    def lend(self, prompt: PromptId, recording: SpokenName | None) -> None:
        """Let a call play a recording that is no prompt; ``None`` takes it away."""
        ...

    def refresh(self) -> object:
        """Look at the disk again."""
        ...


@dataclass(frozen=True, slots=True)
class _Pending:
    """A good recording that nobody has kept yet."""

    prompt: PromptId
    pcm: Pcm
    name: PromptId
    """What the call plays it by."""
    stem: Path


class StudioByTelephone:
    """The takes of the calls that are going on. Whoever asks is known to be a supervisor."""

    def __init__(
        self,
        booth: Booth,
        lobby: Path,
        sounds: Lending,
        records: Deeds,
        now: Callable[[], datetime],
    ) -> None:
        """``lobby`` is a folder for what is heard again before it is kept."""
        self._booth, self._lobby, self._sounds = booth, lobby, sounds
        self._records, self._now = records, now
        self._pending: OrderedDict[str, _Pending] = OrderedDict()

    async def ask(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        """Answer ``studio``, ``prompt``, ``keep_take`` and ``drop_take``."""
        match do:
            case "studio":
                return RoomAnswer(DONE)
            case "prompt":
                prompt = self._booth.prompt_of(given["number"])
                return RoomAnswer(DONE, (prompt,)) if prompt else RoomAnswer("no_such_prompt")
            case "keep_take":
                return await self._keep(facts, who)
            case "drop_take":
                await self.leave(facts.call_id)
                return RoomAnswer(DONE)
        return RoomAnswer(REFUSED)

    async def take(self, facts: CallFacts, number: str, recording: Path) -> RoomAnswer:
        """Judge a recording, and let the call hear it as callers would. Takes the file away.

        Raises ``RoomUnavailable``.
        """
        prompt = self._booth.prompt_of(number)
        await self.leave(facts.call_id)
        try:
            if prompt is None:
                raise RoomUnavailable("no prompt has this number")
            made = await asyncio.to_thread(self._judged, prompt, recording)
            if isinstance(made, Refused):
                log.info("a recording is refused: %s", made.why, extra={"prompt": prompt})
                return RoomAnswer(made.why.value)
            pending = self._pending_of(facts.call_id, prompt, made)
            await asyncio.to_thread(self._write, pending)
        except (OSError, soundfile.LibsndfileError, ValueError) as fault:
            raise RoomUnavailable(f"the recording cannot be used: {fault}") from fault
        finally:
            await asyncio.to_thread(recording.unlink, missing_ok=True)
        self._pending[facts.call_id] = pending
        self._sounds.lend(pending.name, SpokenName(pending.stem, made.size / MASTER_RATE))
        while len(self._pending) > MOST_CALLS:
            await self.leave(next(iter(self._pending)))
        return RoomAnswer(GOOD, (pending.name,))

    async def leave(self, call: str) -> None:
        """Forget what was recorded in a call and not kept; nothing where there is nothing."""
        pending = self._pending.pop(call, None)
        if pending is not None:
            self._sounds.lend(pending.name, None)
            await asyncio.to_thread(self._remove, pending)

    async def _keep(self, facts: CallFacts, who: str) -> RoomAnswer:
        pending = self._pending.get(facts.call_id)
        if pending is None:
            return RoomAnswer("no_take")
        how = f"telephone {facts.caller}"
        async with on_record(self._records, who, RECORDED, pending.prompt):
            try:
                await asyncio.to_thread(
                    self._booth.keep, pending.prompt, pending.pcm, who=who, how=how, at=self._now()
                )
            except NOT_DONE as fault:
                raise RoomUnavailable(f"the recording cannot be kept: {fault}") from fault
            # Heard by the next call, not from the next look at the disk on.
            await asyncio.to_thread(self._sounds.refresh)
        await self.leave(facts.call_id)
        return RoomAnswer(DONE)

    def _judged(self, prompt: PromptId, recording: Path) -> Pcm | Refused:
        samples, rate = soundfile.read(recording, dtype="float64")
        return self._booth.judge(prompt, samples, rate, TELEPHONE_FULL)

    def _pending_of(self, call: str, prompt: PromptId, pcm: Pcm) -> _Pending:
        name = f"take_{hashlib.sha256(call.encode()).hexdigest()[:24]}"
        return _Pending(prompt, pcm, name, self._lobby / name)

    def _write(self, pending: _Pending) -> None:
        self._lobby.mkdir(mode=0o700, parents=True, exist_ok=True)
        for ending, encode in ENCODERS.items():
            file = pending.stem.with_name(f"{pending.name}.{ending}")
            write_whole(file, encode(pending.pcm), mode=0o600)

    def _remove(self, pending: _Pending) -> None:
        for ending in ENCODERS:
            pending.stem.with_name(f"{pending.name}.{ending}").unlink(missing_ok=True)
