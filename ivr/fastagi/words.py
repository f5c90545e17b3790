"""Listens for keys and words together, where a recogniser has room for this caller.

``SpeechBackground`` plays a list and listens meanwhile, and the channel itself ends what
``SpeechCreate`` began, however the call goes; AGI's own SPEECH commands play one recording at a
time and leave a connection behind when nobody ends it (docs/adr/0070-press-or-say.md). Whatever is
wrong with the recogniser, the answer is ``NotListening``, and the keys take over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Protocol

from ivr import names
from ivr.call import KEYS, Collect, Digits, PromptId, Said, Silence
from ivr.fastagi.asking import Asking
from ivr.fastagi.playing import MAX_LIST, Player
from ivr.speech.grammar import Grammar

log = logging.getLogger(__name__)

RECOGNISER_S: Final = 3.0
"""What a recogniser that does not answer adds at most: Asterisk waits a second for each answer."""
LATE_S: Final = 0.8
"""An answer of the recogniser takes a millisecond; after this Asterisk has given it up."""
EARLY_S: Final = 0.75
"""A question ends so much before its time by nothing but the end of the recogniser."""
STATUS: Final = "${SPEECH(status)}"
RESULTS: Final = "${SPEECH(results)}|${SPEECH_GRAMMAR(0)}|${SPEECH_SCORE(0)}|${SPEECH_TEXT(0)}"
DTMF: Final = "dtmf"


class Places(Protocol):
    """The recogniser, as a line needs it."""

    async def room(self) -> int | None:
        """Tell, in a moment, how many more callers can be listened to; ``None``: no answer."""


@dataclass(frozen=True, slots=True)
class NotListening:
    """Words are not listened to, or not any more."""

    unsaid: tuple[PromptId, ...]
    """What was not played yet."""


class WordListener:
    """Listens for one call: from its first question with words until ``close``."""

    def __init__(
        self, ask: Asking, player: Player, places: Places, monotonic: Callable[[], float]
    ) -> None:
        self._ask, self._player, self._places, self._monotonic = ask, player, places, monotonic
        self._is_open = self._given_up = False

    async def ask(
        self, prompts: Sequence[PromptId], spec: Collect
    ) -> Digits | Said | Silence | NotListening:
        """Play prompts and take the first key, or the first phrase: one or the other."""
        unheard = NotListening(tuple(prompts))
        said = tuple(prompts) + spec.invitation
        best, playlist = self._player.playlist(said)
        grammar = Grammar(spec.phrases, spec.decoys).to_wire()
        too_long = max(len(playlist.encode()), len(grammar.encode())) > MAX_LIST
        if not best or too_long or not await self._open():
            return unheard
        begun = self._monotonic()
        await self._ask("SET", "VARIABLE", "SPEECH_ENGINE(grammar)", grammar, limit_s=RECOGNISER_S)
        if self._monotonic() - begun > LATE_S:
            self._give_up("does not answer")
            return unheard
        return await self._listen(best, playlist, spec)

    async def close(self) -> None:
        """Let the recogniser's place go: nobody listens while a caller waits or talks."""
        if not self._is_open:
            return
        self._is_open = False
        # Asterisk says goodbye and waits for the answer without a limit: not to one who is mute.
        if await self._places.room() is not None:
            await self._ask("EXEC", "SpeechDestroy", limit_s=RECOGNISER_S)

    async def _open(self) -> bool:
        if self._is_open or self._given_up:
            return self._is_open
        if not await self._places.room():
            self._given_up = True
            return False
        await self._ask("EXEC", "MSet", "SPEECH_DTMF_MAXLEN=1,SPEECH_DTMF_TERMINATOR=")
        reply = await self._ask(
            "EXEC", "SpeechCreate", names.SPEECH_ENGINE, limit_s=RECOGNISER_S, may_lack=True
        )
        status = await self._ask("GET", "FULL", "VARIABLE", STATUS)
        self._is_open = reply.result == "0" and status.note == "1"
        self._given_up = not self._is_open
        return self._is_open

    async def _listen(
        self, best: list[PromptId], playlist: str, spec: Collect
    ) -> Digits | Said | Silence | NotListening:
        seconds = self._player.seconds(best)
        ends = list(accumulate(seconds))
        limit_s = ends[-1] + spec.first_wait_s
        begun = self._monotonic()
        arguments = f"{playlist},{spec.first_wait_s:.2f}"
        await self._ask("EXEC", "SpeechBackground", arguments, limit_s=limit_s + RECOGNISER_S)
        took_s = self._monotonic() - begun
        answer = _answer((await self._ask("GET", "FULL", "VARIABLE", RESULTS)).note)
        if answer is not None:
            return answer
        if 0.0 in seconds or took_s >= limit_s - EARLY_S:
            return Silence()
        # It ended with nothing heard: the recogniser is gone, or a key was pressed that is none.
        self._give_up("is gone")
        heard = sum(end <= took_s for end in ends)
        return NotListening(
            tuple(prompt for prompt in best[heard:] if prompt not in spec.invitation)
        )

    def _give_up(self, why: str) -> None:
        """Go on by keys until the end of the call; what is left the channel clears away."""
        log.warning("the recogniser %s: a call goes on by keys", why)
        self._given_up, self._is_open = True, False


def _answer(note: str) -> Digits | Said | None:
    """Read ``RESULTS``; ``None`` when nothing came that is an answer."""
    count, grammar, score, text = (note.split("|", 3) + [""] * 4)[:4]
    if count in ("", "0") or not text:
        return None
    if grammar == DTMF:
        return Digits(text) if len(text) == 1 and text in KEYS else None
    if not (score.isascii() and score.isdigit()):
        return None
    return Said(text, min(int(score), 100) / 100)
