"""The helpline on PostgreSQL: by setting a URL, and while the server goes away and comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.ear import ticket_numbers_heard
from sahayata.bootstrap import open_database
from tests.pbx.citizens import Caller, call_all, hear, told
from tests.pbx.instance import Instance, free_ports, of_folder, until
from tests.support.postgres import PostgresServer, postgres
from tickets.queries import find_ticket

__all__ = ["postgres"]
pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def on_postgresql(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    url = postgres.create("helpline")
    with free_ports() as base:
        instance = of_folder(tmp_path_factory.mktemp("state"), base, demo=True)
        instance.settings = replace(instance.settings, database_url=url)
        instance.environment = {**instance.environment, "SAHAYATA_DATABASE_URL": url}
        try:
            yield instance.start()
        finally:
            instance.clear()


def test_a_call_leaves_its_ticket_in_postgresql(on_postgresql: Instance) -> None:
    call = told(
        on_postgresql, call_all(on_postgresql, {"one": Caller("h:main_menu_food 3")})["one"]
    )
    assert call.file is not None
    assert set(call.numbers) == {call.file.ticket.number}
    assert call.found.queue_how == "served"
    assert not on_postgresql.settings.state.database.exists(), "nothing is in SQLite"


def test_while_postgresql_hangs_numbers_are_durable_and_taken_in_later(
    on_postgresql: Instance, postgres: PostgresServer
) -> None:
    processes = list(_processes(postgres))
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        calls = call_all(on_postgresql, {"one": Caller("h:main_menu_food 3", "9840000002")})
        assert list(on_postgresql.settings.state.spool.glob("*.record"))
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    numbers = tuple(ticket_numbers_heard(hear(calls["one"].samples)))
    assert len(numbers) == 1
    engine = open_database(on_postgresql.settings)
    until(lambda: find_ticket(engine, numbers[0]) is not None, "the ticket is taken in", 40.0)
    engine.dispose()


def _processes(postgres: PostgresServer) -> Iterator[int]:
    """Give the process of the server and those that serve its connections."""
    server = int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0])
    yield server
    for path in Path("/proc").glob("[0-9]*/stat"):
        # Field 4, after the name in brackets, is the parent (proc(5)).
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == server:
                yield int(path.parent.name)
