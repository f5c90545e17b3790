"""What a caller hears who waits in a queue at which nobody sits."""

from __future__ import annotations

import pytest

from tests.pbx.citizens import Caller, Told, call_all, told
from tests.pbx.instance import Instance
from tickets.events import QueueEnded

WAITING = {
    "first": Caller("w3 0 w:q_periodic 1", "9810000201", 75.0),
    "second": Caller("w5 0", "9810000202", 75.0),
}


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
