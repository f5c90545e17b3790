"""``sahayata dial``: a real SIP call into the running Asterisk, as a citizen would place it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sahayata.cli.typed import a_file_to_write, a_number_to_dial, a_script, some_seconds
from sahayata.cli.words import (
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    running_settings,
    say,
)

if TYPE_CHECKING:
    from sahayata.telephone.dial import Lookup
    from sahayata.telephone.result import CallResult

CALLER = "+919810012345"
"""Who calls when nobody is named."""


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "dial", "place a SIP call as a citizen would, and listen to it", run)
    made.add_argument(
        "number", type=a_number_to_dial, metavar="NUMBER", help="what to dial, for example 1950"
    )
    made.add_argument(
        "--from",
        dest="caller",
        default=CALLER,
        help=f"the caller's number ({CALLER}), or an extension: then its telephone calls",
    )
    made.add_argument(
        "--keys",
        type=a_script,
        default="",
        metavar='"1 w5 #"',
        help="keys to press: each group when the line falls silent; wN waits N seconds,"
        " sN speaks for N seconds, h:ID waits until the prompt ID was heard, ! hangs up",
    )
    made.add_argument(
        "--hangup-after", type=some_seconds, metavar="S", help="hang up after S seconds"
    )
    made.add_argument(
        "--record", type=a_file_to_write, metavar="FILE.wav", help="keep what was heard"
    )
    add_state(made)
    add_json(made)


def run(args: argparse.Namespace) -> int:
    """Place the call; 1 when it failed."""
    from ivr.voice.masters import FOLDER
    from sahayata.stores import load_secrets
    from sahayata.telephone.call import USUAL
    from sahayata.telephone.dial import dial
    from sahayata.telephone.mouth import spoken_by_espeak
    from sahayata.telephone.result import Outcome, describe

    found = running_settings(args)
    language = found.district.helpline.languages[0]
    limits = (
        USUAL if args.hangup_after is None else replace(USUAL, hang_up_after_s=args.hangup_after)
    )

    # An operator's telephone may dial what a citizen's may not: *11, *19.
    password = load_secrets(found).extensions.get(args.caller, "")

    async def call() -> CallResult:
        hang_up = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, hang_up.set)
        return await dial(
            (found.sip_host, found.ports.sip),
            args.number,
            args.caller,
            args.keys,
            recordings=found.prompts / language / FOLDER,
            published=found.state.sounds / language,
            lookup=lookup(args),
            limits=limits,
            password=password,
            record=args.record,
            hang_up=hang_up,
            tell=_watcher(args),
            mouth=spoken_by_espeak(language),
        )

    try:
        result = asyncio.run(call())
    except OSError as fault:
        raise Refused(f"the call could not be placed: {fault}") from fault
    if args.json:
        answer_json(result.to_json())
    else:
        say(describe(result))
    return 1 if result.outcome is Outcome.FAILED else 0


def _watcher(args: argparse.Namespace) -> Callable[[str], None]:
    """Give what tells a person at the terminal how the call goes on, which may take minutes."""
    from sahayata.telephone.call import silently

    if args.json or not sys.stderr.isatty():
        return silently
    return lambda happens: print(f"… {happens}", file=sys.stderr)  # noqa: T201 - said at the terminal


def lookup(args: argparse.Namespace) -> Lookup:
    """Give the way to ask the instance's database what became of a call."""
    from database.engine import StoreUnavailable
    from sahayata.stores import open_database
    from sahayata.telephone.result import CallFound
    from tickets.queries import find_call, find_ticket

    engine = open_database(running_settings(args))

    def find(sip_call_id: str) -> CallFound | None:
        try:
            call = find_call(engine, sip_call_id=sip_call_id)
            if call is None:
                return None
            file = find_ticket(engine, call.ticket) if call.ticket else None
        except StoreUnavailable:
            return None  # what was heard is told all the same
        return CallFound(
            call_id=call.call_id,
            ticket=call.ticket,
            queue=call.queue,
            ending=call.ending,
            queue_how=call.queue_how,
            message=bool(file and any(wish.recording for wish in file.call_backs)),
        )

    return find
