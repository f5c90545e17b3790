"""A call over the wire to an Asterisk that the test plays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ivr import names
from ivr.call import Call
from ivr.fastagi.agi_call import AgiCall
from ivr.fastagi.line import Line
from tests.support.agi import SecondLongSounds, serving
from tests.support.fake_call import make_facts
from tests.support.plays_asterisk import Channel, KeysAt, header_block, run_agi

Talk = Callable[[Call], Awaitable[None]]
Dial = Callable[..., Awaitable[BaseException | None]]


@pytest.fixture
def dial(tmp_path: Path) -> Dial:
    """Run a talk with a channel; return what ended it, ``None`` when it ended well."""

    async def run(
        talk: Talk, channel: Channel, sounds: SecondLongSounds | None = None
    ) -> BaseException | None:
        endings: list[BaseException | None] = []

        async def answer(line: Line) -> None:
            keypad = channel.keypad
            assert isinstance(keypad, KeysAt)
            call = AgiCall(
                line,
                make_facts(),
                sounds or SecondLongSounds(),
                tmp_path / "messages",
                monotonic=lambda: keypad.now_s,
            )
            try:
                await talk(call)
                endings.append(None)
            except BaseException as ending:
                endings.append(ending)
                if isinstance(ending, AssertionError):
                    return
                raise

        async with serving(answer) as (_, host, port):
            await run_agi(host, port, header_block("inbound?call_id=a"), channel)
        if isinstance(endings[0], AssertionError):
            raise endings[0]
        return endings[0]

    return run


def without_leases(channel: Channel) -> list[str]:
    return [command for command in channel.commands if names.ABSOLUTE_LIMIT not in command]
