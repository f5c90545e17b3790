"""``sahayata ticket show | list``: a ticket and its history."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from sahayata.cli.typed import up_to
from sahayata.cli.words import (
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    existing_settings,
    one_of,
    say,
    settings,
    started_before,
)

if TYPE_CHECKING:
    from tickets.queries import TicketFile

MOST = 1000


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("ticket", help="a ticket and its history")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    show = command(verbs, "show", "show a ticket with its history", run_show)
    show.add_argument(
        "number",
        type=a_ticket_number,
        metavar="NUMBER",
        help="ten digits; spaces and dashes do not matter",
    )
    listed = command(verbs, "list", "list tickets, the newest first", run_list)
    listed.add_argument("--state-is", metavar="STATE", help="only tickets in this state")
    listed.add_argument("--category", help="only tickets of this category")
    listed.add_argument(
        "--limit", type=up_to(MOST, "tickets"), default=50, metavar="N", help="how many (50)"
    )
    for verb in (show, listed):
        add_state(verb)
        add_json(verb)


def a_ticket_number(text: str) -> str:
    """Read the number of a ticket as it is stored; spaces and dashes do not matter."""
    from tickets.number import is_well_formed

    number = text.replace(" ", "").replace("-", "")
    if not is_well_formed(number):
        words = f"{text!r} is no ticket number: ten digits, the last one checks the others"
        raise argparse.ArgumentTypeError(words)
    return number


def run_show(args: argparse.Namespace) -> int:
    """Show one ticket."""
    from database.engine import StoreUnavailable
    from sahayata.stores import open_database
    from tickets.queries import find_ticket

    found = existing_settings(args)
    try:
        file = find_ticket(open_database(found), args.number)
    except StoreUnavailable as fault:
        raise Refused(f"the tickets cannot be reached: {fault}") from fault
    if file is None:
        raise Refused(f"there is no ticket {args.number}")
    if args.json:
        answer_json(_document(file))
    else:
        _tell(file, found.district.helpline.zone)
    return 0


def run_list(args: argparse.Namespace) -> int:
    """List tickets."""
    from rich.console import Console
    from rich.table import Table

    from database.engine import StoreUnavailable
    from sahayata.stores import open_database
    from tickets.model import TicketState
    from tickets.queries import TicketFilter, list_tickets

    found = settings(args)
    if args.state_is is not None:
        one_of(args.state_is, [state.value for state in TicketState], "state")
    if args.category is not None:
        one_of(args.category, found.district.categories, "category")
    started_before(found)
    wanted = TicketFilter(
        state=TicketState(args.state_is) if args.state_is else None, category=args.category
    )
    try:
        tickets = list_tickets(open_database(found), wanted, limit=args.limit)
    except StoreUnavailable as fault:
        raise Refused(f"the tickets cannot be reached: {fault}") from fault
    if args.json:
        answer_json([_plain(asdict(ticket)) for ticket in tickets])
        return 0
    zone = found.district.helpline.zone
    table = Table("number", "category", "state", "opened", "promised by", box=None)
    for ticket in tickets:
        table.add_row(
            ticket.number,
            ticket.category,
            ticket.state.value,
            _when(ticket.opened_at, zone),
            _when(ticket.promised_by, zone),
        )
    Console().print(table)
    return 0


def _document(file: TicketFile) -> object:
    return {
        **_plain(asdict(file.ticket)),
        "history": [_plain(asdict(entry)) for entry in file.history],
        "call_backs": [_plain(asdict(wish)) for wish in file.call_backs],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    """Turn times into text; everything else is JSON already."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _tell(file: TicketFile, zone: tzinfo) -> None:
    ticket = file.ticket
    number = ticket.number
    say(f"Ticket      {number}  ({number[:3]} {number[3:6]} {number[6:]})")
    if len(ticket.numbers) > 1:
        say(f"also        {', '.join(ticket.numbers[1:])}")
    say(f"Category    {ticket.category}, queue {ticket.queue}")
    say(f"State       {ticket.state.value}, level L-{ticket.level}")
    say(f"Opened      {_when(ticket.opened_at, zone)}")
    say(f"Promised by {_when(ticket.promised_by, zone)}")
    say(f"Call        {ticket.call_id}")
    say("History")
    for entry in file.history:
        details = asdict(entry.event)
        kind = details.pop("kind")
        steps = details.pop("steps", ())
        said = "  ".join(
            f"{name}={value}" for name, value in details.items() if value not in (None, "", {}, ())
        )
        say(f"  {_when(entry.at, zone)}  {entry.channel.value:<8}  {kind}  {said}")
        if steps:
            say("      " + " → ".join(f"{step['node']}: {step['did']}" for step in steps))
    for wish in file.call_backs:
        message = (
            f"message {wish.recording} ({wish.seconds:.0f} s)" if wish.recording else "no message"
        )
        say(f"Call back   asked {_when(wish.at, zone)}, {message}")


def _when(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else "-"
