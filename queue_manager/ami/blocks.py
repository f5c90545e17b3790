"""Asterisk's bytes as blocks, and a block as fields: pure, and quick, as all else waits for it.

A block is a run of lines up to an empty one. It is decoded only when it is whole, so that no letter
can be cut between two reads. Whatever is not as Asterisk writes it is ``Malformed``: a field that
stands twice is one that somebody slipped in with a line end in a name or a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

END: Final = b"\r\n\r\n"
EVENT: Final = b"Event: "
VARIABLE: Final = "ChanVariable"

Fields = Mapping[str, str]
"""Name -> value. A channel variable is under ``ChanVariable NAME``, or ``DestChanVariable NAME``
when it is of the second channel of an event."""


class Malformed(Exception):
    """A block or a field is not what Asterisk writes. The text holds nothing that was sent."""


class TooLong(Exception):
    """A block does not end."""


class Blocks:
    """Cuts a stream into blocks, wherever the reads fall."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes and return the blocks that are whole now, without their ends.

        Raises:
            TooLong: more than ``most_bytes`` came without an end.
        """
        parts = (self._rest + data).split(END)
        self._rest = parts.pop()
        if len(self._rest) > self._most_bytes:
            raise TooLong
        return parts


def event_name(block: bytes) -> bytes:
    """Return the name of an event, b"" of a block that is none."""
    if not block.startswith(EVENT):
        return b""
    end = block.find(b"\r", len(EVENT))
    return block[len(EVENT) : end if end >= 0 else None]


def fields(block: bytes) -> Fields:
    """Return the fields of a block; what is no UTF-8 in them is replaced.

    Raises:
        Malformed: a field stands twice, or a line is no field.
    """
    found: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            raise Malformed("a line that is no field")
        if name.endswith(VARIABLE):
            variable, _, value = value.partition("=")
            name += variable
        if name in found:
            raise Malformed("a field that stands twice")
        found[name] = value[1:] if value[:1] == " " else value
    return found
