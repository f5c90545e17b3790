"""What our server says in one real call, so that every other arm can say the same.

A tap stands between Asterisk and our server for a single call and keeps each command with its
answer. The other arms are made from that: nothing is written by hand that could drift from the
conversation as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ANSWER: Final = re.compile(rb"200 result=(-?[0-9]*)")
KEYS: Final = frozenset(b"0123456789*#")


@dataclass(frozen=True, slots=True)
class Said:
    """One command of our server and what came of it."""

    words: tuple[str, ...]
    key: str
    """The key that ended it, "" for none."""


class Tap:
    """Listens on one port, hands everything on to another, and remembers."""

    def __init__(self, port: int, server_port: int) -> None:
        self._port = port
        self._server_port = server_port
        self._from_asterisk = bytearray()
        self._from_server = bytearray()
        self._listener: asyncio.Server | None = None
        self._done = asyncio.Event()

    async def start(self) -> None:
        """Listen."""
        self._listener = await asyncio.start_server(self._join, "127.0.0.1", self._port)

    async def said(self, within_s: float) -> list[Said]:
        """Return what was said in the call, once it is over. Raises ``TimeoutError``."""
        async with asyncio.timeout(within_s):
            await self._done.wait()
        if self._listener is not None:
            self._listener.close()
        return conversation(bytes(self._from_server), bytes(self._from_asterisk))

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with contextlib.AsyncExitStack() as both:
            both.push_async_callback(_closed, writer)
            there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
            both.push_async_callback(_closed, back)
            await asyncio.gather(
                _carry(reader, back, self._from_asterisk), _carry(there, writer, self._from_server)
            )
        self._done.set()


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection, if it is not closed yet, and wait until it is."""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray
) -> None:
    while data := await reader.read(65536):
        kept += data
        writer.write(data)
    writer.close()


def conversation(from_server: bytes, from_asterisk: bytes) -> list[Said]:
    """Pair commands with their answers, to the one at which the caller left.

    What ends without an answer is kept with no key: the caller left while it ran.
    """
    _, _, replies = from_asterisk.partition(b"\n\n")
    answers = [line for line in replies.split(b"\n") if line.startswith(b"200 ")]
    commands = [tuple(shlex.split(line)) for line in from_server.decode().splitlines()]
    keys = [_key(answer) for answer in answers] + [""] * (len(commands) - len(answers))
    return [Said(words, key) for words, key in zip(commands, keys, strict=False)]


def _key(answer: bytes) -> str:
    found = ANSWER.match(answer)
    code = int(found[1] or 0) if found else 0
    return chr(code) if code in KEYS else ""


def dialplan(said: Sequence[Said], context: str) -> str:
    """Write the same conversation as native dialplan, beginning at ``context``,s,1.

    Every key leads to a context of its own with what came after it. Raises ``ValueError`` for a
    command that is not known here.
    """
    parts: list[list[str]] = [[]]
    keys: list[str] = []
    for step in said:
        parts[-1].append(_application(step.words))
        if step.key:
            keys.append(step.key)
            parts.append([])
    lines: list[str] = []
    for place, part in enumerate(parts):
        name = context if place == 0 else f"{context}-{place}"
        lines.append(f"[{name}]")
        lines += [
            f"{'exten => s,1' if n == 0 else ' same => n'},{application}"
            for n, application in enumerate([*part, "WaitExten(10)"])
        ]
        if place < len(keys):
            lines.append(f"exten => {keys[place]},1,Goto({context}-{place + 1},s,1)")
        lines.append("")
    return "\n".join(lines)


def _application(words: tuple[str, ...]) -> str:
    match words:
        case ("EXEC", name, *arguments):
            return f"{name}({','.join(arguments)})"
        case ("WAIT", "FOR", "DIGIT", milliseconds):
            return f"WaitExten({int(milliseconds) / 1000:g})"
        case ("SET", "VARIABLE", name, value):
            return f"Set({name}={value})"
        case ("GET", "VARIABLE", name):
            return f"NoOp(${{{name}}})"
        case ("GET", "FULL", "VARIABLE", text):
            return f"NoOp({text})"
    raise ValueError(f"no dialplan is known for {' '.join(words)}")
