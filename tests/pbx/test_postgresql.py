"""The helpline on PostgreSQL: by setting a URL, and while the server goes away and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.ear import ticket_numbers_heard
from queue_manager.journal.entry import Kind
from sahayata.stores import open_database, open_duty
from sahayata.telephone.operator import Manner
from tests.pbx.citizens import Caller, call_all, hear, told
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.room_beside import gaps, lines, room_agrees
from tests.pbx.room_beside import told as told_by_room
from tests.pbx.staffed import TO_FOOD, TO_RATION, WITH_PIN, Telephones
from tests.support.postgres import PostgresServer, mortal_postgres
from tests.support.rostered import seat_roster
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until, until
from tickets.number import is_well_formed
from tickets.queries import find_ticket

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


@contextmanager
def house(folder: Path, url: str) -> Iterator[Instance]:
    """A house on PostgreSQL with a roster, whose operators finish up for a long time."""
    project = trial_project(folder / "project", "")
    district = project / "district.yaml"
    text = district.read_text(encoding="utf-8")
    district.write_text(text.replace("wrap_up: 0 s", "wrap_up: 600 s"), encoding="utf-8")
    with free_ports() as base:
        instance = of_folder(folder / "state", base, project=project)
        instance.settings = replace(instance.settings, database_url=url)
        instance.environment = {**instance.environment, "SAHAYATA_DATABASE_URL": url}
        seat_roster(instance.settings, folder)
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
    processes = list(postgres.processes())
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
    hold_until(lambda: find_ticket(engine, numbers[0]) is not None, "the ticket is taken in", 40.0)
    engine.dispose()


async def ticket_of(phones: Telephones, extension: str) -> str:
    """Give the ticket that an operator talks about."""
    said = await phones.operator(extension)
    assert said is not None
    assert said.ticket and is_well_formed(said.ticket)
    return said.ticket


async def test_postgresql_is_killed_and_the_room_loses_nothing(tmp_path: Path) -> None:
    """It dies while an operator talks, and is back when the next one has talked too."""
    talks = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(8, 9))
    with (
        mortal_postgres() as (server, process),
        house(tmp_path, server.create("room")) as instance,
    ):
        phones = Telephones(instance)
        async with phones.there("201", "202", manner=talks):
            for operator in ("201", "202"):
                assert (await phones.dial(operator, "*11", WITH_PIN))[-1] == "staff_signed_on"
            first = asyncio.create_task(phones.citizen("9840000011", TO_FOOD))
            await phones.becomes("201", "talking", within_s=60.0)
            tickets = {await ticket_of(phones, "201")}
            await asyncio.to_thread(process.kill)
            second = asyncio.create_task(phones.citizen("9840000012", TO_RATION))
            await phones.becomes("202", "talking", within_s=60.0)
            tickets.add(await ticket_of(phones, "202"))
            await asyncio.gather(first, second)
            await phones.becomes("202", "wrap_up", "wrap_up")
            picture = await asyncio.to_thread(told_by_room, instance)
            assert picture["live"]
            await asyncio.to_thread(process.start)
            await room_agrees(instance)
            engine = open_database(instance.settings)
            await until(
                lambda: tickets <= {row.ticket for row in lines(engine, Kind.ANSWERED)},
                "both answers are in the journal",
                60.0,
            )
            await until(
                lambda: all(find_ticket(engine, number) for number in tickets),
                "both tickets are taken in",
                60.0,
            )
            duty = open_duty(instance.settings, engine)
            await until(
                lambda: all(duty.declared()[one].wrap_up_until for one in ("201", "202")),
                "what they do is in the database",
                60.0,
            )
            assert not gaps(engine), "the room saw everything"
            engine.dispose()
