"""What the reader calls for every event: typed, counted, and told in order.

While a snapshot is gathered, events are held back and told after it. A malformed event may be half
of one that somebody forged with a line end in a name: the room is looked at again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from queue_manager.ami.address import Spelling
from queue_manager.ami.blocks import Malformed
from queue_manager.ami.counters import Counters
from queue_manager.ami.fence import BOOTED
from queue_manager.ami.gathering import LISTED, Gathering
from queue_manager.ami.hang_ups import HangUpAsked, HangUps
from queue_manager.ami.hearing import Hearing
from queue_manager.ami.limits import Limits
from queue_manager.events import CallerAbandoned, LinkLost, RoomEvent

log = logging.getLogger(__name__)

Put = Callable[[RoomEvent], None]
"""Takes an event at once: ``put_nowait`` of one bounded queue with one consumer. May raise
``asyncio.QueueFull``, and nothing else."""


class Intake:
    """Stands between the reader and the one queue.

    ``flooded`` is called when there is no room, with the intake down already; ``doubted`` when a
    fresh look is wanted, at most every ``Limits.doubt_s``.
    """

    def __init__(
        self,
        spelling: Spelling,
        limits: Limits,
        put: Put,
        *,
        flooded: Callable[[], None],
        doubted: Callable[[], None],
    ) -> None:
        self.counters = Counters()
        self._heard = self.counters.heard
        self.live = False
        self.put = put
        self._hearing = Hearing(spelling)
        self._hang_ups = HangUps()
        self._limits = limits
        self._flooded, self._doubted = flooded, doubted
        self._doubted_at = -limits.doubt_s
        self._gathering: Gathering | None = None
        self._whole: asyncio.Future[None] | None = None
        self._held: list[RoomEvent] = []

    def heard(self, block: bytes, name: bytes, at: float) -> None:
        """Take one event from the reader. Never raises, never waits."""
        try:
            heard = self._hearing.hear(block, name, at)
            if heard is None:
                self._other(block, name, at)
                return
            self._heard[name] += 1
            event: RoomEvent | None
            if isinstance(heard, (HangUpAsked, CallerAbandoned)):
                event = self._hang_ups.judged(heard)
            else:
                event = heard
            if event is None:
                return
            if self._gathering is not None:
                self._hold(event)
            elif self.live:
                self.put(event)
        except asyncio.QueueFull:
            self._flood()
        except Malformed:
            self._doubt(at)
        except Exception:
            # A fault of ours in one event must not blind the room to all others.
            log.exception("an event of Asterisk's could not be read")
            self._doubt(at)

    def gather(self, gathering: Gathering) -> asyncio.Future[None]:
        """Hold events back from now on; the result is set when the lists are whole."""
        self._held = []
        self._gathering = gathering
        self._whole = asyncio.get_running_loop().create_future()
        return self._whole

    def tell_gathered(self, boot: str) -> bool:
        """Tell the snapshot and what was held back; say whether there was room for it."""
        gathering, held = self._gathering, self._held
        if gathering is None:
            return False
        self._gathering, self._held = None, []
        self.live = True
        self.tell(gathering.snapshot(boot))
        told = self.live
        for event in held:
            self.tell(event)
        return told

    def tell(self, event: RoomEvent) -> None:
        """Tell an event, unless the link is down."""
        if self.live:
            try:
                self.put(event)
            except asyncio.QueueFull:
                self._flood()

    def tell_lost(self, lost: LinkLost) -> bool:
        """Tell that the link is down; say whether there was room for it."""
        try:
            self.put(lost)
        except asyncio.QueueFull:
            return False
        return True

    def down(self) -> None:
        """Tell nothing more until the next snapshot."""
        self.live, self._gathering, self._held = False, None, []

    def _other(self, block: bytes, name: bytes, at: float) -> None:
        if name in LISTED:
            self._listed(block, name, at)
        elif not name:
            raise Malformed("neither an event nor an answer")
        elif name != BOOTED:
            self.counters.unknown += 1

    def _listed(self, block: bytes, name: bytes, at: float) -> None:
        if self._gathering is None or self._whole is None:
            raise Malformed("an answer to no question of ours")
        self._gathering.take(block, name, at)
        if self._gathering.whole and not self._whole.done():
            self._whole.set_result(None)

    def _hold(self, event: RoomEvent) -> None:
        if len(self._held) < self._limits.held_events:
            self._held.append(event)
        else:
            self._flood()

    def _flood(self) -> None:
        self.down()
        self._flooded()

    def _doubt(self, at: float) -> None:
        self.counters.malformed += 1
        if at - self._doubted_at >= self._limits.doubt_s:
            self._doubted_at = at
            self._doubted()
