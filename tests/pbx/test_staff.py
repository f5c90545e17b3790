"""Operators and supervisors by telephone, on the real Asterisk: what is heard, and what is so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from console.schema import audit
from database.engine import reading
from ivr.keys import parse_keys
from ivr.names import QUEUE_PREFIX
from queue_manager.room.wire import OperatorSaid
from sahayata import bootstrap
from sahayata.processes.demo import greeting_of
from sahayata.staff.live import RoomOverHttp
from sahayata.supervisor.rx import NoAnswer
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.operator import Manner
from sahayata.telephone.staff import open_staff
from tests.pbx.citizens import ear, hear
from tests.pbx.instance import Instance, free_ports, of_folder, until
from tests.support.rostered import PIN, seat_roster
from tests.support.trial_project import trial_project
from tickets.events import OperatorNoted, QueueEnded
from tickets.queries import find_call, find_ticket

SOON_S = 20.0


@pytest.fixture(scope="module")
def rostered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance with a roster of three, nobody signed on, and telephones that ring shortly."""
    folder = tmp_path_factory.mktemp("staff")
    project = trial_project(folder / "project", "")
    district = project / "district.yaml"
    text = district.read_text(encoding="utf-8").replace("wrap_up: 0 s", "wrap_up: 30 s")
    district.write_text(text.replace("ring: 20 s", "ring: 5 s"), encoding="utf-8")
    with free_ports() as base:
        instance = of_folder(folder / "s", base, project=project)
        seat_roster(instance.settings, folder)
        try:
            yield instance.start()
        finally:
            instance.clear()


