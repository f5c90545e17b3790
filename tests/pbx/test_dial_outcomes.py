"""What ``sahayata dial`` says became of a call, on the whole helpline with nobody at its desks."""

from __future__ import annotations

import argparse
import asyncio

import pytest

from ivr.keys import parse_keys
from ivr.voice.masters import FOLDER
from sahayata.cli.dial import lookup
from sahayata.settings import PROJECT
from sahayata.telephone.call import Limits
from sahayata.telephone.dial import dial
from sahayata.telephone.result import CallResult
from tests.pbx.instance import Instance

CALLERS = {
    "queued": ("h:main_menu_food 0 h:q_youarenext !", "9810000201", None),
    "caller_hung_up": ("", "9810000202", 4.0),
    "message": (
        "h:main_menu_food 3 h:q_youarenext 1 h:wait_leave_message 1 w:message_ask s3 #",
        "9810000203",
        None,
    ),
    "completed": ("h:main_menu_food 4 h:q_youarenext 1 h:wait_call_me 1", "9810000204", None),
}


@pytest.fixture(scope="module")
def results(instance: Instance) -> dict[str, CallResult]:
    """Place all calls at once."""
    settings = instance.settings
    ask = lookup(argparse.Namespace(state=str(settings.state.root)))

    async def call(keys: str, caller: str, hang_up_after_s: float | None) -> CallResult:
        return await dial(
            ("127.0.0.1", settings.ports.sip),
            "1950",
            caller,
            parse_keys(keys),
            recordings=PROJECT / "prompts" / "hi" / FOLDER,
            lookup=ask,
            limits=Limits(call_s=120, hang_up_after_s=hang_up_after_s),
        )

    async def place() -> list[CallResult]:
        return await asyncio.gather(*(call(*words) for words in CALLERS.values()))

    return dict(zip(CALLERS, asyncio.run(place()), strict=True))


@pytest.mark.parametrize("outcome", CALLERS)
def test_the_outcome_is_told(results: dict[str, CallResult], outcome: str) -> None:
    result = results[outcome]
    assert result.outcome == outcome
    assert result.call_id
    assert result.heard[0] == "greeting"
    assert result.reason == ""


@pytest.mark.parametrize(("outcome", "queue"), [("queued", "general"), ("completed", "psych")])
def test_the_queue_is_told(results: dict[str, CallResult], outcome: str, queue: str) -> None:
    assert results[outcome].queue == queue


@pytest.mark.parametrize("outcome", ["message", "completed"])
def test_the_ticket_number_was_heard(results: dict[str, CallResult], outcome: str) -> None:
    number = results[outcome].ticket
    assert number is not None
    assert len(number) == 10
    assert results[outcome].heard[-1] == "goodbye"
