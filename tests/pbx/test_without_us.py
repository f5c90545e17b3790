"""Callers whose call outlives us: our processes are killed, stopped or drained meanwhile.

Most of each story is waiting, so all are lived through at once, each on its own instance; every
test looks at how one of them went.
"""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.keys import parse_keys
from sahayata.supervisor.instance import InstanceState
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.outgoing import Ending
from tests.pbx.citizens import ear, hear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.pbx.test_operators import room

LONG = Limits(call_s=120.0)
Story = Callable[[Instance], Coroutine[None, None, None]]


@asynccontextmanager
async def caller(instance: Instance, keys: str) -> AsyncIterator[asyncio.Task[HeardCall]]:
    """A citizen on the line."""
    where = ("127.0.0.1", instance.settings.ports.sip)
    call = asyncio.create_task(
        place_call(where, "1950", "9810000001", parse_keys(keys), ear=ear, limits=LONG)
    )
    try:
        await shows(instance, r"!Up!")
        yield call
    finally:
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)


async def prompts_of(call: HeardCall) -> list[str]:
    """Listen to a call while the others go on."""
    heard = await asyncio.to_thread(hear, call.samples)
    return [item.prompt for item in heard]


async def shows(instance: Instance, pattern: str, limit_s: float = 60.0) -> None:
    """Wait until a channel of Asterisk looks like this."""
    async with asyncio.timeout(limit_s):
        while True:
            said = await asyncio.to_thread(instance.asterisk_rx, "core show channels concise")
            if re.search(pattern, said):
                return
            await asyncio.sleep(0.05)


def kill_all_of_ours(instance: Instance) -> None:
    """Kill ``up`` and every Python process of the instance at once.

    One that is only being started ends with ``up``, as each would.
    """
    assert instance.process is not None
    parts = [part for part in instance.status.parts if part.name != "asterisk"]
    instance.process.kill()
    for part in parts:
        if part.process is not None:
            part.process.send(signal.SIGKILL)


def ticket_numbers(instance: Instance) -> list[str]:
    """Give the numbers that were written to the spool."""
    spool = instance.settings.state.spool
    text = b"".join(path.read_bytes() for path in spool.rglob("*") if path.is_file())
    return re.findall(r"\b[1-9]\d{9}\b", text.decode(errors="replace"))


async def killed_in_the_middle_of_a_call_the_caller_still_reaches_an_operator(
    own: Instance,
) -> None:
    async with room(own, "201"), caller(own, "h:main_menu_operator 0") as call:
        await shows(own, r"!conversation!inbound!.*!BackGround!")
        kill_all_of_ours(own)
        await shows(own, r"!sub-fallback-")
        heard = await call
    await asyncio.to_thread(own.ended)
    prompts = await prompts_of(heard)
    assert prompts[-1] == "operator_hello", prompts
    assert "number_is" in prompts
    assert heard.ending is Ending.FAR_END
    assert ticket_numbers(own), "a true ticket number, on its way to the database"


async def a_server_that_hangs_with_nobody_watching_costs_a_caller_seconds(
    own: Instance,
) -> None:
    """``T`` takes the call back: a stopped process holds its port and answers nothing."""
    assert own.process is not None
    hung = own.process_of("answering")
    hung.send(signal.SIGSTOP)
    own.process.kill()
    async with room(own, "201"), caller(own, "h:main_menu_food 0") as call:
        await shows(own, r"!conversation!inbound!4!Up!AGI!")
        await shows(own, r"!sub-fallback-", limit_s=30.0)
        heard = await call
    hung.send(signal.SIGKILL)
    await asyncio.to_thread(own.ended)
    assert (await prompts_of(heard))[-1] == "operator_hello"


async def the_end_of_a_queue_is_told_to_a_hung_server_for_seconds_only(own: Instance) -> None:
    """A caller who leaves the queue by the key, with the server stopped, goes on all the same."""
    assert own.process is not None
    async with caller(own, "h:main_menu_food 0 h:q_periodic 1") as call:
        await shows(own, r"!to-queue!s!\d+!Up!Queue!")
        hung = own.process_of("answering")
        hung.send(signal.SIGSTOP)
        own.process.kill()
        await shows(own, r"!tell-queue-ended!s!\d+!Up!AGI!")
        await shows(own, r"!sub-fallback-", limit_s=40.0)
        assert not call.done()
        hung.send(signal.SIGKILL)
    await asyncio.to_thread(own.ended)


async def draining_refuses_new_calls_and_ends_those_running_in_good_order(
    own: Instance,
) -> None:
    assert own.process is not None
    async with room(own, "201"), caller(own, "h:main_menu_food 0") as call:
        await shows(own, r"!to-queue!s!\d+!Up!Queue!")
        own.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(own.wait_said, "stopping: no new calls are taken")
        assert own.status.state is InstanceState.DRAINING
        where = ("127.0.0.1", own.settings.ports.sip)
        late = await place_call(where, "1950", "9810000002", limits=LONG)
        assert (late.answered, late.reason[:3]) == (False, "503")
        heard = await call
    assert heard.ending is Ending.FAR_END
    assert (await prompts_of(heard))[-1] == "operator_hello"
    assert await asyncio.to_thread(own.ended) == 0
    assert own.said[-1] == "stopped"


async def a_second_signal_ends_calls_at_once(own: Instance) -> None:
    assert own.process is not None
    async with caller(own, "h:main_menu_food 0") as call:
        await shows(own, r"!to-queue!s!\d+!Up!Queue!")
        own.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(own.wait_said, "waiting for 1 running call legs")
        own.process.send_signal(signal.SIGTERM)
        heard = await asyncio.wait_for(call, 20.0)
    assert heard.ending is Ending.FAR_END
    assert await asyncio.to_thread(own.ended) == 0


STORIES: tuple[Story, ...] = (
    killed_in_the_middle_of_a_call_the_caller_still_reaches_an_operator,
    a_server_that_hangs_with_nobody_watching_costs_a_caller_seconds,
    the_end_of_a_queue_is_told_to_a_hung_server_for_seconds_only,
    draining_refuses_new_calls_and_ends_those_running_in_good_order,
    a_second_signal_ends_calls_at_once,
)


async def live_through(story: Story, folder: Path, starting: asyncio.Semaphore) -> Exception | None:
    """Run one story on an instance of its own; return what went wrong in it."""
    with free_ports() as base:
        own = of_folder(folder, base)
        try:
            async with starting:
                await asyncio.to_thread(own.start)
            await story(own)
        except Exception as fault:
            return fault
        finally:
            await asyncio.to_thread(own.clear)
    return None


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exception | None]:
    """Live through all of them at once."""
    recordings()  # before the calls: it takes a second of all the attention there is

    async def all_of_them() -> list[Exception | None]:
        folder = tmp_path_factory.mktemp("stories")
        starting = asyncio.Semaphore(2)  # more at once only wait for each other
        rooms = [live_through(s, folder / str(at), starting) for at, s in enumerate(STORIES)]
        return await asyncio.gather(*rooms)

    faults = asyncio.run(all_of_them())
    return {story.__name__: fault for story, fault in zip(STORIES, faults, strict=True)}


@pytest.mark.parametrize("story", [story.__name__ for story in STORIES])
def test_the_story_ends_well(lived: dict[str, Exception | None], story: str) -> None:
    if (fault := lived[story]) is not None:
        raise fault
