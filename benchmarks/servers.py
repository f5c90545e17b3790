"""Servers to compare ours with: each holds the conversation by heart.

``python -m benchmarks.servers KIND PORT COMMANDS --state DIR`` prints ``ready`` and serves until
SIGTERM. KIND is ``bare`` (our server, no engine, no ticket), ``panoramisk`` (panoramisk's, the same
commands) or ``panoramisk-tickets`` (with our tickets, asked for as our conversation asks for them).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import uvloop
from panoramisk import fast_agi

from ivr import names
from ivr.call import CallEnded, CallFacts
from ivr.desk import CallEnding, CallRecord, Desk
from ivr.fastagi.line import Line
from ivr.fastagi.server import AgiServer
from sahayata import settings, stores
from sahayata.desk import DeskAdapter

CATEGORY: Final = "food"
LONGEST_ANSWER_S: Final = 60.0

Words = tuple[str, ...]
Serve = Callable[[int], Awaitable[object]]


def as_line(words: Words) -> str:
    """Write a command as it goes over the wire."""
    return " ".join(word if word and " " not in word else f'"{word}"' for word in words)


def bare(commands: Sequence[Words]) -> Serve:
    """Our server, saying one command after another."""

    async def answer(line: Line) -> None:
        try:
            for words in commands:
                await line.ask(*words, limit_s=LONGEST_ANSWER_S)
        except CallEnded:
            return

    server = AgiServer({names.ROUTE_INBOUND: answer})
    return lambda port: server.start("127.0.0.1", port)


def panoramisk(commands: Sequence[Words], desk: Desk | None = None) -> Serve:
    """Serve by panoramisk, one command after another; with tickets when there is a desk."""
    lines = [as_line(words) for words in commands]

    async def answer(request: Any) -> None:  # noqa: ANN401 - panoramisk has no types
        facts = _facts(request.headers)
        if desk is not None:
            await desk.call_arrived(facts)
            await desk.caller_known(facts)
            await desk.open_ticket(facts)
        for line in lines:
            if desk is not None and names.TICKET in line:
                await desk.issue(facts, CATEGORY, {}, ())
            result = await request.send_command(line)
            if "error" in result:
                break
        if desk is not None:
            ending = CallEnding.CALLER_HUNG_UP
            await desk.call_ended(CallRecord(facts, ending, "number_told", (), CATEGORY))

    application = fast_agi.Application(loop=asyncio.get_running_loop())
    application.add_route(names.ROUTE_INBOUND, answer)
    return lambda port: asyncio.start_server(application.handler, "127.0.0.1", port, backlog=1024)


def _facts(headers: dict[str, str]) -> CallFacts:
    return CallFacts(
        call_id=f"panoramisk-{headers['agi_uniqueid']}",
        caller=headers["agi_callerid"],
        dialled=headers["agi_extension"],
        language="hi",
        entry=names.ROUTE_INBOUND,
        arrived_at=datetime.now(UTC),
    )


async def serve(kind: str, port: int, commands: Sequence[Words], state: str) -> None:
    """Serve until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    if kind == "bare":
        await bare(commands)(port)
    elif kind == "panoramisk":
        await panoramisk(commands)(port)
    else:
        found = settings.load(state=state)
        register = stores.open_register(
            found, stores.load_secrets(found), stores.open_database(found)
        )
        desk = stores.open_desk(found, register, kind)
        await desk.start()
        await panoramisk(commands, DeskAdapter(desk))(port)
    print("ready", flush=True)
    await stop.wait()


def main() -> None:
    """Read the words and serve."""
    parser = argparse.ArgumentParser(prog="benchmarks.servers")
    parser.add_argument("kind", choices=("bare", "panoramisk", "panoramisk-tickets"))
    parser.add_argument("port", type=int)
    parser.add_argument("commands", type=Path)
    parser.add_argument("--state", default="")
    words = parser.parse_args()
    commands = [tuple(command) for command in json.loads(words.commands.read_text())]
    work = serve(words.kind, words.port, commands, words.state)
    if words.kind == "bare":  # ours runs as our processes do, panoramisk's as it comes
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    else:
        asyncio.run(work)


if __name__ == "__main__":
    main()
