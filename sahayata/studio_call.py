"""Rings a telephone for the studio: Asterisk is asked on its control socket, no number is open."""

from __future__ import annotations

import re
import time
from typing import Final

from ivr import names
from sahayata.rehearing import ORIGINATES
from sahayata.settings import Settings
from sahayata.supervisor.rx import NoAnswer, ask

RING_S: Final = 40.0
"""Asterisk rings for thirty seconds."""
CALL_S: Final = 1800.0
LOOK_EVERY_S: Final = 0.3


class CannotRing(Exception):
    """The telephone cannot be rung; the message says why."""


def call(settings: Settings, extension: str, number: int) -> bool:
    """Ring a telephone, and wait until the conversation of the studio in it is over.

    ``number`` is that of the prompt. Tells whether anybody answered.

    Raises:
        CannotRing: Asterisk does not run, or the telephone is not registered, or the call does not
            end.
    """
    if not _is_registered(settings, extension):
        raise CannotRing(f"no telephone is registered as {extension}")
    before = _channels(settings, extension)
    _ask(settings, f"module load {ORIGINATES}")
    try:
        where = f"{number}@{names.STUDIO_CALLED}"
        said = _ask(settings, f"channel originate PJSIP/{extension} extension {where}")
        if said:
            raise CannotRing(f"Asterisk does not call: {said}")
        return _stay(settings, extension, frozenset(before))
    finally:
        _ask(settings, f"module unload {ORIGINATES}")


def _stay(settings: Settings, extension: str, before: frozenset[str]) -> bool:
    """Wait for the end of the call; tell whether it was ever answered."""
    began = time.monotonic()
    seen = answered = False
    while True:
        states = {
            channel: state
            for channel, state in _channels(settings, extension).items()
            if channel not in before
        }
        seen = seen or bool(states)
        answered = answered or "Up" in states.values()
        if seen and not states:
            return answered
        waited = time.monotonic() - began
        if not answered and waited > RING_S:
            return False
        if waited > CALL_S:
            raise CannotRing(f"the call to {extension} does not end")
        time.sleep(LOOK_EVERY_S)


def _channels(settings: Settings, extension: str) -> dict[str, str]:
    """Return the channels of a telephone, each with its state."""
    rows = (line.split("!") for line in _ask(settings, "core show channels concise").splitlines())
    return {row[0]: row[4] for row in rows if row[0].startswith(f"PJSIP/{extension}-")}


def _is_registered(settings: Settings, extension: str) -> bool:
    said = _ask(settings, "pjsip show contacts")
    return bool(re.search(rf"^\s*Contact:\s+{extension}/sip", said, re.M))


def _ask(settings: Settings, command: str) -> str:
    try:
        return ask(settings.state.asterisk_run, command).text
    except NoAnswer as fault:
        raise CannotRing(f"{fault}; start it with `sahayata up`") from fault
