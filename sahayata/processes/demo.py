"""A room of simulated operators: ``python -m sahayata.processes.demo --state DIR``.

Each seat of district.yaml registers with its own password, answers, greets, listens for a while and
hangs up. ``ready`` is printed when all are registered; SIGTERM signs all off and ends the process.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import re
import signal
import sys
from collections.abc import Sequence
from typing import Final

from sahayata.district_file import DistrictFaults
from sahayata.logs import set_up
from sahayata.processes.life import say_ready
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.settings import BadSetting, Settings, load
from sahayata.telephone.operator import Manner
from sahayata.telephone.staff import staff

log = logging.getLogger(__name__)

GREETING: Final = "operator_hello"
ANYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
"""A PBX that listens on every address is reached on this machine's own."""
MOST_SECONDS: Final = 3600.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C; 0 when well, 1 when the room could not be opened."""
    words = _parser().parse_args(argv)
    try:
        settings = load(state=words.state, port_base=words.port_base)
        set_up(settings.log_level)
        passwords = load_or_create(settings.state.secrets, settings.district.extensions).extensions
        seated = words.extensions or settings.district.extensions
        if unknown := [extension for extension in seated if extension not in passwords]:
            raise BadSetting(f"--extensions: no seat of district.yaml is {', '.join(unknown)}")
        asyncio.run(_run(settings, {e: passwords[e] for e in seated}, words))
    except (BadSetting, DistrictFaults, SecretsUnreadable, OSError) as fault:
        sys.stderr.write(f"demo: {fault}\n")
        return 1
    return 0


async def _run(settings: Settings, passwords: dict[str, str], words: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    host = ANYWHERE.get(settings.sip_bind, settings.sip_bind)
    manner = Manner(words.answer_after, words.talk_for, answers=not words.never_answer)
    await staff(
        (host, settings.ports.sip),
        passwords,
        greeting_of(settings),
        manner,
        random.Random(words.seed),  # noqa: S311 - chance for a simulation, no secret
        stop=stop,
        on_ready=say_ready,
    )


def greeting_of(settings: Settings) -> bytes:
    """Read what operators say when they answer, as A-law; nothing when it was never recorded."""
    language = settings.district.helpline.languages[0]
    path = settings.state.sounds / language / f"{GREETING}.alaw"
    try:
        return path.read_bytes()
    except OSError as error:
        log.warning("operators say nothing: %s: %s", path, error.strerror)
        return b""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo", description="Simulated operators over SIP.")
    parser.add_argument("--state", metavar="DIR", help="the folder of the instance")
    parser.add_argument("--port-base", type=int, metavar="N", help="count all ports from N")
    parser.add_argument(
        "--extensions", type=_extensions, metavar="201,202", help="only these seats; all otherwise"
    )
    manner = Manner()
    parser.add_argument("--answer-after", type=_span, default=manner.answer_after_s, metavar="1-3")
    parser.add_argument("--talk-for", type=_span, default=manner.talk_for_s, metavar="5-20")
    parser.add_argument("--never-answer", action="store_true", help="ring and do not answer")
    parser.add_argument("--seed", type=int, help="makes the delays the same in every run")
    return parser


def _extensions(text: str) -> tuple[str, ...]:
    found = tuple(word.strip() for word in text.split(",") if word.strip())
    if not found:
        raise argparse.ArgumentTypeError("name at least one extension")
    return found


def _span(text: str) -> tuple[float, float]:
    """Read ``1-3`` or ``2`` as the least and the most seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of seconds; write 1-3")
    least, most = float(match[1]), float(match[2] or match[1])
    if not least <= most <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text!r}: the first must not be more than the second, nor that than an hour"
        )
    return least, most


if __name__ == "__main__":
    sys.exit(main())
