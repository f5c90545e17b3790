"""queues.conf and musiconhold.conf: the district's queues and who sits at them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from deploy.asterisk_config.text import Pair, clean_path, conf, section
from ivr.names import QUEUE_PREFIX
from sahayata.district.model import District, Queue
from sahayata.state import StateFolder

ANNOUNCE_EVERY_S: Final = 60
OFFER_EVERY_S: Final = 45
"""How often a waiting caller is told of the key that leaves a message."""


def queues_conf(district: District, rostered: Collection[str] = ()) -> str:
    """Write queues.conf. Nobody is turned away: a queue without operators can be joined.

    Who is on the roster signs on and off; only the other seats are members for good.
    """
    general: list[Pair] = [
        # Who has signed on stays so when Asterisk restarts, with all of our processes dead.
        ("persistentmembers", True),
        ("autofill", True),
        ("shared_lastcall", True),
        # The number of a caller has no place in queue_log.
        ("log-restricted-caller-id", False),
    ]
    queues = [_queue(name, queue, district, rostered) for name, queue in district.queues.items()]
    return conf("From district.yaml.", section("general", general), *queues)


def without_members(text: str, rostered: Collection[str]) -> str:
    """Take operators out of a queues.conf; all else stays as it was at Asterisk's start."""
    gone = {f"member=PJSIP/{extension}" for extension in rostered}
    return "".join(line for line in text.splitlines(keepends=True) if line.strip() not in gone)


def _queue(name: str, queue: Queue, district: District, rostered: Collection[str]) -> str:
    pairs: list[Pair] = [
        ("strategy", queue.strategy),
        ("timeout", int(queue.ring.total_seconds())),
        ("retry", 1),
        ("weight", queue.weight),
        # None: inside app_queue a wrap-up ends early for members of two queues.
        ("wrapuptime", 0),
        ("ringinuse", False),
        ("autofill", True),
        ("joinempty", True),
        ("leavewhenempty", False),
        ("maxlen", 0),
        ("autopause", False),
        ("musicclass", "default"),
        ("context", "queue-keys"),
        # For the cross-check: Asterisk's own service level, by the threshold of ours.
        ("servicelevel", int(district.metrics.answer_within.total_seconds())),
        # The first in line hears where they are and of the key too: nobody else may be waiting.
        ("announce-to-first-user", True),
        ("announce-position", True),
        # Said before an operator is rung, each time: nothing more than needed.
        ("queue-thankyou", ""),
        # Once: said again, app_queue adds what was waited already (labs in say_position).
        ("announce-holdtime", "once"),
        ("announce-frequency", ANNOUNCE_EVERY_S),
        ("min-announce-frequency", 20),
        ("announce-round-seconds", 0),
        ("periodic-announce", "queue-periodic-announce"),
        ("periodic-announce-frequency", OFFER_EVERY_S),
        ("periodic-announce-startdelay", 20),
        ("relative-periodic-announce", True),
        ("setinterfacevar", True),
        ("setqueueentryvar", True),
    ]
    pairs += [
        ("member", f"PJSIP/{extension}")
        for seats in district.seats
        if name in seats.queues
        for extension in seats.numbers
        if extension not in rostered
    ]
    return section(f"{QUEUE_PREFIX}{name}", pairs)


def musiconhold_conf(state: StateFolder) -> str:
    """Write musiconhold.conf: our own music, nobody else's rights."""
    folder = clean_path(state.sounds / "moh")
    pairs: list[Pair] = [("mode", "files"), ("directory", folder), ("sort", "alpha")]
    return conf("Music while a caller waits.", section("default", pairs))
