"""What breaks under a caller: our server killed, stopped, the database locked, everything dead.

Several citizens call one after another, so that one fault meets each of them at another step. The
operators are telephones of their own, which nothing of ours can take with it.
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
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ivr.ear import ticket_numbers_heard
from ivr.keys import parse_keys
from sahayata.bootstrap import open_database
from sahayata.settings import PROJECT
from sahayata.telephone.call import HeardCall, Limits, place_call
from tests.pbx.citizens import hear
from tests.pbx.instance import Instance, running, until
from tickets.queries import find_call, find_ticket

EVERY_S = 2.0
CALLERS = 8
FAULT_AT_S = EVERY_S * CALLERS
KEYS = "w3 2 w2 122122 w2 1 w26 3"
"""Ration with a PIN code; then, wherever the fault has taken the caller, medical: an operator.

No key of the PIN code leads straight to a queue: the keys after it would cut the number short.
"""


@contextmanager
def operators(instance: Instance) -> Iterator[None]:
    """Seat simulated operators who do not belong to the instance."""
    settings = instance.settings
    words = ("--state", str(settings.state.root), "--port-base", str(settings.ports.base))
    room = subprocess.Popen(
        [sys.executable, "-m", "sahayata.processes.demo", *words, "--talk-for", "3"],
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


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Instance]:
    with running(tmp_path / "state") as instance, operators(instance):
        yield instance


def call_through(instance: Instance, fault: Callable[[], None]) -> list[HeardCall]:
    """Let citizens call one after another, and make the fault while all are at different steps."""

    async def one(number: int) -> HeardCall:
        await asyncio.sleep(number * EVERY_S)
        return await place_call(
            ("127.0.0.1", instance.settings.ports.sip),
            "1950",
            f"98200000{number:02}",
            parse_keys(KEYS),
            limits=Limits(call_s=170.0),
        )

    async def everything() -> list[HeardCall]:
        calls = [asyncio.ensure_future(one(number)) for number in range(CALLERS)]
        await asyncio.sleep(FAULT_AT_S)
        await asyncio.to_thread(fault)
        return list(await asyncio.gather(*calls))

    return asyncio.run(everything())


def check_all_were_helped(instance: Instance, calls: list[HeardCall]) -> None:
    """Each caller reached an operator, has one ticket, and heard its number and no other."""
    engine = open_database(instance.settings)
    tickets: set[str] = set()
    for place, call in enumerate(calls):
        heard = hear(call.samples)
        prompts = [item.prompt for item in heard]
        about = f"call {place}: " + " ".join(f"{h.prompt}@{h.start_s:.1f}" for h in heard)
        assert "operator_hello" in prompts, about

        def stored(sip_call_id: str = call.sip_call_id) -> str:
            found = find_call(engine, sip_call_id=sip_call_id)
            return found.ticket if found else ""

        until(lambda stored=stored: bool(stored()), f"call {place} has a ticket", 40.0)  # type: ignore[misc]
        file = find_ticket(engine, stored())
        assert file is not None
        assert "no_number_now" not in prompts, about
        numbers = set(ticket_numbers_heard(heard))
        assert numbers, about
        assert numbers <= set(file.ticket.numbers), about
        tickets.add(file.ticket.number)
    assert len(tickets) == len(calls)
    engine.dispose()


def test_callers_reach_operators_when_the_server_is_killed_at_any_step(staffed: Instance) -> None:
    server = staffed.process_of("answering")
    calls = call_through(staffed, lambda: server.send(signal.SIGKILL))
    staffed.wait_runs("answering", other_than=server.pid)
    check_all_were_helped(staffed, calls)


def test_callers_reach_operators_when_the_server_hangs_at_any_step(staffed: Instance) -> None:
    server = staffed.process_of("answering")
    calls = call_through(staffed, lambda: server.send(signal.SIGSTOP))
    check_all_were_helped(staffed, calls)


def test_callers_reach_operators_when_the_database_is_locked_for_a_minute(
    staffed: Instance,
) -> None:
    database = staffed.settings.state.database
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
        calls = call_through(staffed, lambda: None)
    finally:
        holder.join()
        let_go.set()
    check_all_were_helped(staffed, calls)


def test_callers_reach_operators_with_every_process_of_ours_dead(staffed: Instance) -> None:
    assert staffed.process is not None
    parts = [part.name for part in staffed.status.parts if part.name != "asterisk"]
    assert {"answering", "ticketing"} <= set(parts)
    ours = [staffed.process.pid, *(staffed.process_of(name).pid for name in parts)]

    def kill_all() -> None:
        for process in ours:
            os.kill(process, signal.SIGKILL)

    calls = call_through(staffed, kill_all)
    assert any(staffed.settings.state.spool.glob("*.record")), "tickets wait in the spool"
    staffed.ended()
    staffed.start()
    check_all_were_helped(staffed, calls)
    assert not any(staffed.settings.state.spool.glob("*.record"))