@dataclass
class Telephones:
    """The telephones of the roster, registered, and what is dialled on them."""

    instance: Instance

    @asynccontextmanager
    async def there(self, *extensions: str, manner: Manner) -> AsyncIterator[None]:
        """Register telephones that answer; those who are called talk as ``manner`` says."""
        settings = self.instance.settings
        passwords = bootstrap.load_secrets(settings).extensions
        async with open_staff(
            ("127.0.0.1", settings.ports.sip),
            {extension: passwords[extension] for extension in extensions},
            greeting_of(settings),
            manner,
            random.Random(1),
        ) as people:
            for extension in extensions:
                await people.come(extension)
            yield

    async def dial(self, extension: str, code: str, keys: str = "") -> list[str]:
        """Dial a code and press keys; return the prompts that were heard, in order."""
        call = await self.call(extension, code, keys)
        return [item.prompt for item in hear(call.samples)]

    async def call(self, extension: str, code: str, keys: str = "") -> HeardCall:
        settings = self.instance.settings
        return await place_call(
            ("127.0.0.1", settings.ports.sip),
            code,
            extension,
            parse_keys(keys),
            password=bootstrap.load_secrets(settings).extensions[extension],
            ear=ear,
            limits=Limits(call_s=90.0),
        )

    async def operator(self, extension: str) -> OperatorSaid | None:
        """What the room says of an operator."""
        secrets = bootstrap.load_secrets(self.instance.settings)
        room = RoomOverHttp(f"http://127.0.0.1:{self.instance.settings.ports.room}", secrets.room)
        try:
            whole = await room.picture()
        finally:
            await room.close()
        return next((o for o in whole.operators if o.extension == extension), None)

    async def becomes(
        self, extension: str, state: str, reason: str = "", within_s: float = SOON_S
    ) -> None:
        """Wait until the room says so."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self.operator(extension)
                if found and (found.state, found.pause_reason or "") == (state, reason):
                    return
                await asyncio.sleep(0.1)


def member(instance: Instance, extension: str, queue: str) -> str:
    """How Asterisk lists an operator in a queue; "" when not there, or when nobody answers."""
    try:
        shown = instance.asterisk_rx(f"queue show {QUEUE_PREFIX}{queue}")
    except NoAnswer:
        return ""
    return next((line for line in shown.splitlines() if f"PJSIP/{extension}" in line), "")


async def test_a_working_day_by_telephone(rostered: Instance) -> None:
    """Coming, a call, its wrap-up and disposition, a pause that survives restarts, going."""
    phones = Telephones(rostered)
    manner = Manner(answer_after_s=(0.3, 0.5), talk_for_s=(3, 4))
    assert member(rostered, "201", "food") == ""
    async with phones.there("201", manner=manner):
        heard = await phones.dial("201", "*11", "9999# w:staff_pin_is_wrong 2580#")
        assert heard == ["staff_pin_ask", "staff_pin_is_wrong", "staff_pin_ask", "staff_signed_on"]
        await phones.becomes("201", "available")
        assert member(rostered, "201", "food")
        assert member(rostered, "201", "ration")

        citizen = await place_call(
            ("127.0.0.1", rostered.settings.ports.sip),
            "1950",
            "9810000042",
            parse_keys("1 # w4 0"),
            ear=ear,
            limits=Limits(call_s=90.0),
        )
        assert "operator_hello" in [item.prompt for item in hear(citizen.samples)]
        await phones.becomes("201", "wrap_up", "wrap_up")
        assert await phones.dial("201", "*15") == ["staff_ready"]
        await phones.becomes("201", "available")
        assert (await phones.dial("201", "*16", "w2 2"))[-1] == "staff_noted"
        assert (await phones.dial("201", "*17", "w2 1"))[-1] == "staff_noted"
        noted = [e for e in events_of(rostered, citizen) if isinstance(e, OperatorNoted)]
        assert [(n.what, n.code, n.operator) for n in noted] == [
            ("disposition", "to_officer", "201"),
            ("mark", "blank", "201"),
        ]

        heard = await phones.dial("201", "*13", f"w1.5 {PIN}# w3 1")
        assert heard[-1] == "staff_paused"
        await phones.becomes("201", "paused", "tea")
        for shock in (restart_asterisk, kill_the_room):
            shock(rostered)
            await phones.becomes("201", "paused", "tea")
            until(lambda: "tea" in member(rostered, "201", "food"), "still at tea", SOON_S)

        assert (await phones.dial("201", "*14", f"w1.5 {PIN}#"))[-1] == "staff_back"
        await phones.becomes("201", "available")
        assert (await phones.dial("201", "*12", f"w1.5 {PIN}#"))[-1] == "staff_signed_off"
        await phones.becomes("201", "offline")
        assert member(rostered, "201", "food") == ""


async def test_an_operator_hands_a_caller_to_another_wing_with_the_ticket(
    rostered: Instance,
) -> None:
    phones = Telephones(rostered)
    hands_over = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(12, 12), keys=parse_keys("##2"))
    talks = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(3, 3))
    async with (
        phones.there("201", manner=hands_over),
        phones.there("202", manner=talks),
    ):
        for extension in ("201", "202"):
            assert (await phones.dial(extension, "*11", f"w1.5 {PIN}#"))[-1] == "staff_signed_on"
        citizen = await place_call(
            ("127.0.0.1", rostered.settings.ports.sip),
            "1950",
            "9810000043",
            parse_keys("1 # w4 0"),
            ear=ear,
            limits=Limits(call_s=90.0),
        )
        heard = [item.prompt for item in hear(citizen.samples)]
        assert heard.count("operator_hello") == 2, heard
        ended = [e for e in events_of(rostered, citizen) if isinstance(e, QueueEnded)]
        assert [(e.queue, e.how, e.operator) for e in ended] == [
            ("food", "served", "PJSIP/201"),
            ("ration", "served", "PJSIP/202"),
        ]
        for extension in ("201", "202"):
            assert (await phones.dial(extension, "*12", f"w1.5 {PIN}#"))[-1] == "staff_signed_off"


async def test_missed_calls_pause_an_operator_who_is_told_so(rostered: Instance) -> None:
    phones = Telephones(rostered)
    never = Manner(answers=False)
    async with phones.there("202", manner=never):
        assert (await phones.dial("202", "*11", f"w1.5 {PIN}#"))[-1] == "staff_signed_on"
        citizen = asyncio.create_task(
            place_call(
                ("127.0.0.1", rostered.settings.ports.sip),
                "1950",
                "9810000044",
                parse_keys("2 # w4 0"),
                ear=ear,
                limits=Limits(call_s=150.0),
            )
        )
        async with asyncio.timeout(140):
            while True:
                found = await phones.operator("202")
                if found and found.pause_reason == "missed_calls":
                    break
                await asyncio.sleep(0.2)
        citizen.cancel()
        await asyncio.wait({citizen})
        heard = await phones.dial("202", "*14", f"w1.5 {PIN}#")
        assert heard[-2:] == ["staff_missed_calls", "staff_back"]
        assert (await phones.dial("202", "*12", f"w1.5 {PIN}#"))[-1] == "staff_signed_off"


async def test_a_supervisor_hears_the_room_and_listens_on_record(rostered: Instance) -> None:
    phones = Telephones(rostered)
    talks = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(40, 40))
    async with phones.there("201", manner=talks):
        assert (await phones.dial("201", "*11", f"w1.5 {PIN}#"))[-1] == "staff_signed_on"
        citizen = asyncio.create_task(
            place_call(
                ("127.0.0.1", rostered.settings.ports.sip),
                "1950",
                "9810000045",
                parse_keys("1 # w4 0 w~ s30"),
                ear=ear,
                limits=Limits(call_s=120.0),
            )
        )
        await phones.becomes("201", "talking", within_s=90.0)
        listening = asyncio.create_task(phones.call("301", "*19", f"w1.5 {PIN}# w4 3 w3 201# w6 *"))
        until_spied = "ChanSpy"
        async with asyncio.timeout(60):
            while until_spied not in await asyncio.to_thread(
                rostered.asterisk_rx, "core show channels"
            ):
                assert not listening.done(), [i.prompt for i in hear((await listening).samples)]
                await asyncio.sleep(0.1)
        heard = [item.prompt for item in hear((await listening).samples)]
        assert heard[:3] == ["staff_pin_ask", "room_nobody_waits", "n_0"], heard
        assert "supervisor_hear_room" in heard, "back from the talk without the PIN"
        await citizen
        assert (await phones.dial("201", "*12", f"w1.5 {PIN}#"))[-1] == "staff_signed_off"
    engine = bootstrap.open_database(rostered.settings)
    with reading(engine) as connection:
        rows = connection.execute(select(audit.c.who, audit.c.what, audit.c.whom)).all()
    engine.dispose()
    assert ("301", "listen", "201") in [tuple(row) for row in rows]


async def test_an_operator_is_no_supervisor_and_a_citizen_dials_no_code(
    rostered: Instance,
) -> None:
    phones = Telephones(rostered)
    heard = await phones.dial("201", "*19", f"w1.5 {PIN}#")
    assert heard == ["staff_pin_ask", "staff_not_now_text"]
    stranger = await place_call(
        ("127.0.0.1", rostered.settings.ports.sip),
        "*11",
        "201",
        parse_keys(""),
        limits=Limits(call_s=20.0, hang_up_after_s=6.0),
    )
    assert "staff_pin_ask" not in [item.prompt for item in hear(stranger.samples)]


async def test_callers_of_a_queue_hear_a_supervisors_notice(rostered: Instance) -> None:
    phones = Telephones(rostered)
    heard = await phones.dial(
        "301",
        "*19",
        f"w1.5 {PIN}# w4 7 w2 1 w2 1 w:notice_ask s2 #",
    )
    assert "notice_is_on" in heard, heard
    notice = rostered.settings.state.notices / "food.wav"
    assert notice.stat().st_size > 8000
    heard = await phones.dial("301", "*19", f"w1.5 {PIN}# w4 7 w2 1 w2 2")
    assert "notice_is_off" in heard
    assert not notice.exists()


def restart_asterisk(instance: Instance) -> None:
    with contextlib.suppress(NoAnswer):  # it has no time to answer
        instance.asterisk_rx("core restart now")


def kill_the_room(instance: Instance) -> None:
    room = instance.process_of("room")
    os.kill(room.pid, signal.SIGKILL)
    instance.wait_runs("room", other_than=room.pid)


def events_of(instance: Instance, call: HeardCall) -> list[object]:
    """Every event in the history of the ticket of a call."""
    engine = bootstrap.open_database(instance.settings)
    found = find_call(engine, sip_call_id=call.sip_call_id)
    assert found is not None
    file = find_ticket(engine, found.ticket)
    engine.dispose()
    assert file is not None
    return [entry.event for entry in file.history]
