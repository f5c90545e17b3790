"""What a caller hears who waits in a queue at which nobody sits."""

from __future__ import annotations

import asyncio

import pytest

from sahayata.telephone.call import HeardCall
from tests.pbx.alone import SEATS, prompts
from tests.pbx.citizens import Caller, Told, call_all, dial, recordings, told
from tests.pbx.instance import Instance
from tests.pbx.test_operators import room
from tests.support.waiting import hold_until
from tickets.call_events import QueueEnded

WAITING = {
    "first": Caller("h:main_menu_food 0 h:q_periodic 1 h:wait_leave_message !", "9810000201"),
    "second": Caller("h:main_menu_medical 0 h:q_callswaiting h:q_periodic !", "9810000202"),
}
EARLIER = 8
"""So many must have waited until app_queue expects a wait: it counts a quarter of each."""
EARLIER_WAIT_S = 40.0


@pytest.fixture(scope="module")
def calls(instance: Instance) -> dict[str, Told]:
    return {name: told(instance, call) for name, call in call_all(instance, WAITING).items()}


def in_row(heard: tuple[str, ...], *prompts: str) -> bool:
    """Tell whether these were heard one right after another."""
    ends = range(len(heard) - len(prompts) + 1)
    return any(heard[at : at + len(prompts)] == prompts for at in ends)


def stays(call: Told) -> list[str]:
    """Say how each stay in a queue ended, from the history of the ticket."""
    assert call.file is not None
    events = [entry.event for entry in call.file.history]
    return [event.how for event in events if isinstance(event, QueueEnded)]


def test_the_first_in_line_hears_so(calls: dict[str, Told]) -> None:
    assert "q_youarenext" in calls["first"].heard, calls["first"].heard


def test_others_hear_their_place_in_hindi(calls: dict[str, Told]) -> None:
    heard = calls["second"].heard
    assert in_row(heard, "q_thereare", "n_2", "q_callswaiting"), heard


def test_everybody_hears_of_the_key_and_it_leads_out(calls: dict[str, Told]) -> None:
    assert all("q_periodic" in call.heard for call in calls.values())
    heard = calls["first"].heard
    assert "wait_leave_message" in heard[heard.index("q_periodic") :], heard
    assert stays(calls["first"])[0] == "left"


def test_who_hangs_up_while_waiting_has_abandoned_the_queue(calls: dict[str, Told]) -> None:
    assert stays(calls["second"]) == ["abandoned"]


def test_the_expected_wait_is_told_in_hindi(instance: Instance) -> None:
    """Who is not next hears it; half a minute on average is said as one: app_queue rounds."""

    def all_wait() -> bool:
        return f"has {EARLIER} calls" in instance.asterisk_rx("queue show q_general")

    async def live() -> HeardCall:
        earlier = [
            asyncio.ensure_future(dial(instance, Caller("h:greeting 0", f"98100002{n}")))
            for n in range(10, 10 + EARLIER)
        ]
        await asyncio.to_thread(hold_until, all_wait, "all wait in the queue", 90.0)
        await asyncio.sleep(EARLIER_WAIT_S)  # what is measured: how long they wait
        async with room(instance, *SEATS):
            await asyncio.gather(*earlier)
        heard = asyncio.Event()
        first = Caller("h:greeting 0", "9810000230")
        next_one = asyncio.ensure_future(dial(instance, first, heard))
        # Once more as long as to the first announcement: the second says the place alone.
        call = await dial(instance, Caller("h:main_menu_food 0 h:t_minute h:q_periodic !"))
        heard.set()
        await next_one
        return call

    recordings()
    heard = prompts(asyncio.run(live()).samples)
    place = ("q_thereare", "n_2", "q_callswaiting")
    assert in_row(heard, *place, "q_holdtime", "n_1", "t_minute"), heard[2:]
    assert heard.count("q_holdtime") == 1
