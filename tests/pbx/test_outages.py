"""What breaks under a caller: our server killed, stopped, the database locked, everything dead.

Several citizens call one after another, so that one fault meets each of them at another step. The
operators are telephones of their own, which nothing of ours can take with it: in one house those of
district.yaml, in the other they are on the roster and have signed on through the room. Most of it
is waiting, so both houses are lived through at once; every test looks at how one story went.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.ear import ticket_numbers_heard
from ivr.keys import parse_keys
from sahayata.settings import PROJECT
from sahayata.stores import open_database
from sahayata.telephone.call import HeardCall, Limits, place_call
from tests.pbx.citizens import hear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.support.rostered import PIN, seat_roster
from tests.support.waiting import hold_until
from tickets.queries import TicketFile, find_call, find_ticket

EVERY_S = 2.0
CALLERS = 8
FAULT_AT_S = EVERY_S * CALLERS
KEYS = "w3 2 w2 122122 w2 1 w26 3"
"""Ration with a PIN code; then, wherever the fault has taken the caller, medical: an operator.

No key of the PIN code leads straight to a queue: the keys after it would cut the number short.
"""
SEATS = ",".join(str(extension) for extension in (*range(201, 209), *range(221, 225)))
ROSTERED = [str(extension) for extension in range(301, 311)]
ROSTER = "extension,name,name_hi,pin,queues,supervisor\n" + "".join(
    f"{extension},Sunita {letter},सुनीता,{PIN},ration:0 medical:1 general:2 food:3,no\n"
    for extension, letter in zip(ROSTERED, "ABCDEFGHIJ", strict=True)
)


@dataclass(frozen=True)
class Helped:
    """A call, and the ticket it left."""

    call: HeardCall
    file: TicketFile


@contextmanager
def operators(instance: Instance, extensions: str) -> Iterator[None]:
    """Seat simulated operators who do not belong to the instance.

    They stay on the line until their greeting, of four seconds, was said to its end.
    """
    settings = instance.settings
    words = ["--state", str(settings.state.root), "--port-base", str(settings.ports.base)]
    words += ["--extensions", extensions, "--talk-for", "5-6"]
    room = subprocess.Popen(
        [sys.executable, "-m", "sahayata.processes.demo", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=PROJECT,
    )
    assert room.stdout is not None
    try:
        assert room.stdout.readline() == "ready\n"
        yield
    finally:
        room.send_signal(signal.SIGTERM)
        room.wait(20)
        room.stdout.close()


def call_through(instance: Instance, story: int, fault: Callable[[], None]) -> list[HeardCall]:
    """Let citizens call one after another, and make the fault while all are at different steps.

    Each story has citizens of its own: who has an open ticket is asked something else.
    """

    async def one(number: int) -> HeardCall:
        await asyncio.sleep(number * EVERY_S)
        return await place_call(
            ("127.0.0.1", instance.settings.ports.sip),
            "1950",
            f"98200{story:02}0{number:02}",
            parse_keys(KEYS),
            limits=Limits(call_s=170.0),
        )

    async def everything() -> list[HeardCall]:
        calls = [asyncio.ensure_future(one(number)) for number in range(CALLERS)]
        await asyncio.sleep(FAULT_AT_S)
        await asyncio.to_thread(fault)
        return list(await asyncio.gather(*calls))

    return asyncio.run(everything())


def the_server_is_killed(house: Instance) -> list[HeardCall]:
    server = house.process_of("answering")
    calls = call_through(house, 1, lambda: server.send(signal.SIGKILL))
    house.wait_runs("answering", other_than=server.pid)
    return calls


def the_server_hangs(house: Instance) -> list[HeardCall]:
    server = house.process_of("answering")
    calls = call_through(house, 2, lambda: server.send(signal.SIGSTOP))
    house.wait_runs("answering", other_than=server.pid)
    return calls


def the_database_is_locked_for_a_minute(house: Instance) -> list[HeardCall]:
    database = house.settings.state.database
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(database, timeout=30.0, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            held.set()
            let_go.wait(60.0)  # the minute itself
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30.0)
    try:
        return call_through(house, 3, lambda: None)
    finally:
        holder.join()
        let_go.set()


def every_process_of_ours_is_dead(house: Instance) -> list[HeardCall]:
    """The room too, through which the operators had signed on."""
    assert house.process is not None
    parts = [part.name for part in house.status.parts if part.name != "asterisk"]
    assert {"answering", "ticketing", "room", "console"} <= set(parts)
    ours = [house.process.pid, *(house.wait_runs(name, 60.0).pid for name in parts)]

    def kill_all() -> None:
        for process in ours:
            os.kill(process, signal.SIGKILL)

    calls = call_through(house, 4, kill_all)
    spool = house.settings.state.spool
    assert any(spool.glob("*.record")), "tickets wait in the spool"
    house.ended()
    house.said.clear()
    house.start()
    hold_until(lambda: not any(spool.glob("*.record")), "the spool is taken in", 60.0)
    return calls


Story = Callable[[Instance], list[HeardCall]]
SEATED: tuple[Story, ...] = (the_server_is_killed, the_server_hangs)
SIGNED_ON: tuple[Story, ...] = (the_database_is_locked_for_a_minute, every_process_of_ours_is_dead)
Lived = dict[str, list[Helped] | Exception]


def with_tickets(house: Instance, calls: list[HeardCall]) -> list[Helped]:
    """Find the ticket of each call; wait until it is there."""
    engine = open_database(house.settings)
    helped = []
    for place, call in enumerate(calls):

        def stored(sip_call_id: str = call.sip_call_id) -> str:
            found = find_call(engine, sip_call_id=sip_call_id)
            return found.ticket if found else ""

        hold_until(lambda stored=stored: bool(stored()), f"call {place} has a ticket", 40.0)  # type: ignore[misc]
        file = find_ticket(engine, stored())
        assert file is not None
        helped.append(Helped(call, file))
    engine.dispose()
    return helped


def live_through(folder: Path, stories: tuple[Story, ...]) -> Lived:
    """Run stories one after another in one house; give how each went, or what went wrong in it."""
    lived: Lived = {}
    rostered = stories == SIGNED_ON
    with free_ports() as base:
        house = of_folder(folder / "state", base)
        if rostered:
            seat_roster(house.settings, folder, ROSTER)
        try:
            house.start()
            with operators(house, ",".join(ROSTERED) if rostered else SEATS):
                for story in stories:
                    try:
                        lived[story.__name__] = with_tickets(house, story(house))
                    except Exception as fault:
                        lived[story.__name__] = fault
        finally:
            house.clear()
    return lived


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live through both houses at once."""
    recordings()  # before the calls: it takes a second of all the attention there is
    with ThreadPoolExecutor(2) as houses:
        halves = [
            houses.submit(live_through, tmp_path_factory.mktemp("house"), stories)
            for stories in (SEATED, SIGNED_ON)
        ]
    return halves[0].result() | halves[1].result()


@pytest.mark.parametrize("story", [story.__name__ for story in SEATED + SIGNED_ON])
def test_callers_reach_operators_when(lived: Lived, story: str) -> None:
    """Each caller reached an operator, has one ticket, and heard its number and no other."""
    went = lived[story]
    if isinstance(went, Exception):
        raise went
    for place, helped in enumerate(went):
        heard = hear(helped.call.samples)
        prompts = [item.prompt for item in heard]
        about = f"call {place}: " + " ".join(f"{h.prompt}@{h.start_s:.1f}" for h in heard)
        assert "operator_hello" in prompts, about
        assert "no_number_now" not in prompts, about
        numbers = set(ticket_numbers_heard(heard))
        assert numbers, about
        assert numbers <= set(helped.file.ticket.numbers), about
    assert len({helped.file.ticket.number for helped in went}) == CALLERS
