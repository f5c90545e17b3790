"""The room on a real Asterisk while things break: afterwards the picture is Asterisk's within five
seconds, and the journal has what was answered, or says that it could not see."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database.engine import open_store
from ivr import names
from queue_manager.events import Connected
from queue_manager.journal.entry import Kind
from queue_manager.live.picture import Picture
from sahayata.telephone.call import Limits, place_call
from sahayata.telephone.operator import Manner
from tests.pbx.instance import Instance, running
from tests.pbx.room_beside import (
    AT_ONCE,
    RoomBeside,
    bytes_of_a_look,
    gaps,
    lines,
    nothing_lost,
    room_agrees,
    room_beside,
    told,
)
from tests.pbx.test_operators import room
from tests.support.ami_proxy import WELL, Fault, ami_proxy
from tests.support.trial_project import trial_project
from tests.support.waiting import until

DIALPLAN = f"""
[citizens]
exten => _704XXXXXXX,1,Answer()
 same => n,Set(__{names.CALL_ID}=trial-1-${{UNIQUEID}})
 same => n,Set(__{names.TICKET}=${{EXTEN}})
 same => n,Queue({names.QUEUE_PREFIX}food,c)
 same => n,Hangup()
"""
CUTS = 500
BRISK = Manner(answer_after_s=(0.1, 0.4), talk_for_s=(0.3, 1.0))
LONG = Manner(answer_after_s=(0.1, 0.2), talk_for_s=(60.0, 60.0))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("faults")
    project = trial_project(folder / "project", DIALPLAN)
    with running(folder / "state", project=project) as one:
        yield one


async def citizen(to: Instance, ticket: str, limits: Limits | None = None) -> None:
    """Call, wait, talk."""
    where = ("127.0.0.1", to.settings.ports.sip)
    await place_call(where, ticket, "9812345678", (), limits=limits or Limits(call_s=60))


@asynccontextmanager
async def calls(to: Instance, beside: RoomBeside | None = None) -> AsyncIterator[list[str]]:
    """Citizens who call without pause, three at a time; gives the tickets of those who called."""
    tickets: list[str] = []
    stop = asyncio.Event()

    async def one_after_another() -> None:
        while not stop.is_set():
            ticket = f"704{random.randrange(10**7):07}"
            tickets.append(ticket)
            await citizen(to, ticket)

    going = [asyncio.create_task(one_after_another()) for _ in range(3)]
    try:
        yield tickets
    finally:
        stop.set()
        await asyncio.gather(*going)


class Answers:
    """What an undisturbed link hears of who is answered."""

    def __init__(self, room: RoomBeside) -> None:
        self.of: list[tuple[str, datetime]] = []
        room.room.follow(self._heard)

    def _heard(self, _before: Picture, event: object, _after: Picture) -> None:
        if isinstance(event, Connected):
            self.of.append((event.caller.ticket, datetime.now(UTC)))


async def test_the_link_is_cut_at_any_byte_five_hundred_times(
    trial: Instance, tmp_path: Path
) -> None:
    chance = random.Random(20)
    look = await bytes_of_a_look(trial)

    def cuts(connection: int) -> Fault:
        if connection == 0:
            return Fault(cut_at=2 * look)  # Once it was live.
        if connection > CUTS:
            return WELL
        # In the login or the snapshot; and one in eight among what is told after it.
        after = connection % 8 == 0
        return Fault(
            cut_at=chance.randrange(look, 2 * look) if after else chance.randrange(1, look)
        )

    (tmp_path / "cut").mkdir()
    (tmp_path / "well").mkdir()
    async with (
        ami_proxy(("127.0.0.1", trial.settings.ports.ami), cuts) as (proxy, port),
        room_beside(trial, tmp_path / "well") as witness,
        room_beside(trial, tmp_path / "cut", port, AT_ONCE) as beside,
        room(trial, "201", "202", "203", manner=BRISK),
    ):
        await until(lambda: beside.room.picture.live, "it is live at first")
        answers = Answers(witness)
        async with calls(trial):
            await until(lambda: proxy.connections > CUTS, "all cuts are made", 300.0)
            # While calls go on, Asterisk and the picture must be looked at between two changes.
            await beside.agrees(trial, 30.0)
        await beside.agrees(trial)
        assert len(answers.of) > 3
        assert sum(beside.link.counters.losses.values()) >= CUTS
        await nothing_lost(beside.engine, answers.of)
        await nothing_lost(witness.engine, answers.of)
        assert len(gaps(beside.engine)) > 5
        assert not gaps(witness.engine)
        assert witness.room.tally.repairs == 0
        # Nobody forges here: what a cut leaves of a block is dropped before anybody looks at it.
        assert beside.link.counters.malformed == witness.link.counters.malformed == 0


async def test_events_come_twice_and_out_of_order(trial: Instance, tmp_path: Path) -> None:
    disturbed = Fault(double=0.3, swap_within_s=0.04, seed=7)
    async with (
        ami_proxy(("127.0.0.1", trial.settings.ports.ami), lambda _: disturbed) as (_, port),
        room_beside(trial, tmp_path, port) as beside,
        room(trial, "201", "202", "203", manner=BRISK),
    ):
        async with calls(trial) as tickets:
            await until(lambda: len(tickets) > 15, "calls go on", 60.0)
        await beside.agrees(trial)

        def noted(kind: Kind) -> bool:
            return sorted(row.ticket for row in lines(beside.engine, kind)) == sorted(tickets)

        for kind in (Kind.ANSWERED, Kind.COMPLETED):
            await until(lambda kind=kind: noted(kind), f"{kind} once for each")  # type: ignore[misc]
        assert not gaps(beside.engine)


async def test_a_half_open_link_is_noticed_and_begun_anew(trial: Instance, tmp_path: Path) -> None:
    def stalls(connection: int) -> Fault:
        return Fault(stall_at=20_000) if connection == 0 else WELL

    async with (
        ami_proxy(("127.0.0.1", trial.settings.ports.ami), stalls) as (proxy, port),
        room_beside(trial, tmp_path, port) as beside,
        room(trial, "201", "202", manner=BRISK),
        calls(trial),
    ):
        await until(lambda: beside.room.picture.live, "it is live")
        await until(lambda: not beside.room.picture.live, "the silence is noticed")
        assert beside.room.picture.gap_since is not None
        await until(lambda: beside.room.picture.live, "it is live again")
        await beside.agrees(trial)
        assert proxy.connections == 2
        await until(lambda: len(gaps(beside.engine)) == 1, "the gap is noted")


@pytest.mark.parametrize("how", ["core restart now", "kill -9"])
async def test_asterisk_dies_and_is_back(trial: Instance, how: str) -> None:
    before = await asyncio.to_thread(trial.process_of, "asterisk")
    engine = open_store(trial.settings.database_url)
    known_gaps = len(gaps(engine))
    async with room(trial, "201", "202", manner=LONG):
        talk = asyncio.create_task(citizen(trial, "7040000001"))
        await until(lambda: _talking(trial) == {"7040000001"}, "they talk")
        if how == "kill -9":
            before.send(signal.SIGKILL)
        else:
            await asyncio.to_thread(trial.asterisk_rx, how)
        await until(lambda: _live(trial) is False, "it is grey at once", 10.0)
        await until(lambda: _live(trial) is True, "it is live again")
        await room_agrees(trial)
        assert _talking(trial) == set()
        talk.cancel()
        await asyncio.gather(talk, return_exceptions=True)
    await until(lambda: len(gaps(engine)) > known_gaps, "the gap is noted")
    assert "7040000001" in {row.ticket for row in lines(engine, Kind.ANSWERED)}
    engine.dispose()


async def test_the_room_is_killed_while_they_talk(trial: Instance) -> None:
    async with room(trial, "203", "204", manner=LONG):
        talk = asyncio.create_task(citizen(trial, "7040000002"))
        await until(lambda: _talking(trial) == {"7040000002"}, "they talk")
        answered = [("7040000002", datetime.now(UTC))]
        process = await asyncio.to_thread(trial.process_of, "room")
        process.send(signal.SIGKILL)
        # Nobody sees it, and a caller is answered all the same.
        second = asyncio.create_task(citizen(trial, "7040000003"))
        await asyncio.to_thread(trial.wait_runs, "room", other_than=process.pid)
        await until(lambda: _live(trial) is True, "it is live again")
        await until(lambda: _talking(trial) == {"7040000002", "7040000003"}, "both talk")
        answered.append(("7040000003", datetime.now(UTC)))
        await room_agrees(trial)
        for one in (talk, second):
            one.cancel()
        await asyncio.gather(talk, second, return_exceptions=True)
    engine = open_store(trial.settings.database_url)
    await nothing_lost(engine, answered)
    engine.dispose()


async def test_the_database_hangs_and_nothing_is_lost(trial: Instance) -> None:
    engine = open_store(trial.settings.database_url)
    async with room(trial, "205", "206", manner=BRISK):
        with closing(sqlite3.connect(trial.settings.state.database)) as hold:
            hold.execute("BEGIN EXCLUSIVE")
            async with calls(trial) as tickets:
                await asyncio.sleep(8)  # So long it hangs: whoever writes has given up once.
                await until(lambda: len(tickets) > 3, "somebody was answered meanwhile")
            await room_agrees(trial)
            health = await asyncio.to_thread(told, trial, "/health")
            assert health["live"]
            assert health["journal_waiting"] > 0
            hold.rollback()

        def written() -> bool:
            return set(tickets) <= {row.ticket for row in lines(engine, Kind.ANSWERED)}

        await until(written, "every answer is in the journal", 20.0)
        await room_agrees(trial)
    engine.dispose()


def _live(of: Instance) -> bool | None:
    """Whether the room hears Asterisk; ``None`` while the room itself says nothing."""
    picture = told(of)
    return None if picture is None else bool(picture["live"])


def _talking(of: Instance) -> set[str]:
    picture = told(of) or {"operators": ()}
    return {o["ticket"] for o in picture["operators"] if o["talk_s"] is not None}
