"""A whole room on a model of app_queue: real parts, and an Asterisk and a database made up here."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from database.engine import StoreUnavailable
from queue_manager.ami.counters import Counters
from queue_manager.ami.outcomes import Done, Outcome, Refused, Unknown
from queue_manager.duty.declared import Change, Declared, NotPossible, SignOn, after
from queue_manager.events import LinkLoss, LinkLost, RoomEvent
from queue_manager.journal.writer import Writing
from queue_manager.live.picture import Operator, Picture
from queue_manager.room.deeds import Deed, Deeds, Kind, Result
from queue_manager.room.health import Health
from queue_manager.room.places import Places
from queue_manager.room.room import Room
from queue_manager.room.standing import Standing
from queue_manager.room.telling import Telling
from queue_manager.room.tending import Tending
from tests.support.app_queue import AppQueue
from tests.support.waiting import until

QUEUES = ("food", "medical")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


class ModelLink:
    """Tells what the model says; ``lose`` and ``find`` take the link away and bring it back."""

    def __init__(self, truth: AppQueue) -> None:
        self.truth = truth
        self.counters = Counters()
        self.last_byte_at = time.monotonic()
        self.looks = 0
        self.up = False
        self._put: Callable[[RoomEvent], None] | None = None

    async def run(self, put: Callable[[RoomEvent], None]) -> None:
        self._put = put
        self.find()
        await asyncio.Future()

    def look_again(self) -> None:
        if self.up:
            self.looks += 1
            self._tell(self.truth.snapshot(time.monotonic()))

    def tell(self, events: Sequence[RoomEvent]) -> None:
        for event in events if self.up else ():
            # The link knows when it heard something, not when it happened.
            self._tell(dataclasses.replace(event, at=time.monotonic()))

    def lose(self) -> None:
        self.up = False
        moment = time.monotonic()
        self._tell(LinkLost(moment, moment, LinkLoss.ENDED))

    def find(self) -> None:
        self.up = True
        self._tell(self.truth.snapshot(time.monotonic()))

    def _tell(self, event: RoomEvent) -> None:
        assert self._put is not None
        self.last_byte_at = time.monotonic()
        self._put(event)


@dataclass
class ModelActions:
    """Does to the model what it is asked, and refuses what Asterisk refuses.

    What comes of it is told a turn of the loop after the answer: the real one tells it on another
    connection. ``tests.support.acting`` holds both to the same.
    """

    link: ModelLink
    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    refuses: str = ""
    silent: bool = False
    """It says yes and does nothing."""

    async def run(self) -> None:
        await asyncio.Future()

    async def add_member(
        self, queue: str, operator: str, penalty: int, name: str, *, pause_reason: str = ""
    ) -> Outcome:
        def do(at: float) -> Sequence[RoomEvent]:
            told = self.link.truth.sit(at, operator, queue, penalty)
            return self.link.truth.pause(at, operator, pause_reason) if pause_reason else told

        refusal = ""
        if queue not in self.link.truth.lines:
            refusal = "Unable to add interface to queue: No such queue"
        elif queue in self._sits_in(operator):
            refusal = "Unable to add interface: Already there"
        return self._ask(f"add {operator} {queue} {penalty} {pause_reason}".strip(), do, refusal)

    async def remove_member(self, queue: str, operator: str) -> Outcome:
        truth, refusal = self.link.truth, ""
        if queue not in truth.lines:
            refusal = "Unable to remove interface from queue: No such queue"
        elif queue not in self._sits_in(operator):
            refusal = "Unable to remove interface: Not there"
        words = f"remove {operator} {queue}"
        return self._ask(words, lambda at: truth.rise(at, operator, queue), refusal)

    async def pause(self, operator: str, reason: str) -> Outcome:
        return self._pause(f"pause {operator} {reason}", operator, reason)

    async def resume(self, operator: str) -> Outcome:
        return self._pause(f"resume {operator}", operator, "")

    async def set_penalty(self, queue: str, operator: str, penalty: int) -> Outcome:
        truth, words = self.link.truth, f"penalty {operator} {queue} {penalty}"
        refusal = (
            "" if queue in self._sits_in(operator) else "Invalid interface, queuename or penalty"
        )
        return self._ask(words, lambda at: truth.sit(at, operator, queue, penalty), refusal)

    def _pause(self, words: str, operator: str, reason: str) -> Outcome:
        truth = self.link.truth
        refusal = "" if self._sits_in(operator) else "Interface not found"
        return self._ask(words, lambda at: truth.pause(at, operator, reason), refusal)

    def _sits_in(self, operator: str) -> Collection[str]:
        seated = self.link.truth.operators.get(operator)
        return seated.penalties if seated is not None else ()

    def _ask(
        self, words: str, do: Callable[[float], Sequence[RoomEvent]], refusal: str = ""
    ) -> Outcome:
        self.done.append(words)
        if not self.link.up:
            return Unknown("there is no link to Asterisk", sent=False)
        if self.refuses or refusal:
            self.refused.append(words)
            return Refused(self.refuses or refusal)
        if not self.silent:
            told = do(time.monotonic())
            asyncio.get_running_loop().call_soon(self.link.tell, told)
        return Done()


class Noted:
    """A journal that keeps what it is told, or throws it away."""

    def __init__(self, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self.noted: list[RoomEvent] = []
        self.beats: list[float] = []

    def note(self, before: Picture, event: RoomEvent, after: Picture) -> None:
        if self._keeps:
            self.noted.append(event)

    def beat(self, at: float, picture: Picture) -> None:
        self.beats.append(at)

    def state(self) -> Writing:
        return Writing(waiting=0, written=len(self.noted), lost=0, away="")


class MemoryDuty:
    """Duty in memory; ``away`` says why it cannot be reached, ``slow_s`` how long it takes."""

    def __init__(self, roster: Mapping[str, Mapping[str, int]]) -> None:
        self.roster = dict(roster)
        self.known = {extension: Declared(extension, LONG_AGO) for extension in roster}
        self.told: list[tuple[str, str, str, str]] = []
        self.away = ""
        self.slow_s = 0.0

    def declared(self) -> Mapping[str, Declared]:
        self._reach()
        return dict(self.known)

    def declare(self, extension: str, change: Change, *, by: str, why: str = "") -> Declared:
        self._reach()
        if extension not in self.known:
            raise NotPossible(f"nobody on the roster has the extension {extension}")
        if isinstance(change, SignOn) and not change.queues:
            change = SignOn(self.roster[extension])
        self.known[extension] = after(self.known[extension], change, now())
        self.told.append((extension, change.kind, by, why))
        return self.known[extension]

    def _reach(self) -> None:
        time.sleep(self.slow_s)
        if self.away:
            raise StoreUnavailable(self.away)


class KeptEnds:
    """The ends of wrap-ups that Asterisk would tell itself."""

    def __init__(self) -> None:
        self.at: dict[str, datetime] = {}

    def end_at(self, extension: str, at: datetime | None) -> None:
        if at is None:
            self.at.pop(extension, None)
        else:
            self.at[extension] = at


class KeptMarks:
    """Who came back with Asterisk alone."""

    def __init__(self) -> None:
        self.at: dict[str, datetime] = {}

    def read(self) -> Mapping[str, datetime]:
        return dict(self.at)

    def forget(self, extension: str) -> None:
        self.at.pop(extension, None)


class SmallRoom:
    """Everything of a room; ``truth`` is what Asterisk knows."""

    def __init__(
        self,
        roster: Mapping[str, Mapping[str, int]],
        *,
        wrap_up_s: float = 0.15,
        missed_calls: int = 3,
    ) -> None:
        self.truth = AppQueue(list(QUEUES))
        self.link = ModelLink(self.truth)
        self.actions = ModelActions(self.link)
        self.journal = Noted()
        self.duty = MemoryDuty(roster)
        self.room = Room(self.link, self.journal, QUEUES, time.monotonic)
        self.standing = Standing(self.duty, now, {e: dict(q) for e, q in roster.items()})
        self.ends = KeptEnds()
        self.marks = KeptMarks()
        self.tending = Tending(
            self.room,
            self.actions,
            self.standing,
            ends=self.ends,
            returning=self.marks,
            wrap_up=timedelta(seconds=wrap_up_s),
            missed_calls=missed_calls,
            now=now,
            steady=time.monotonic,
        )
        self.rung: list[tuple[str, str, str]] = []
        self.listens: Outcome = Done()
        """What becomes of a telephone that is rung for listening in."""
        self.lines_away = ""
        """Why the roster cannot be read."""
        self.deeds = Deeds(
            self.room,
            self.standing,
            self.tending,
            places=Places(
                self._lines,
                {"241": ("food",)},
                queues=QUEUES,
                confidential=("medical",),
            ),
            pause_reasons=["tea", "meal"],
            listen_in=self._listen_in,
        )
        self.telling = Telling(self.room, time.monotonic)
        self.health = Health(self.room, self.link, self.journal, self.standing, self.telling)

    def _lines(self) -> Mapping[str, Mapping[str, int]]:
        if self.lines_away:
            raise StoreUnavailable(self.lines_away)
        return self.duty.roster | {"301": {}}

    async def _listen_in(self, ear: str, operator: str, manner: str) -> Outcome:
        self.rung.append((ear, operator, manner))
        return self.listens

    def operator(self, extension: str) -> Operator:
        """As the picture has it."""
        return self.room.picture.operators.get(extension) or Operator(extension)

    def tell(self, events: Sequence[RoomEvent]) -> None:
        self.link.tell(events)

    async def ask(self, deed: Kind, operator: str = "201", **more: str) -> Result:
        return await self.deeds.do(Deed(deed, operator, by="rekha", **more))

    async def until(self, true: Callable[[Picture], bool], limit_s: float = 3.0) -> None:
        """Wait until the picture is so, and fail when it is not in time."""
        assert await self.room.until(true, limit_s), self.room.picture

    async def until_state(self, state: str, extension: str = "201") -> None:
        await self.until(
            lambda p: extension in p.operators and p.operators[extension].state == state
        )

    async def talk(self, extension: str = "201", queue: str = "food") -> None:
        """A caller comes and is answered."""
        caller, at = self.truth.new_caller(), time.monotonic()
        self.tell(self.truth.join(at, queue, caller, 99))
        self.tell(self.truth.ring(at, queue, extension, caller.channel))
        self.tell(self.truth.connect(at, extension))
        await self.until_state("talking", extension)

    def hang_up(self, extension: str = "201") -> None:
        """The talk of an operator is over."""
        self.tell(self.truth.complete(time.monotonic(), extension, "caller"))


@asynccontextmanager
async def small_room(
    roster: Mapping[str, Mapping[str, int]] | None = None,
    *,
    wrap_up_s: float = 0.15,
    missed_calls: int = 3,
    before: Callable[[SmallRoom], None] | None = None,
) -> AsyncIterator[SmallRoom]:
    """Run a room; ``before`` lays what is there when it begins."""
    seats = {"201": {"food": 0, "medical": 1}, "202": {"food": 0}} if roster is None else roster
    made = SmallRoom(seats, wrap_up_s=wrap_up_s, missed_calls=missed_calls)
    if before is not None:
        before(made)
    parts = (made.room, made.standing, made.tending, made.telling)
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        await made.until(lambda picture: picture.live)
        await until(lambda: roster == {} or list(made.standing.all()) or made.duty.away)
        yield made
    finally:
        for task in tasks:
            assert not task.done(), task.exception()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
