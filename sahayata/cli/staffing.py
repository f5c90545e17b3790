"""``sahayata staffing``: operators needed and rostered, what a break would cost, a replay."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sahayata.cli.figure_words import opened, share, span_words
from sahayata.cli.roster_words import today
from sahayata.cli.typed import a_date, up_to
from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    existing_settings,
    running_settings,
    say,
)

if TYPE_CHECKING:
    from queue_manager.roster.model import Roster
    from queue_manager.staffing.day import StaffingDay
    from queue_manager.staffing.levels import Levels
    from queue_manager.staffing.outlook import Outlook

MOST: Final = 100_000
FAR: Final = timedelta(days=366)
"""So long after the last sitting nobody plans."""


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("staffing", help="operators needed, and what a break would cost")
    group.set_defaults(run=run_day)
    operators = up_to(MOST, "operators")
    group.add_argument("--date", type=a_date, metavar="YYYY-MM-DD", help="the day; tomorrow")
    add_state(group)
    add_json(group)
    verbs = group.add_subparsers(metavar="VERB")
    rest = command(verbs, "break", "the service level in 30 minutes if so many pause", run_break)
    rest.add_argument("operators", type=operators, metavar="N", help="how many more take a break")
    again = command(verbs, "replay", "drive a day through the real engine, compressed", run_replay)
    again.add_argument(
        "--calls", type=up_to(MOST, "calls"), default=2500, metavar="N", help="a day; 2500"
    )
    again.add_argument("--operators", type=operators, metavar="N", help="at any time; as needed")
    again.add_argument(
        "--seed",
        type=up_to(MOST, "days"),
        default=1,
        metavar="S",
        help="another seed: another day",
    )
    again.add_argument(
        "--conversations", action="store_true", help="each caller talks with our engine first"
    )
    for made in (rest, again):
        add_state(made)
        add_json(made)


def run_day(args: argparse.Namespace) -> int:
    """Show a day, half-hour by half-hour; 1 when somebody is missing anywhere."""
    from queue_manager.staffing.plan import ENOUGH
    from sahayata.staffing import staffing_day
    from sahayata.stores import load_secrets, open_roster

    found = existing_settings(args)
    day = args.date or today(found) + timedelta(days=1)
    with opened(found) as engine:
        roster = open_roster(found, load_secrets(found), engine).read()
        _require_planned(day, roster)
        planned = staffing_day(found.district, engine, roster, day)
    if args.json:
        answer_json(document(planned))
    else:
        tell(planned)
    return 1 if any(need.short > ENOUGH for need in planned.needs) else 0


def _require_planned(day: date, roster: Roster) -> None:
    """Refuse a day of which the roster can say nothing; an empty one is short on any day."""
    from queue_manager.roster.intake import span_of

    if not roster.sittings:
        return
    first, last = span_of(roster.sittings)
    if not first <= day <= last + FAR:
        raise Refused(f"{day}: the roster has sittings from {first} to {last}")


def document(planned: StaffingDay) -> dict[str, object]:
    """Return a plan as one document."""
    return {
        "date": planned.day.isoformat(),
        "needs": [
            {
                "from": f"{planned.starts(need.half_hour):%H:%M}",
                "queue": need.queue,
                "calls": round(need.demand.calls, 1),
                "handling_s": round(need.demand.handling_s, 1),
                "patience_s": round(need.demand.patience_s, 1),
                "assumed": list(need.demand.assumed),
                "needed": need.needed,
                "rostered": need.rostered,
                "service_level": _levels(need.level),
            }
            for need in planned.needs
        ],
        "service_level": {queue: _levels(own) for queue, own in planned.levels().items()},
        "moves": [
            {
                "extension": move.extension,
                "name": move.name,
                "queue": move.queue,
                "from": f"{planned.starts(move.half_hour):%H:%M}",
                "to": f"{planned.starts(move.until):%H:%M}",
            }
            for move in planned.moves
        ],
    }


def _levels(level: Levels) -> dict[str, float]:
    return {"erlang_a": round(level.erlang_a, 3), "erlang_c": round(level.erlang_c, 3)}


def tell(planned: StaffingDay) -> None:
    """Show a plan as a table."""
    from rich.console import Console
    from rich.table import Table

    from queue_manager.staffing.plan import ENOUGH

    queues = list(dict.fromkeys(need.queue for need in planned.needs))
    made = Table("from", *queues, box=None)
    for half in sorted({need.half_hour for need in planned.needs}):
        row = [need for need in planned.needs if need.half_hour == half]
        words = [
            f"{need.needed} / {need.rostered:g}" + (" SHORT" if need.short > ENOUGH else "")
            for need in row
        ]
        made.add_row(f"{planned.starts(half):%H:%M}", *words)
    levels = planned.levels()
    made.add_section()
    made.add_row(
        "all day",
        *(
            f"{own.erlang_a:.0%} / {own.erlang_c:.0%}" if (own := levels.get(queue)) else "-"
            for queue in queues
        ),
    )
    console = Console()
    console.print(f"{planned.day:%A} {planned.day}: operators needed / rostered", markup=False)
    console.print(made)
    say("all day: service level of those rostered by Erlang A / if nobody hung up, by Erlang C")
    assumed = sorted({name for need in planned.needs for name in need.demand.assumed})
    if assumed:
        say(f"too little history: usual figures stand for {', '.join(assumed)}")
    say("who serves several queues counts in each by the part of their load that it has")
    for move in planned.moves:
        hours = f"{planned.starts(move.half_hour):%H:%M}-{planned.starts(move.until):%H:%M}"
        say(f"move {move.extension} {move.name} to {move.queue} only, {hours}")


def run_break(args: argparse.Namespace) -> int:
    """Show what each queue comes to; 1 when one falls below its target."""
    from queue_manager.metrics.calendar import day_of
    from queue_manager.room.wire import Whole
    from queue_manager.staffing.breaks import at_work_in, if_so_many_left
    from queue_manager.staffing.foresight import at_half_hour
    from sahayata.cli.room_reader import heading, read_picture
    from sahayata.staffing import expected_demand, goal_of
    from sahayata.stores import now

    found = running_settings(args)
    picture = read_picture(found)
    if not picture["live"]:
        raise Refused(heading(picture))
    district, at = found.district, now()
    zone = district.helpline.zone
    with opened(found) as engine:
        today = expected_demand(district, engine, day_of(at, zone))
    here = at_work_in(Whole.model_validate(picture))
    if args.operators > len(here.seats):
        raise Refused(f"{args.operators} cannot take a break: {len(here.seats)} serve callers now")
    expected = at_half_hour(today, at, zone)
    seen = if_so_many_left(here, expected, goal_of(district), args.operators)
    if args.json:
        answer_json([_outlook(queue, one) for queue, one in seen.items()])
    else:
        say(f"the next 30 minutes if {args.operators} more of a queue take a break:")
        for queue, one in seen.items():
            word = "enough" if one.enough else f"BELOW {share(one.target)}"
            say(
                f"{queue:<12}{share(one.now.service_level):>6} → "
                f"{share(one.then.service_level):<6} {word}; wait {span_words(one.then.answer_s)}"
            )
        if usual := [queue for queue, demand in expected.items() if not demand.foretold]:
            say(f"too little history: usual figures stand for {', '.join(usual)}")
    return 0 if all(one.enough for one in seen.values()) else 1


def _outlook(queue: str, one: Outlook) -> dict[str, object]:
    return {
        "queue": queue,
        "service_level_now": round(one.now.service_level, 3),
        "service_level_then": round(one.then.service_level, 3),
        "operators_then": round(one.operators, 2),
        "target": one.target,
        "enough": one.enough,
    }


def run_replay(args: argparse.Namespace) -> int:
    """Drive a day through picture, journal and metrics, and compare it with the formulas."""
    from database.engine import StoreUnavailable
    from ivr.strict_yaml import YamlFaults
    from sahayata.cli.replay_words import answer, compare
    from sahayata.cli.words import settings

    district = settings(args).district
    try:
        found = compare(
            district, args.calls, args.operators, args.seed, conversations=args.conversations
        )
    except ValueError as fault:
        raise BadWords(str(fault)) from fault
    except (YamlFaults, StoreUnavailable, OSError) as fault:
        raise Refused(str(fault)) from fault
    answer(found, as_json=args.json)
    return 0
