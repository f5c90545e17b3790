"""Asking a running Asterisk by its control socket, as ``asterisk -rx`` does.

No program is started for it: a question costs about a millisecond. The protocol is that of
``main/asterisk.c`` (``netconsole``): a line naming host, process and version, then the answer to
``cli quit after COMMAND`` until the end of file.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOCKET: Final = "asterisk.ctl"
MOST_BYTES: Final = 4_000_000


class NoAnswer(Exception):
    """Asterisk does not run, or does not answer within the limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Asterisk said, and who said it."""

    text: str
    pid: int
    """0 when it did not say."""


@contextmanager
def _short(folder: Path) -> Iterator[Path]:
    """Give a short path of a folder: that of a socket may have 107 bytes only."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def ask(run_folder: Path, command: str, limit_s: float = 10.0) -> Answer:
    """Run a command of Asterisk's command line and return what it prints.

    Raises:
        NoAnswer: there is no Asterisk, or a piece of its answer took longer than ``limit_s``.
    """
    said = bytearray()
    try:
        with _short(run_folder) as short, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(limit_s)
            line.connect(str(short / SOCKET))
            line.sendall(f"cli quit after {command}\0".encode())
            while len(said) < MOST_BYTES and (piece := line.recv(65536)):
                said += piece
    except OSError as error:
        raise NoAnswer(f"Asterisk does not answer: {error}") from error
    greeting, _, answer = said.decode(errors="replace").partition("\n")
    _, _, rest = greeting.partition("/")
    pid = rest.partition("/")[0]
    return Answer(answer.replace("\0", "").strip(), int(pid) if pid.isdigit() else 0)
