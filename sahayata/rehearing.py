"""Hear every prompt as a caller does: Asterisk calls a telephone of ours and plays them.

Asterisk is asked by its control socket, so no number is open to anybody for this. The calls are
answered by a telephone of this process, and what is played in them is said by a FastAGI server of
this process, too: both clocks are one, and each prompt is looked for where it was played.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ivr.call import CallEnded, PromptId
from ivr.ear.arrival import Arrival, arrival
from ivr.ear.recordings import Recording, Sound
from ivr.fastagi.line import Line
from ivr.fastagi.server import AgiServer
from ivr.voice.codecs import TELEPHONE_RATE
from sahayata.settings import Settings
from sahayata.supervisor.rx import NoAnswer, ask
from sahayata.telephone.alaw import Samples
from sahayata.telephone.answering import AnsweringTelephone
from sahayata.telephone.voice import Voice

CALLS: Final = 4
"""Prompts are shared out among so many calls at once: the whole catalogue in some minutes."""
GAP_S: Final = 0.3
"""Silence before and after each prompt, and kept around it."""
DRIFT_S: Final = 2.0
"""How far Asterisk's count of time may be from ours after some minutes of a call."""
ANSWER_S: Final = 20.0
LONGEST_PROMPT_S: Final = 120.0
USER: Final = "ear"
ORIGINATES: Final = "res_clioriginate.so"
"""What lets Asterisk be asked for a call on its control socket: loaded for the check only."""


class RehearingFailed(Exception):
    """The prompts could not be played; the message says why."""


