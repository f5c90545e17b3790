"""``sahayata phone``: the same conversation in the terminal, without Asterisk."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from typing import TYPE_CHECKING

from sahayata.cli.dial import CALLER
from sahayata.cli.typed import a_script
from sahayata.cli.words import Refused, Words, add_state, command, one_of, say, settings

if TYPE_CHECKING:
    from ivr.desk import CallRecord
    from sahayata.settings import Settings


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "phone", "hold the conversation in the terminal, without Asterisk", run)
    made.add_argument(
        "--from", dest="caller", default=CALLER, help=f"the caller's number ({CALLER})"
    )
    made.add_argument(
        "--keys",
        type=a_script,
        metavar='"1 w5 #"',
        help="press these keys; the keyboard otherwise",
    )
    made.add_argument("--entry", default="inbound", help="the conversation to hold (inbound)")
    add_state(made)


def run(args: argparse.Namespace) -> int:
    """Hold a conversation; its ticket is a real one, in the database of DIR."""
    from database.engine import StoreUnavailable
    from ivr.keypad import NoTerminal
    from ivr.strict_yaml import YamlFaults
    from sahayata.secrets import SecretsUnreadable

    found = settings(args)
    try:
        record = asyncio.run(_converse(found, args))
    except (NoTerminal, YamlFaults, SecretsUnreadable, StoreUnavailable, OSError) as fault:
        raise Refused(str(fault)) from fault
    say(f"Ticket: {record.ticket or 'none'}   ended: {record.ending.value} at {record.last_node}")
    return 0


async def _converse(found: Settings, args: argparse.Namespace) -> CallRecord:
    from database.upgrade import upgrade
    from ivr.call import CallFacts
    from ivr.conversation import converse
    from ivr.keypad import ScriptedKeypad, keyboard
    from ivr.simulator import PhoneCall, TextScreen
    from sahayata import bootstrap, stores
    from sahayata.desk import DeskAdapter

    speech = bootstrap.load_speech(found)
    one_of(args.entry, speech.flows.entries, "entry")
    found.state.prepare()
    engine = stores.open_database(found)
    upgrade(engine)
    desk = stores.open_desk(
        found, stores.open_register(found, stores.load_secrets(found), engine), "phone"
    )
    facts = CallFacts(
        call_id=f"phone-{uuid.uuid4().hex}",
        caller="".join(sign for sign in args.caller if sign in "0123456789+")[:20],
        dialled=found.district.helpline.short_code,
        language=found.district.helpline.languages[0],
        entry=args.entry,
        arrived_at=stores.now(),
    )
    await desk.start()
    try:
        screen = TextScreen(speech.texts, say)
        if args.keys is not None:
            call = PhoneCall(
                facts, ScriptedKeypad(args.keys), screen, found.state.messages, listens=True
            )
            return await converse(call, DeskAdapter(desk), speech.flows, speech.view, stores.now)
        with keyboard() as keypad:
            say("Press 0-9, * and #; h hangs up.")
            call = PhoneCall(facts, keypad, screen, found.state.messages)
            return await converse(call, DeskAdapter(desk), speech.flows, speech.view, stores.now)
    finally:
        await desk.close()
        engine.dispose()
