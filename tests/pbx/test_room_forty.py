"""Forty operators over SIP and a few hundred real calls in one run: the picture and the journal
hold what has to hold, at every moment and at the end."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientSession

from database.engine import open_store
from ivr import names
from queue_manager.journal.entry import Kind
from sahayata.secrets import load_or_create
from sahayata.settings import PROJECT
from sahayata.telephone.call import Limits, place_call
from sahayata.telephone.operator import Manner
from tests.pbx.instance import Instance, running
from tests.pbx.room_beside import gaps, lines, room_agrees, told
from tests.pbx.test_operators import room
from tests.support.trial_project import trial_project
from tests.support.waiting import until

DIALPLAN = f"""
[citizens]
exten => _705XXXXXXX,1,Answer()
 same => n,Set(__{names.CALL_ID}=trial-1-${{UNIQUEID}})
 same => n,Set(__{names.TICKET}=${{EXTEN}})
 same => n,Queue({names.QUEUE_PREFIX}${{IF($[${{EXTEN:9}} < 5]?food:psych)}},c)
 same => n,Hangup()
"""
SEATS = (
    '  - {extensions: "201-208"',
    '  - {extensions: "221-224"',
    '  - {extensions: "241-244"',
)
MORE_SEATS = (
    '  - {extensions: "201-216"',
    '  - {extensions: "221-232"',
    '  - {extensions: "241-252"',
)
OPERATORS = [str(n) for run in ((201, 217), (221, 233), (241, 253)) for n in range(*run)]
CALLS = 300
SIDE_BY_SIDE = 24
BRISK = Manner(answer_after_s=(0.1, 0.5), talk_for_s=(0.2, 0.8))
IMPATIENT_EACH = 12
"""Every so many callers one hangs up after a moment, answered or not."""


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("forty")
    project = trial_project(folder / "project", DIALPLAN)
    district = (PROJECT / "district.yaml").read_text(encoding="utf-8")
    for few, many in zip(SEATS, MORE_SEATS, strict=True):
        assert few in district
        district = district.replace(few, many)
    district = district.replace("wrap_up: 30 s", "wrap_up: 1 s")
    (project / "district.yaml").write_text(district, encoding="utf-8")
    with running(folder / "state", project=project) as one:
        yield one


class Watching:
    """A reader of the changes, that looks at each of them."""

    def __init__(self) -> None:
        self.operators: dict[str, Any] = {}
        self.seen: Counter[str] = Counter()
        self.doubled: list[str] = []
        self.greys = 0

    async def read(self, of: Instance) -> None:
        token = load_or_create(of.settings.state.secrets, ()).room
        address = f"http://127.0.0.1:{of.settings.ports.room}"
        allowed = {"Authorization": f"Bearer {token}"}
        async with (
            ClientSession(address, headers=allowed) as session,
            session.get("/changes") as answer,
        ):
            async for line in answer.content:
                if line.startswith(b"data: "):
                    self._look(json.loads(line[6:]))

    def _look(self, document: Any) -> None:
        self.greys += not document["live"]
        for operator in document.get("operators", ()):
            self.operators[operator["extension"]] = operator
            self.seen[operator["state"]] += 1
        talks = Counter(o["ticket"] for o in self.operators.values() if o["talk_s"] is not None)
        self.doubled += [ticket for ticket, count in talks.items() if count > 1]


async def test_forty_operators_and_three_hundred_calls(forty: Instance) -> None:
    chance = random.Random(40)
    line = asyncio.Semaphore(SIDE_BY_SIDE)
    where = ("127.0.0.1", forty.settings.ports.sip)

    async def citizen(number: int) -> None:
        leaves = chance.uniform(0.2, 1.0) if number % IMPATIENT_EACH == 0 else None
        async with line:
            ticket = f"705{number:06}{chance.randrange(10)}"
            await place_call(
                where, ticket, "9812345678", (), limits=Limits(call_s=90, hang_up_after_s=leaves)
            )

    watching = Watching()
    async with room(forty, *OPERATORS, manner=BRISK):
        reading = asyncio.create_task(watching.read(forty))
        try:
            await until(lambda: len(watching.operators) == 40, "forty are shown")
            await asyncio.gather(*(citizen(number) for number in range(CALLS)))
            await room_agrees(forty)
            await until(_all_free(forty), "everybody is free again")
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    assert watching.doubled == []
    assert watching.greys == 0
    assert {"available", "ringing", "talking", "wrap_up"} <= set(watching.seen)
    health = await asyncio.to_thread(told, forty, "/health")
    assert health["malformed_events"] == 0
    assert health["journal_lost"] == 0
    assert health["losses"] == {}
    assert health["repairs"] == 0
    await asyncio.to_thread(_journal_balances, forty)


def _all_free(of: Instance) -> Any:
    def free() -> bool:
        picture = told(of)
        waiting = sum(len(queue["waiting"]) for queue in picture["queues"])
        return waiting == 0 and {o["state"] for o in picture["operators"]} == {"available"}

    return free


def _journal_balances(of: Instance) -> None:
    """``O = A + B + T + K``, each talk has its end, and no operator had two at a time."""
    engine = open_store(of.settings.database_url)
    visits: dict[str, set[str]] = {}
    kinds = (Kind.JOINED, Kind.ANSWERED, Kind.ABANDONED, Kind.COMPLETED, Kind.LEFT, Kind.VANISHED)
    for row in lines(engine, *kinds):
        visits.setdefault(row.visit, set()).add(row.kind)
    assert all(Kind.JOINED in found for found in visits.values())
    answered = {visit for visit, found in visits.items() if Kind.ANSWERED in found}
    abandoned = {visit for visit, found in visits.items() if Kind.ABANDONED in found}
    assert len(visits) <= CALLS
    assert len(answered) >= CALLS - 2 * CALLS // IMPATIENT_EACH
    assert not answered & abandoned
    assert answered | abandoned == set(visits)
    assert {visit for visit, found in visits.items() if Kind.COMPLETED in found} == answered
    busy: dict[str, str] = {}
    for row in lines(engine, Kind.ANSWERED, Kind.COMPLETED):
        if row.kind == Kind.ANSWERED:
            assert row.operator not in busy, f"{row.operator} has two talks"
            busy[row.operator] = row.visit
        else:
            assert busy.pop(row.operator) == row.visit
    assert busy == {}
    assert gaps(engine) == []
    engine.dispose()