@dataclass(frozen=True, slots=True)
class Reheard:
    """One prompt as it came out of the telephone."""

    prompt: PromptId
    sound: Sound = field(repr=False, compare=False)
    """From a little before to a little after it was played, 8 kHz."""
    arrival: Arrival | None

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with it, in words."""
        return ("was not heard",) if self.arrival is None else self.arrival.faults


@dataclass(frozen=True, slots=True)
class Rehearing:
    """All of them, and how Asterisk treated the sound on its way."""

    prompts: tuple[Reheard, ...]
    formats: Mapping[str, str]
    """What ``core show channel`` said of a call while a prompt was played in it."""
    repeated: tuple[PromptId, ...] = ()
    """What was not well at the first time and was played again: the second time counts."""

    @property
    def transcodes(self) -> bool:
        """Whether Asterisk turned one codec into another while it played."""
        return any(
            value.lower().startswith("yes")
            for name, value in self.formats.items()
            if name.endswith("Transcode")
        )


async def rehear(
    settings: Settings,
    prompts: Sequence[PromptId],
    recordings: Mapping[PromptId, Recording],
    language: str,
    tell: Callable[[PromptId], None],
) -> Rehearing:
    """Play ``prompts`` in calls through the running instance and listen.

    What does not arrive well is played once more: a machine that is busy for a moment, and a packet
    lost by that, are no fault of a recording. ``recordings`` has each prompt, as
    ``ivr.ear.recordings.load_each`` gives it; ``tell`` is told each after it was first played.

    Raises:
        RehearingFailed: Asterisk does not run, or does not call.
    """
    first = await _rehear_once(settings, prompts, recordings, language, tell)
    doubted = tuple(one.prompt for one in first.prompts if one.faults)
    if not doubted:
        return first
    again = await _rehear_once(settings, doubted, recordings, language, lambda _: None)
    second = {one.prompt: one for one in again.prompts}
    heard = tuple(second.get(one.prompt, one) for one in first.prompts)
    return Rehearing(heard, first.formats, doubted)


async def _rehear_once(
    settings: Settings,
    prompts: Sequence[PromptId],
    recordings: Mapping[PromptId, Recording],
    language: str,
    tell: Callable[[PromptId], None],
) -> Rehearing:
    shares = [prompts[n::CALLS] for n in range(CALLS)]
    desk = _Desk([share for share in shares if share], language, tell)
    password = secrets.token_hex(12)
    server = AgiServer({"hear": desk.serve}, password=password)
    _, port = await server.start("127.0.0.1", 0)
    telephone = AnsweringTelephone((settings.sip_host, settings.ports.sip))
    await telephone.open()
    desk.telephone = telephone
    try:
        await asyncio.to_thread(_ask, settings, f"module load {ORIGINATES}")
        for number in range(len(desk.shares)):
            to = f"sip:{USER}{number}@{telephone.local[0]}:{telephone.local[1]}"
            script = f"agi://127.0.0.1:{port}/hear?share={number},{password}"
            command = f"channel originate PJSIP/anonymous/{to} application AGI {script}"
            if said := await asyncio.to_thread(_ask, settings, command):
                raise RehearingFailed(f"Asterisk does not call: {said}")
        formats = await desk.first_formats(settings)
        await desk.done()
        heard = {user: telephone.voice(user).sound() for user in desk.users}
    finally:
        await server.drain(1.0)
        await telephone.close()
        await asyncio.to_thread(_ask, settings, f"module unload {ORIGINATES}")
    return Rehearing(tuple(_judged(desk.played, heard, recordings)), formats)


@dataclass(frozen=True, slots=True)
class _Played:
    """Where in a call a prompt was played."""

    prompt: PromptId
    user: str
    begin_s: float
    end_s: float


class _Desk:
    """Says in each call what is to be played, and notes when."""

    def __init__(
        self,
        shares: Sequence[Sequence[PromptId]],
        language: str,
        tell: Callable[[PromptId], None],
    ) -> None:
        self.shares = shares
        self.played: list[_Played] = []
        self.telephone: AnsweringTelephone | None = None
        self._language = language
        self._tell = tell
        self._started = asyncio.Event()
        self._channel = ""
        self._ended = [asyncio.Event() for _ in shares]
        self._fault = ""

    @property
    def users(self) -> tuple[str, ...]:
        """Whom Asterisk calls."""
        return tuple(f"{USER}{number}" for number in range(len(self.shares)))

    async def serve(self, line: Line) -> None:
        """Play one share."""
        assert line.header is not None
        assert self.telephone is not None
        number = int(line.header.query["share"])
        user = self.users[number]
        voice = self.telephone.voice(user)
        try:
            self._channel = self._channel or line.header.values["channel"]
            for prompt in self.shares[number]:
                await self._play(line, voice, user, prompt)
        except CallEnded as fault:
            self._fault = f"a call ended before all was played: {fault}"
        finally:
            self._ended[number].set()
            self._started.set()

    async def _play(self, line: Line, voice: Voice, user: str, prompt: PromptId) -> None:
        await line.ask("EXEC", "Wait", f"{GAP_S:g}", limit_s=ANSWER_S)
        begin = voice.now
        self._started.set()
        await line.ask("EXEC", "Playback", f"{self._language}/{prompt}", limit_s=LONGEST_PROMPT_S)
        await line.ask("EXEC", "Wait", f"{GAP_S:g}", limit_s=ANSWER_S)
        self.played.append(_Played(prompt, user, begin - GAP_S, voice.now))
        self._tell(prompt)

    async def first_formats(self, settings: Settings) -> Mapping[str, str]:
        """Ask what Asterisk does to the sound of a call in which a prompt is being played."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._started.wait()
        except TimeoutError as error:
            raise RehearingFailed("Asterisk did not call within 20 s: see its log") from error
        said = await asyncio.to_thread(_ask, settings, f"core show channel {self._channel}")
        return dict(_formats(said))

    async def done(self) -> None:
        """Wait until every call has ended. Raises ``RehearingFailed``."""
        for ended in self._ended:
            await ended.wait()
        if self._fault:
            raise RehearingFailed(self._fault)


def _ask(settings: Settings, command: str) -> str:
    try:
        return ask(settings.state.asterisk_run, command).text
    except NoAnswer as fault:
        raise RehearingFailed(f"{fault}; start it with `sahayata up`") from fault


def _formats(said: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(r"^\s*(\w+(?:Format|Formats|Transcode)): *(.*)$", said, re.M):
        yield name, value.strip()


def _judged(
    played: Sequence[_Played],
    heard: Mapping[str, Samples],
    recordings: Mapping[PromptId, Recording],
) -> Iterator[Reheard]:
    for one in played:
        whole = np.divide(heard[one.user], 32768, dtype=np.float32)
        around = _cut(whole, one.begin_s - DRIFT_S, one.end_s + DRIFT_S)
        found = arrival(around, recordings[one.prompt])
        if found is None:
            yield Reheard(one.prompt, around, None)
        else:
            alone = _cut(around, found.start_s - GAP_S, found.end_s + GAP_S)
            yield Reheard(one.prompt, alone, found)


def _cut(sound: Sound, begin_s: float, end_s: float) -> Sound:
    begin, end = (round(max(0.0, at) * TELEPHONE_RATE) for at in (begin_s, end_s))
    return sound[begin:end]
