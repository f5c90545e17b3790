"""extensions.conf: global variables from the settings, then the files of ``dialplans/``."""

from __future__ import annotations

import os
import re
import shlex
import socket
from pathlib import Path
from typing import Final

from deploy.asterisk_config.text import Pair, clean_path, conf, section
from ivr import names
from sahayata.dialplan import FILE as FALLBACK
from sahayata.district.model import District
from sahayata.settings import Settings

CONTEXTS: Final = (
    "citizens",
    "who-calls",
    "arrive",
    "conversation",
    "fallback",
    "to-queue",
    "queue-keys",
    "tell-queue-ended",
    "farewell",
    "operators",
    "staff",
    "staff-without-us",
    "wrap-up-over",
    "wings",
    "listen-in",
    "studio-called",
)
"""Without one of these a call is lost somewhere; ``dialplans/`` has them all."""
KEYS: Final = "[0-9*#+]"
LONGEST_DIALLED: Final = 20
"""As long as an international number with a prefix of the trunk; ``ivr.names`` takes no more."""
SCRIPT: Final = Path("agi_scripts") / "fallback_ticket.py"


def system_name(settings: Settings) -> str:
    """Name this instance as call ids begin: the machine and the first port."""
    host = re.sub(r"[^A-Za-z0-9]", "", socket.gethostname().split(".")[0])[:24]
    return f"{host or 'cell'}.{settings.ports.base}"


def first_queue(district: District) -> str:
    """Choose the queue of a caller who chose none."""
    return "general" if "general" in district.queues else next(iter(district.queues))


def dialled() -> str:
    """Write the context of everything that may be dialled: keys, so many at most.

    A pattern that ends in ``.`` or ``!`` would take line ends too, and a channel with those in its
    extension forges manager events. Each goes on at ``s`` of the context it is included in.
    """
    lines = ["[dialled]"]
    for length in range(1, LONGEST_DIALLED + 1):
        lines += [
            f"exten => _{KEYS * length},1,Set(__{names.DIALLED}=${{FILTER(0-9*#,${{EXTEN}})}})",
            " same => n,Goto(s,1)",
        ]
    return "\n".join(lines) + "\n"


def extensions_conf(settings: Settings, password: str, boot: str, wrapper: Path) -> str:
    """Write extensions.conf.

    ``password`` is what our server asks for, ``boot`` is new at each start of Asterisk.
    """
    district = settings.district
    variables: list[Pair] = [
        (names.SYSTEM, system_name(settings)),
        (names.BOOT, boot),
        (names.AGI, f"agi://127.0.0.1:{settings.ports.agi}"),
        (names.AGI_PASSWORD, password),
        (names.FALLBACK_AGI, clean_path(wrapper)),
        (names.MESSAGES, clean_path(settings.state.messages)),
        (names.SOUNDS, clean_path(settings.state.sounds)),
        (names.NOTICES, clean_path(settings.state.notices)),
        (names.TALKS, clean_path(settings.state.talks)),
        (names.CAME_BACK, clean_path(settings.state.came_back)),
        (names.FIRST_LANGUAGE, district.helpline.languages[0]),
        (names.SHORT_CODE, district.helpline.short_code),
        (names.FIRST_QUEUE, first_queue(district)),
        (names.DRAINING, "0"),
    ]
    secret = {c.queue for c in district.categories.values() if c.confidential}
    for name, queue in district.queues.items():
        variables.append((f"{names.WAIT}{name}", int(queue.wait_limit.total_seconds())))
        variables.append((f"{names.RECORDABLE}{name}", "0" if name in secret else "1"))
    wings = zip("123456789", district.queues, strict=False)
    variables += [(f"{names.WINGS}{digit}", queue) for digit, queue in wings]
    files = {file.name for file in (settings.project / "dialplans").glob("*.conf")}
    includes = "\n".join(f"#include dialplans/{name}" for name in sorted(files | {FALLBACK.name}))
    return conf(
        "Global variables; the calls themselves are in dialplans/.",
        section("general", [("static", True), ("writeprotect", True)]),
        section("globals", variables),
        dialled(),
        includes + "\n",
    )


def fallback_program(settings: Settings, libraries: Path) -> str:
    """Write the program that ``AGI()`` runs when our server does not answer.

    It runs beside Asterisk, in its root file system where it has one, with the Python there: our
    script needs the standard library and pyst2, which is pure Python, from ``libraries``.
    """
    search = os.pathsep.join((str(settings.project), str(libraries)))
    words = [
        "env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
        f"PYTHONPATH={search}", "PYTHONDONTWRITEBYTECODE=1",
        f"SAHAYATA_STATE={settings.state.root}",
        "python3", "-s", str(settings.project / SCRIPT),
    ]  # fmt: skip
    # pyst2 echoes every header, the caller's number too, to standard error.
    return f'#!/bin/sh\nexec {shlex.join(words)} "$@" 2>/dev/null\n'
