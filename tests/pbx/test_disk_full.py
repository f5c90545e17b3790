"""The disk under a running instance is full: no caller is told a number that may be lost.

Operators register, and are reached, all the while."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.ear import ticket_numbers_heard
from sahayata.stores import open_database
from sahayata.telephone.call import HeardCall
from tests.pbx.alone import SEATS
from tests.pbx.citizens import Caller, dial, hear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.test_operators import room
from tests.support.full_disk import FULL_DISKS, FullDisk
from tickets.queries import find_call, list_tickets

KIND = FULL_DISKS[-1]
"""A disk of our own where we may mount one."""
FULL = {
    "at once": Caller("h:greeting 0", "9810000501"),
    "food": Caller("h:main_menu_food 1 h:pin_skip 122122 h:pin_right 1", "9810000502"),
    "medical": Caller("h:main_menu_food 3 h:q_youarenext !", "9810000503"),
}
ONE = Caller("h:greeting 0", "9810000510")


@contextmanager
def without_room(instance: Instance, disk: FullDisk) -> Iterator[None]:
    """Fill the disk; where none may be mounted, let no file of our processes grow."""
    names = [part.name for part in instance.status.parts if part.name != "asterisk"]
    ours = [instance.process_of(name).pid for name in names]
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        for process in ours:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, most))

    if KIND == "tmpfs":
        disk.fill()
    else:
        limit(0)
    try:
        yield
    finally:
        if KIND == "tmpfs":
            disk.empty()
        else:
            limit(most)


def stored(instance: Instance) -> set[str]:
    """Give every ticket number the database holds."""
    engine = open_database(instance.settings)
    numbers = {ticket.number for ticket in list_tickets(engine)}
    engine.dispose()
    return numbers


def number_of(instance: Instance, call: HeardCall) -> str:
    """Give the number that was told, which must be the one the database has for the call."""
    (number,) = set(ticket_numbers_heard(hear(call.samples)))
    engine = open_database(instance.settings)
    found = find_call(engine, sip_call_id=call.sip_call_id)
    engine.dispose()
    assert found is not None
    assert found.ticket == number
    return number


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FullDisk]:
    with FullDisk(KIND, tmp_path / "disk", "150m") as one:
        yield one


@pytest.fixture
def instance(disk: FullDisk) -> Iterator[Instance]:
    with free_ports() as base:
        one = of_folder(disk.folder / "state", base)
        one.environment = {**one.environment, "SAHAYATA_LEAST_FREE_MB": "1"}
        try:
            yield one.start()
        finally:
            one.clear()


def test_full_disk(instance: Instance, disk: FullDisk) -> None:
    async def live() -> list[HeardCall]:
        async with room(instance, *SEATS):
            before = await dial(instance, ONE)
        # The operators of this shift come to their telephones when the disk is full already.
        with without_room(instance, disk):
            async with room(instance, *SEATS):
                during = [dial(instance, caller) for caller in FULL.values()]
                calls = await asyncio.gather(*during)
        async with room(instance, *SEATS):
            return [before, *calls, await dial(instance, ONE)]

    recordings()
    first, *calls, last = asyncio.run(live())
    before, after = number_of(instance, first), number_of(instance, last)
    for name, call in zip(FULL, calls, strict=True):
        said = hear(call.samples)
        heard = [item.prompt for item in said]
        assert "no_number_now" in heard, (name, heard)
        assert "number_is" not in heard, (name, heard)
        assert list(ticket_numbers_heard(said)) == [], (name, heard)
        if name != "medical":  # nobody sits there: see SEATS
            assert heard[-1] == "operator_hello", (name, heard)
    assert {before, after} <= stored(instance)
    assert instance.stop() == 0
    assert {before, after} <= stored(instance)
