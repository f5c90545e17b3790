"""The values of fields, each held against a pattern: in from Asterisk, and out to it.

What comes in may have been written by a stranger: a name or a number out of a SIP header stands
unescaped in an event. What goes out must not be able to add a line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from queue_manager.ami.blocks import Malformed
from queue_manager.events import Device

TECHNOLOGY: Final = "PJSIP/"
SHOWN_DIGITS: Final = 2
MOST_DIGITS: Final = 10
FEWEST_DIGITS: Final = 6
"""A shorter number is an extension or nothing, and two digits of it would tell too much."""

_QUEUE: Final = re.compile(r"[a-z0-9_]{1,32}")
_EXTENSION: Final = re.compile(r"[0-9]{2,8}")
_CHANNEL: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CALL_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,128}")
_TICKET: Final = re.compile(r"[0-9]{10}")
_REASON: Final = re.compile(r"[a-z0-9_]{0,32}")
_DURATION: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")
_SET_BACK: Final = re.compile(r"-?[0-9]{1,4}(:-?[0-9]{1,2}){2}")
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]{0,128}")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")

DEVICES: Final = {str(int(device)): device for device in Device}
TRUTH: Final = {"0": False, "1": True}


class UnsafeValue(Exception):
    """A value must not go to Asterisk as it is; nothing was sent."""


@lru_cache(maxsize=256)
def queue_of(name: str, prefix: str) -> str:
    """Return the district's name of a queue of Asterisk's."""
    if name.startswith(prefix) and _QUEUE.fullmatch(found := name[len(prefix) :]):
        return found
    raise Malformed("no queue of ours")


@lru_cache(maxsize=4096)
def extension_of(interface: str) -> str:
    """Return the extension of ``PJSIP/201``."""
    if interface.startswith(TECHNOLOGY) and _EXTENSION.fullmatch(found := interface[6:]):
        return found
    raise Malformed("no operator of ours")


def channel_id(text: str) -> str:
    """Return a unique id of Asterisk's."""
    if not _CHANNEL.fullmatch(text):
        raise Malformed("no unique id")
    return text


def whole(text: str) -> int:
    """Return a whole number of at least 0."""
    # Quicker than a pattern; ``isdigit`` alone knows the digits of every script.
    if not text.isdigit() or not text.isascii() or len(text) > MOST_DIGITS:
        raise Malformed("no whole number")
    return int(text)


def seconds(text: str) -> int:
    """Return a span in whole seconds.

    Less than nothing where Asterisk's clock was set back meanwhile; -1 also of who joined a queue
    while it was listed, as the time is looked at once for the whole list (app_queue.c).
    """
    return -whole(text[1:]) if text.startswith("-") else whole(text)


def duration_s(text: str) -> int:
    """Return the seconds of ``00:01:05``; 0 where a clock was set back, as in ``-1:00:-5``."""
    if "-" in text and _SET_BACK.fullmatch(text):
        return 0
    found = _DURATION.fullmatch(text)
    if found is None:
        raise Malformed("no duration")
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def ticket_of(text: str) -> str:
    """Return a ticket number, "" for what is none."""
    return text if _TICKET.fullmatch(text) else ""


def call_id_of(text: str) -> str:
    """Return a call id, "" for what is none."""
    return text if _CALL_ID.fullmatch(text) else ""


def reason_of(text: str) -> str:
    """Return the name of a pause reason, "" for what is none."""
    return text if _REASON.fullmatch(text) else ""


def masked(number: str) -> str:
    """Return what the room may know of a number: its last two digits, or "" for none."""
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) < FEWEST_DIGITS:
        return ""
    return "…" + digits[-SHOWN_DIGITS:]


def clean(value: str) -> str:
    """Return a value that may stand in an action.

    Raises:
        UnsafeValue: it has a line end or another control character, or is too long.
    """
    if _UNSAFE.search(value) or len(value) > 256:
        raise UnsafeValue("a value for Asterisk has a control character or is too long")
    return value


def queue_name(queue: str, prefix: str) -> str:
    """Return a queue's name in Asterisk."""
    if not _QUEUE.fullmatch(queue):
        raise UnsafeValue("a queue's name is none")
    return prefix + queue


def interface(operator: str) -> str:
    """Return an operator's interface in Asterisk."""
    if not _EXTENSION.fullmatch(operator):
        raise UnsafeValue("an extension is none")
    return TECHNOLOGY + operator


def reason(text: str) -> str:
    """Return a pause reason as it goes out."""
    if not text or not _REASON.fullmatch(text):
        raise UnsafeValue("a pause reason is none")
    return text


def word(text: str) -> str:
    """Return the name of a context, an extension of the dialplan or a variable."""
    if not _WORD.fullmatch(text):
        raise UnsafeValue("a name of the dialplan is none")
    return text


def plain(text: str) -> str:
    """Return the value of a channel variable: nothing in it that a list of them is cut by."""
    if not _PLAIN.fullmatch(text):
        raise UnsafeValue("the value of a variable is not plain")
    return text
