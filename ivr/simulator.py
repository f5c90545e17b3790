"""A telephone without a line: the terminal of ``sahayata phone``, and the fake of our tests.

``PhoneCall`` is the whole ``Call`` port over two small things: a keypad that says when a key comes,
and a screen that is told what the caller hears. With a script of keys time is reckoned and not
waited for; in the terminal it is the real time.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from ivr.call import (
    KEYS,
    CallerHungUp,
    CallFacts,
    Collect,
    Digits,
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

SPOKEN_PER_SECOND: Final = 12.0
"""Letters of Hindi text that are read out in a second."""
SHORTEST_S: Final = 0.3
SENTENCE_ENDS: Final = ("।", "?", "!")


class Keypad(Protocol):
    """Where keys come from."""

    async def key(self, within_s: float, *, silent: bool) -> str | Said:
        """Return the next key pressed, or word said, within so many seconds; "" for neither.

        ``silent``: nothing is being said meanwhile. Raises ``CallerHungUp``.
        """

    def heard(self, prompt: PromptId) -> None:
        """Be told that a prompt is being said."""


class Screen(Protocol):
    """What the caller hears, for whoever watches."""

    def says(self, prompt: PromptId) -> float:
        """Show a prompt and return how many seconds it takes."""

    def stops(self) -> None:
        """Show that nothing is being said any more."""

    def tells(self, what: str) -> None:
        """Show anything else that happens: a key, a queue, the end."""


class TextScreen:
    """Writes what is heard as text, a line for each sentence."""

    def __init__(self, texts: Mapping[PromptId, str], write: Callable[[str], None]) -> None:
        self._texts, self._write = texts, write
        self._sentence: list[str] = []

    def says(self, prompt: PromptId) -> float:
        """Add the text of a prompt to the sentence; write the sentence when it is whole."""
        text = self._texts.get(prompt, f"[{prompt}]")
        if text:
            self._sentence.append(text)
        if text.endswith(SENTENCE_ENDS):
            self.stops()
        return max(SHORTEST_S, len(text) / SPOKEN_PER_SECOND)

    def stops(self) -> None:
        """Write what was said of a sentence."""
        if self._sentence:
            self._write(f"  ♪ {' '.join(self._sentence)}")
            self._sentence.clear()

    def tells(self, what: str) -> None:
        """Show anything else that happens."""
        self._write(what)


class PhoneCall:
    """``ivr.call.Call`` without a line."""

    def __init__(
        self,
        facts: CallFacts,
        keypad: Keypad,
        screen: Screen,
        recordings: Path,
        load: QueueLoad | None = None,
        *,
        listens: bool = False,
    ) -> None:
        """Be a telephone; ``listens``: a recogniser is there, which hears every word as it is."""
        self._facts, self._keypad, self._screen = facts, keypad, screen
        self._recordings, self._listens = recordings, listens
        self._load = load or QueueLoad(waiting=0, operators=1, free=1)
        self.ticket = facts.ticket
        self.joined: QueueEntry | None = None
        """Where the caller was handed to; ``None`` until then."""
        self.talk: tuple[str, ...] = ()
        """Whose talk a supervisor joined, and how."""
        self.over = False

    @property
    def facts(self) -> CallFacts:
        """What was known when the call arrived."""
        return self._facts

    async def play(self, prompts: Sequence[PromptId], *, barge_in: bool = True) -> Played | Digits:
        """Show prompts; a key stops them when ``barge_in`` is true."""
        key = await self._play(prompts, barge_in)
        return Digits(key) if isinstance(key, str) and key else Played()

    async def collect(
        self, prompts: Sequence[PromptId], spec: Collect
    ) -> Digits | Silence | TooShort | Said:
        """Show prompts and collect keys, or hear what was said."""
        phrases = spec.phrases if self._listens else ()
        pending: list[str | Said] = list(spec.typed_ahead)
        if not pending:
            said = (*prompts, *spec.invitation) if phrases else prompts
            first = await self._play(said, spec.barge_in, phrases)
            pending = [first] if first else []
        keys, wait_s = "", spec.first_wait_s
        while len(keys) < spec.max_keys:
            key = pending.pop(0) if pending else await self._pressed(wait_s, phrases)
            if isinstance(key, Said):
                return key
            phrases = ()
            if not key:
                break
            wait_s = spec.gap_s
            if key in spec.finish_keys:
                return Digits(keys) if keys and len(keys) >= spec.min_keys else TooShort(keys)
            keys += key
            if keys in spec.alone:
                break
        if not keys:
            return Silence()
        return Digits(keys) if len(keys) >= spec.min_keys else TooShort(keys)

    async def record(self, prompts: Sequence[PromptId], spec: RecordSpec) -> Recorded | NotRecorded:
        """Show prompts, then write a second of silence where a message would be."""
        self._alive()
        await self._play(prompts, barge_in=True)
        path = self._recordings / f"{spec.name}.wav"
        try:
            _write_silence(path)
        except OSError as error:
            return NotRecorded(str(error.strerror))
        self._screen.tells("⏺ the caller speaks")
        # Who hangs up now has spoken: the next thing asked of the line will find it over.
        with suppress(CallerHungUp):
            await self._pressed(spec.silence_s)
        return Recorded(path, 1.0)

    async def queue_load(self, queue: str) -> QueueLoad:
        """How full the queue is supposed to be."""
        self._alive()
        return self._load

    async def note_ticket(self, ticket: str, queue: str) -> None:
        """Keep the number."""
        self._alive()
        self.ticket = ticket

    async def join_queue(self, entry: QueueEntry) -> None:
        """Hand the caller to a queue, and end here."""
        self._alive()
        self.joined, self.over = entry, True
        number = f", ticket {entry.ticket}" if entry.ticket else ", no ticket"
        self._screen.tells(f"→ queue {entry.queue}{number}")

    async def join_talk(self, who: str, operator: str, manner: str) -> None:
        """Join a supervisor to a talk, and end here."""
        self._alive()
        self.talk, self.over = (operator, manner), True
        self._screen.tells(f"→ {who} joins the talk of {operator}: {manner}")

    async def hang_up(self) -> None:
        """End the call."""
        self._alive()
        self.over = True
        self._screen.tells("— the helpline hangs up")

    async def _play(
        self, prompts: Sequence[PromptId], barge_in: bool, phrases: Sequence[str] = ()
    ) -> str | Said:
        self._alive()
        for prompt in prompts:
            self._keypad.heard(prompt)
            seconds = self._screen.says(prompt)
            key = await self._pressed(seconds, phrases, silent=False)
            if key and barge_in:
                return key
        self._screen.stops()
        return ""

    async def _pressed(
        self, within_s: float, phrases: Sequence[str] = (), *, silent: bool = True
    ) -> str | Said:
        """Wait for one of our keys, or one of these phrases; ``A``-``D`` do not count."""
        self._alive()
        try:
            key = await self._keypad.key(within_s, silent=silent)
            while key and not _counts(key, phrases):
                key = await self._keypad.key(within_s, silent=silent)
        except CallerHungUp:
            self.over = True
            self._screen.stops()
            self._screen.tells("— the caller hangs up")
            raise
        if key:
            self._screen.stops()
            self._screen.tells(f"“{key.phrase}”" if isinstance(key, Said) else f"[{key}]")
        return key

    def _alive(self) -> None:
        if self.over:
            raise CallerHungUp("the call is over")


def _counts(key: str | Said, phrases: Sequence[str]) -> bool:
    return key.phrase in phrases if isinstance(key, Said) else key in KEYS


def _write_silence(path: Path) -> None:
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setparams((1, 2, 8000, 8000, "NONE", ""))
        file.writeframes(bytes(16_000))
