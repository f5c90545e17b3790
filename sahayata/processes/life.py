"""What our processes share: words, logs, ``ready`` when they can work, an end on SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from database.upgrade import NewerStore
from ivr.strict_yaml import YamlFaults
from ivr.voice.masters import MastersUnreadable
from sahayata.district.file import DistrictFaults
from sahayata.logs import set_up
from sahayata.secrets import SecretsUnreadable
from sahayata.setting import BadSetting
from sahayata.settings import Settings, load
from tickets.phone_number import WrongKey

log = logging.getLogger(__name__)


class CannotWork(Exception):
    """The process has not what its work needs; the message is for a person."""


Work = Callable[[Settings, asyncio.Event], Awaitable[None]]
"""What a process does until the event is set; it calls ``say_ready`` when it can work."""


def main(name: str, work: Work, argv: Sequence[str] | None = None) -> int:
    """Run a process to its end; 0 when well, 1 when it could not begin."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("--state", metavar="DIR", help="the folder of the instance")
    parser.add_argument("--port-base", type=int, metavar="N", help="count all ports from N")
    words = parser.parse_args(argv)
    try:
        settings = load(state=words.state, port_base=words.port_base)
        set_up(settings.log_level)
        settings.state.prepare()
        # uvloop: each AGI command costs half of our own time (docs/adr/0012).
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(settings, work))
    except (
        BadSetting,
        CannotWork,
        DistrictFaults,
        MastersUnreadable,
        NewerStore,
        SecretsUnreadable,
        WrongKey,
        YamlFaults,
        OSError,
    ) as fault:
        sys.stderr.write(f"{name}: {fault}\n")
        return 1
    return 0


def say_ready() -> None:
    """Tell the supervisor that the process can work."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


async def _run(settings: Settings, work: Work) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await work(settings, stop)


async def until(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until the end is asked for; tell whether it is."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
