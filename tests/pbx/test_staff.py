"""Operators by telephone, on the real Asterisk: what is heard, and what is so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

from console.audit import Audit
from ivr.keys import parse_keys
from ivr.names import QUEUE_PREFIX
from sahayata import stores
from sahayata.supervisor.rx import NoAnswer
from sahayata.telephone.call import Limits, place_call
from sahayata.telephone.operator import Manner
from tests.pbx.citizens import hear
from tests.pbx.instance import Instance
from tests.pbx.staffed import (
    SOON_S,
    TO_FOOD,
    TO_RATION,
    WITH_PIN,
    Telephones,
    events_of,
)
from tests.pbx.test_without_us import kill_all_of_ours
from tests.support.rostered import PIN
from tests.support.waiting import hold_until
from tickets.call_events import OperatorNoted, QueueEnded


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
    manner = Manner(answer_after_s=(0.3, 0.5), talk_for_s=(5, 6))
    assert member(rostered, "201", "food") == ""
    async with phones.there("201", manner=manner):
        heard = await phones.dial("201", "*11", f"9999# w:staff_pin_ask {WITH_PIN}")
        assert heard == ["staff_pin_ask", "staff_pin_is_wrong", "staff_pin_ask", "staff_signed_on"]
        await phones.becomes("201", "available")
        assert member(rostered, "201", "food")
        assert member(rostered, "201", "ration")

        citizen = await phones.citizen("9810000042", TO_FOOD)
        assert "operator_hello" in [item.prompt for item in hear(citizen.samples)]
        await phones.becomes("201", "wrap_up", "wrap_up")
        assert await phones.dial("201", "*15") == ["staff_ready"]
        await phones.becomes("201", "available")
        assert (await phones.dial("201", "*16", "h:disposition_helped 2"))[-1] == "staff_noted"
        assert (await phones.dial("201", "*17", "h:mark_blank 1"))[-1] == "staff_noted"
        noted = [e for e in events_of(rostered, citizen) if isinstance(e, OperatorNoted)]
        assert [(n.what, n.code, n.operator) for n in noted] == [
            ("disposition", "to_officer", "201"),
            ("mark", "blank", "201"),
        ]

        told = ["break_makes_wait", "break_anyway", "break_work_on"]
        heard = await phones.dial("201", "*13", f"{WITH_PIN} h:pause_meal 2")
        assert heard[-4:] == [*told, "break_not_taken"], "who does not answer goes on working"
        await phones.becomes("201", "available")
        heard = await phones.dial("201", "*13", f"{WITH_PIN} h:pause_tea 1 h:break_makes_wait 1")
        assert heard[-1] == "staff_paused"
        await phones.becomes("201", "paused", "tea")
        assert breaks_on_record(rostered) == [("meal", "stayed"), ("tea", "went")]
        for shock in (restart_asterisk, kill_the_room):
            shock(rostered)
            await phones.becomes("201", "paused", "tea")
            hold_until(lambda: "tea" in member(rostered, "201", "food"), "still at tea", SOON_S)

        assert (await phones.dial("201", "*14", WITH_PIN))[-1] == "staff_back"
        await phones.becomes("201", "available")
        assert (await phones.dial("201", "*12", WITH_PIN))[-1] == "staff_signed_off"
        await phones.becomes("201", "offline")
        assert member(rostered, "201", "food") == ""


A_SECOND = 16_000
"""Bytes of a recorded talk; what was still on its way when the recorder stopped is far less."""


def recordings_of_talks(of: Instance) -> dict[str, int]:
    """Give the size of each recorded talk."""
    return {path.name: path.stat().st_size for path in of.settings.state.talks.iterdir()}


async def test_an_operator_hands_a_caller_to_another_wing_with_the_ticket(
    rostered: Instance,
) -> None:
    """From food, where talks are recorded, to psych, where nothing ever is."""
    phones = Telephones(rostered)
    hands_over = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(60, 60), keys=parse_keys("##4"))
    talks = Manner(answer_after_s=(0.2, 0.3), talk_for_s=(5, 6))
    async with (
        phones.on_duty("201", manner=hands_over),
        phones.on_duty("202", manner=talks),
    ):
        calling = asyncio.create_task(phones.citizen("9810000043", TO_FOOD))
        await phones.becomes("202", "talking", within_s=60.0)
        recorded = recordings_of_talks(rostered)
        citizen = await calling
        heard = [item.prompt for item in hear(citizen.samples)]
        assert heard.count("operator_hello") == 2, heard
        ended = [e for e in events_of(rostered, citizen) if isinstance(e, QueueEnded)]
        assert [(e.queue, e.how, e.operator) for e in ended] == [
            ("food", "served", "PJSIP/201"),
            ("psych", "served", "PJSIP/202"),
        ]
        after = recordings_of_talks(rostered)
        assert recorded.keys() == after.keys()
        assert recorded
        assert all(after[one] - size < A_SECOND for one, size in recorded.items())


async def test_missed_calls_pause_an_operator_who_is_told_so(rostered: Instance) -> None:
    phones = Telephones(rostered)
    async with phones.on_duty("202", manner=Manner(answers=False)):
        leave = asyncio.Event()
        citizen = asyncio.create_task(phones.citizen("9810000044", TO_RATION, leave))
        await phones.becomes("202", "paused", "missed_calls", within_s=120.0)
        leave.set()
        await citizen
        heard = await phones.dial("202", "*14", WITH_PIN)
        assert heard[-2:] == ["staff_missed_calls", "staff_back"]


async def test_an_operator_is_no_supervisor_and_a_citizen_dials_no_code(
    rostered: Instance,
) -> None:
    phones = Telephones(rostered)
    stranger, heard = await asyncio.gather(
        place_call(
            ("127.0.0.1", rostered.settings.ports.sip),
            "*11",
            "201",
            parse_keys(f"w2 {PIN}#"),
            limits=Limits(call_s=20.0, hang_up_after_s=8.0),
        ),
        phones.dial("201", "*19", WITH_PIN),
    )
    assert heard == ["staff_pin_ask", "staff_not_now_text"]
    assert not {"staff_pin_ask", "staff_signed_on"} & {
        item.prompt for item in hear(stranger.samples)
    }
    assert member(rostered, "201", "food") == "", "nobody has signed on"


async def test_with_all_of_ours_dead_who_is_in_a_wrap_up_comes_back(rostered: Instance) -> None:
    """201 by a code, 202 by Asterisk's own clock; ours, when they are back, find it so."""
    phones = Telephones(rostered)
    async with phones.on_duty("201", "202", manner=Manner((0.2, 0.3), talk_for_s=(4, 5))):
        await asyncio.gather(
            phones.citizen("9810000047", TO_FOOD), phones.citizen("9810000048", TO_RATION)
        )
        await phones.becomes("201", "wrap_up", "wrap_up")
        await phones.becomes("202", "wrap_up", "wrap_up")
        kill_all_of_ours(rostered)
        await asyncio.to_thread(rostered.ended)
        assert "paused:wrap_up" in member(rostered, "201", "food")
        assert await phones.dial("201", "*13") == ["staff_not_now_text"]
        assert await phones.dial("201", "*15") == ["staff_back"]
        assert "paused" not in member(rostered, "201", "food") + member(rostered, "201", "ration")
        citizen = await phones.citizen("9810000049", "h:main_menu_food 1 #")
        assert "operator_hello" in [item.prompt for item in hear(citizen.samples)]
        await asyncio.to_thread(
            hold_until,
            lambda: "paused" not in member(rostered, "202", "ration"),
            "202 is back",
            60.0,
        )
        rostered.said.clear()
        await asyncio.to_thread(rostered.start)
        for extension in ("201", "202"):
            await phones.becomes(extension, "available")
        engine = stores.open_database(rostered.settings)
        duty = stores.open_duty(rostered.settings, engine)
        hold_until(lambda: not any(one.reason for one in duty.declared().values()), "duty too")
        engine.dispose()


def breaks_on_record(instance: Instance) -> list[tuple[str, str]]:
    """The breaks whose cost operators were told of, and what they chose then."""
    engine = stores.open_database(instance.settings)
    record = Audit(engine, stores.now).page()
    engine.dispose()
    told = [(line.what.partition(":"), line.outcome) for line in reversed(record)]
    return [(reason, outcome) for (what, _, reason), outcome in told if what == "break_told"]


def restart_asterisk(instance: Instance) -> None:
    with contextlib.suppress(NoAnswer):  # it has no time to answer
        instance.asterisk_rx("core restart now")


def kill_the_room(instance: Instance) -> None:
    room = instance.process_of("room")
    os.kill(room.pid, signal.SIGKILL)
    instance.wait_runs("room", other_than=room.pid)
