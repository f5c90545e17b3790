"""Asterisk's manager as our users of it see it: what they hear, and what they may not do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.keys import parse_keys
from sahayata.secrets import AMI_USERS, load_or_create
from sahayata.telephone.call import place_call
from tests.pbx.citizens import ear, recordings
from tests.pbx.instance import Instance

Event = dict[str, str]


class Manager:
    """The plainest client: one question or event after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, action: str, **fields: str) -> Event:
        """Send an action and return its response; events before it are passed over."""
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in fields.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        while "Response" not in (answer := await self.next()):
            pass
        return answer

    async def next(self) -> Event:
        """Read the next block."""
        async with asyncio.timeout(60):
            text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.partition(": ") for line in text.strip().splitlines())
        return {name: value for name, _, value in pairs}

    async def until(self, name: str) -> list[Event]:
        """Read events up to the first of this name."""
        seen: list[Event] = []
        while not seen or seen[-1].get("Event") != name:
            seen.append(await self.next())
        return seen


@asynccontextmanager
async def manager(instance: Instance, user: str, password: str = "") -> AsyncIterator[Manager]:
    """Log in as one of our users."""
    state = instance.settings.state
    secret = password or load_or_create(state.secrets, ()).ami[user]
    reader, writer = await asyncio.open_connection("127.0.0.1", instance.settings.ports.ami)
    try:
        await reader.readline()
        client = Manager(reader, writer)
        answer = await client.ask("Login", Username=user, Secret=secret)
        assert answer["Response"] == ("Error" if password else "Success")
        yield client
    finally:
        writer.close()
        await writer.wait_closed()


async def test_the_listener_hears_the_queues_with_the_ticket_and_nothing_else(
    instance: Instance,
) -> None:
    recordings()  # before the call: it takes a second of all the attention there is
    async with manager(instance, "listener") as listener:
        where = ("127.0.0.1", instance.settings.ports.sip)
        keys = parse_keys("h:main_menu_food 0 h:q_youarenext !")
        call = asyncio.create_task(place_call(where, "1950", "9810000001", keys, ear=ear))
        heard = await listener.until("Hangup")
        await call
    names = [event["Event"] for event in heard]
    assert names == [
        "FullyBooted",
        "QueueCallerJoin",
        "HangupRequest",
        "QueueCallerAbandon",
        "QueueCallerLeave",
        "SoftHangupRequest",
        "Hangup",
    ]
    joined = heard[1]
    assert joined["Queue"] == "q_general"
    variables = [value for name, value in joined.items() if name.startswith("ChanVariable")]
    assert variables, joined


@pytest.mark.parametrize("user", AMI_USERS)
@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("Command", {"Command": "core show uptime"}),
        ("Originate", {"Channel": "Local/1950@citizens", "Application": "Wait", "Data": "1"}),
        ("GetConfig", {"Filename": "pjsip.conf"}),
        ("Setvar", {"Variable": "SHELL", "Value": "x"}),
        ("ModuleLoad", {"Module": "app_system", "LoadType": "load"}),
        ("Redirect", {"Channel": "PJSIP/x", "Context": "citizens", "Exten": "s", "Priority": "1"}),
    ],
)
async def test_no_user_may_do_what_no_job_needs(
    instance: Instance, user: str, action: str, fields: dict[str, str]
) -> None:
    if (user, action) == ("ringing", "Originate"):
        # Its one job. It may not even pause an operator.
        action, fields = "QueuePause", {"Interface": "PJSIP/201", "Paused": "true"}
    async with manager(instance, user) as client:
        answer = await client.ask(action, **fields)
        assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


async def test_each_user_may_do_its_job(instance: Instance) -> None:
    async with manager(instance, "listener") as listener:
        assert (await listener.ask("QueueStatus", Queue="q_food"))["Response"] == "Success"
        answer = await listener.until("QueueStatusComplete")
        members = [e["Location"] for e in answer if e.get("Event") == "QueueMember"]
        assert members == [f"PJSIP/{n}" for n in range(208, 200, -1)]
        assert (await listener.ask("CoreShowChannels"))["Response"] == "Success"
    async with manager(instance, "actions") as actions:
        paused = await actions.ask("QueuePause", Interface="PJSIP/201", Paused="true", Reason="x")
        assert paused["Response"] == "Success"
        assert (await actions.ask("QueuePause", Interface="PJSIP/201", Paused="false"))["Response"]
    async with manager(instance, "status") as status:
        assert (await status.ask("QueueSummary"))["Response"] == "Success"
        await status.until("QueueSummaryComplete")
        assert (await status.ask("CoreStatus"))["Response"] == "Success"


async def test_a_wrong_password_opens_nothing(instance: Instance) -> None:
    async with manager(instance, "listener", password="guess") as client:
        with pytest.raises(asyncio.IncompleteReadError):
            await client.next()
