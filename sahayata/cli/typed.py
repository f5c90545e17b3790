"""What stands in the words of several commands, read when argparse reads them.

Each takes text and raises ``argparse.ArgumentTypeError`` with a sentence that says what is right.
"""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ivr.keys import KeyStep

YEARS: Final = range(2000, 2200)
"""Of days that can be asked for: outside of them nothing was, and time zones are guesses."""
MOST_DIALLED: Final = 40


def a_date(text: str) -> date:
    """Read a day."""
    try:
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write 2026-11-24") from fault
    _of_our_time(text, day.year)
    return day


def a_moment(text: str) -> datetime:
    """Read ``2026-06-01T10:00``; without a zone it is the district's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        words = f"{text!r} is no moment; write 2026-06-01T10:00"
        raise argparse.ArgumentTypeError(words) from fault
    _of_our_time(text, moment.year)
    return moment


def _of_our_time(text: str, year: int) -> None:
    if year not in YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is not from {YEARS[0]} to {YEARS[-1]}")


def an_extension(text: str) -> str:
    """Read the extension of an operator's telephone."""
    if not re.fullmatch(r"[0-9]{3,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no extension: three to five digits")
    return text


def a_port_base(text: str) -> int:
    """Read the port from which those of an instance are counted."""
    from sahayata.ports import HIGHEST_BASE, LOWEST_BASE

    if not _whole(text, LOWEST_BASE, HIGHEST_BASE):
        words = f"{text!r} is no port from {LOWEST_BASE} to {HIGHEST_BASE}"
        raise argparse.ArgumentTypeError(words)
    return int(text)


def up_to(most: int, what: str) -> Callable[[str], int]:
    """Give what reads a whole number from 1 to ``most``; ``what`` is counted, for the sentence."""

    def read(text: str) -> int:
        if not _whole(text, 1, most):
            raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 to {most} {what}")
        return int(text)

    return read


def _whole(text: str, least: int, most: int) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,9}", text)) and least <= int(text) <= most


def some_seconds(text: str) -> float:
    """Read a time in seconds: more than none, and not for ever."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def a_number_to_dial(text: str) -> str:
    """Read what somebody dials: keys of a telephone, ``+`` before them; gaps do not matter."""
    keys = re.sub(r"[ -]", "", text)
    if not re.fullmatch(rf"\+?[0-9*#A-Da-d]{{1,{MOST_DIALLED}}}", keys):
        words = f"{text!r} is no number: 1 to {MOST_DIALLED} of the keys 0-9 * #"
        raise argparse.ArgumentTypeError(words)
    return keys


def a_script(text: str) -> tuple[KeyStep, ...]:
    """Read the keys to press."""
    from ivr.keys import BadKeys, parse_keys

    try:
        return parse_keys(text)
    except BadKeys as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault


def a_file_to_write(text: str) -> Path:
    """Read the name of a file that can be written."""
    file = Path(text)
    if file.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder: name a file in it")
    if not file.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: there is no folder {file.parent}")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} must not be written by you")
    return file


def a_voice(text: str) -> str:
    """Read the name of a voice."""
    from ivr.voice.choice import VOICES

    if text not in VOICES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(VOICES)}")
    return text


def a_digest(text: str) -> str:
    """Read the SHA-256 of a file, as ``sha256sum`` prints it."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no SHA-256: 64 of 0-9 and a-f")
    return text.lower()
