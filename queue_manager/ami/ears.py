"""Telephones that ring so that somebody may listen in, each until Asterisk says what became of it.

``Originate`` is answered as soon as it is queued, also for a telephone that nobody registered. What
became of it is told by ``OriginateResponse``, and that it listens by ``ChanSpyStart``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from queue_manager.ami.blocks import Malformed, Picker
from queue_manager.ami.outcomes import Done, Outcome, Refused, Unknown

SHOWN_WITHIN_S: Final = 3.0
"""A telephone that was answered listens by then, or nobody knows."""
REASONS: Final = {
    "0": "it is not registered",
    "1": "nobody answered it",
    "3": "nobody answered it",
    "5": "it is busy",
    "8": "it is busy or not registered",
}
"""The numbers of Asterisk's control frames, which ``OriginateResponse`` gives as its reason."""

_PICK: Final = Picker(("ActionID", "Response", "Reason", "SpyerUniqueid"), ())


class Ears:
    """Those on their way, each by a name that is both its action's id and its channel's."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Future[Outcome]] = {}

    @contextmanager
    def awaited(self, name: str) -> Iterator[asyncio.Future[Outcome]]:
        """Give what will become of one: ``Done`` when it listens."""
        became: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._open[name] = became
        try:
            yield became
        finally:
            del self._open[name]

    def heard(self, block: bytes, name: bytes, _at: float) -> None:
        """Take an event from the reader; what is malformed says nothing of any of them."""
        if name not in (b"OriginateResponse", b"ChanSpyStart"):
            return
        try:
            found = _PICK(block)
        except Malformed:
            return
        if name == b"ChanSpyStart":
            self._became(found.get("SpyerUniqueid", ""), Done())
        elif found.get("Response") == "Failure":
            reason = found.get("Reason", "")
            words = REASONS.get(reason, "it could not be rung")
            self._became(found.get("ActionID", ""), Refused(words))
        else:
            silence = Unknown("it was answered, and Asterisk has not shown that it listens")
            asyncio.get_running_loop().call_later(
                SHOWN_WITHIN_S, self._became, found.get("ActionID", ""), silence
            )

    def lost(self, words: str) -> None:
        """Nothing will be heard any more of those that are on their way."""
        for name in tuple(self._open):
            self._became(name, Unknown(words))

    def _became(self, name: str, outcome: Outcome) -> None:
        became = self._open.get(name)
        if became is not None and not became.done():
            became.set_result(outcome)
