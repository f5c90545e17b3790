"""The AGI wire without a socket: header block and replies in, commands out.

Bytes may come cut anywhere. Everything is bounded, and nothing is believed: a stranger's name and
number travel in the header unescaped (pbx: ``res_agi.c``, ``setup_env``), so whatever is not
exactly a header of Asterisk's ends the session.

Exceptions::

    WireError
    ├── BadHeader      the header block is no header block of Asterisk's
    └── BadReply       an answer that is no answer, or one nobody asked for
    UnsafeValue        a value that may not reach the wire
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_HEADER_LINE: Final = 2048
MAX_HEADER_LINES: Final = 64
MAX_HEADER_BYTES: Final = 16_384
MAX_QUERY_KEYS: Final = 32
MAX_REPLY_LINE: Final = 8192
MAX_USAGE_LINES: Final = 128
MAX_COMMAND: Final = 2046
"""Asterisk reads a command into 2,048 bytes (``AGI_BUF_LEN``) and takes the rest for another."""

_HEADER_LINE: Final = re.compile(r"^agi_([a-z0-9_]{1,32}):(?: (.*))?$", re.MULTILINE)
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""All but the line end."""
_QUERY_KEY: Final = re.compile(r"[a-z_]{1,32}")
_REPLY: Final = re.compile(
    rb"200 result=([^ ()]{0,1024})(?: \((.*)\))?(?: endpos=(-?[0-9]{1,12}))?"
)
_REFUSAL: Final = re.compile(rb"(5[0-9]{2}) (.*)")
_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9_./&=,:+*#()-]+")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./&=,:+*#() -]+")
"""Words that need no quoting, with blanks between them."""
_UNSAFE: Final = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029]')

DEAD_CHANNEL: Final = 511


class WireError(Exception):
    """What came over the wire is not AGI."""


class BadHeader(WireError):
    """The header block breaks a rule. The message says which, and never holds what was sent."""


class BadReply(WireError):
    """A reply that is none, or that answers nothing we asked."""


class UnsafeValue(ValueError):
    """A word that could be read as more than one word, or as another command."""


@dataclass(frozen=True, slots=True)
class Header:
    """What Asterisk says when it opens a session."""

    values: Mapping[str, str]
    """Without the ``agi_`` before each key; each key came once."""
    route: str
    """The path of ``agi_network_script`` without slashes around it, "" when there is none."""
    query: Mapping[str, str]
    """The query string, taken literally: nothing is percent-decoded, each key came once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command."""

    code: int
    """200; 510 unknown command; 511 dead channel; 520 wrong use of a command."""
    result: str = ""
    """What follows ``result=``; "" also for every code but 200."""
    note: str = ""
    """What stood in brackets."""
    endpos: int | None = None
    """Where playing or recording ended, in samples."""


class HangupNotice:
    """The ``HANGUP`` line: the caller left. It answers no command."""


HANGUP: Final = HangupNotice()


def parse_query(text: str) -> dict[str, str]:
    """Read ``key=value&key=value``. Raises ``BadHeader`` on a key that is odd or comes twice."""
    query: dict[str, str] = {}
    for piece in text.split("&") if text else ():
        key, equals, value = piece.partition("=")
        if not equals or not _QUERY_KEY.fullmatch(key):
            raise BadHeader("query string with an odd key")
        if key in query:
            raise BadHeader("query string with a key given twice")
        query[key] = value
        if len(query) > MAX_QUERY_KEYS:
            raise BadHeader("query string with too many keys")
    return query


def parse_header(block: bytes) -> Header:
    """Read a header block without its closing empty line. Raises ``BadHeader``."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        raise BadHeader("not UTF-8") from None
    lines = text.split("\n")
    if len(lines) > MAX_HEADER_LINES:
        raise BadHeader("too many lines")
    if max(map(len, lines)) > MAX_HEADER_LINE:
        raise BadHeader("a line too long")
    if _CONTROL.search(text):
        raise BadHeader("a control character")
    pairs = _HEADER_LINE.findall(text)
    if len(pairs) != len(lines):
        raise BadHeader("a line that is no agi_ line")
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BadHeader("a key given twice")
    script, _, query = values.get("network_script", "").partition("?")
    return Header(values, script.strip("/"), parse_query(query))


class HeaderReader:
    """Collects the header block from pieces of any size."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> tuple[Header, bytes] | None:
        """Take the next bytes; return the header and what came after it once it is complete.

        Raises ``BadHeader``, at the latest when ``MAX_HEADER_BYTES`` have come without an end.
        """
        seen = max(0, len(self._buffer) - 1)
        self._buffer += data
        end = self._buffer.find(b"\n\n", seen)
        if end > MAX_HEADER_BYTES or (end < 0 and len(self._buffer) > MAX_HEADER_BYTES):
            raise BadHeader("too long")
        if end < 0:
            return None
        return parse_header(bytes(self._buffer[:end])), bytes(self._buffer[end + 2 :])


class ReplyReader:
    """Cuts the bytes after the header into replies and hang-up notices."""

    def __init__(self) -> None:
        self._rest = b""
        self._usage_lines = 0

    def feed(self, data: bytes) -> list[Reply | HangupNotice]:
        """Take the next bytes; return what is complete, in order. Raises ``BadReply``."""
        *lines, rest = (self._rest + data if self._rest else data).split(b"\n")
        self._rest = rest
        if len(rest) > MAX_REPLY_LINE:
            raise BadReply("a line too long")
        found: list[Reply | HangupNotice] = []
        for line in lines:
            item = self._line(line)
            if item is not None:
                found.append(item)
        return found

    def _line(self, line: bytes) -> Reply | HangupNotice | None:
        if line == b"HANGUP":
            return HANGUP
        if self._usage_lines:
            return self._usage(line)
        if len(line) > MAX_REPLY_LINE:
            raise BadReply("a line too long")
        if match := _REPLY.fullmatch(line):
            result, note, endpos = match.groups()
            return Reply(
                200,
                result.decode("utf-8", "replace"),
                note.decode("utf-8", "replace") if note else "",
                int(endpos) if endpos else None,
            )
        if line.startswith(b"100 "):
            return None  # "Trying": the answer is still to come.
        if line.startswith(b"520-"):
            self._usage_lines = 1
            return None
        if match := _REFUSAL.fullmatch(line):
            return Reply(int(match[1]))
        raise BadReply("a line that is no reply")

    def _usage(self, line: bytes) -> Reply | None:
        if line.startswith(b"520 End of proper usage"):
            self._usage_lines = 0
            return Reply(520)
        self._usage_lines += 1
        if self._usage_lines > MAX_USAGE_LINES:
            raise BadReply("a usage text without end")
        return None


def command(*words: str) -> bytes:
    """Build one command line; a word that is not plain is quoted.

    Raises ``UnsafeValue`` for a quote, a backslash, a control character or a line end in a word,
    and for a command longer than Asterisk reads at once.
    """
    text = " ".join(words)
    if "" in words or text.count(" ") >= len(words) or not _PLAIN.fullmatch(text):
        if any(map(_UNSAFE.search, words)):
            raise UnsafeValue("a quote, a backslash or a control character")
        text = " ".join(word if _PLAIN_WORD.fullmatch(word) else f'"{word}"' for word in words)
    line = text.encode()
    if len(line) > MAX_COMMAND:
        raise UnsafeValue("a command too long")
    return line + b"\n"
