"""A replay on the command line: the day, what was foretold, and what came of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sahayata.cli.figure_words import share, span_words
from sahayata.cli.words import answer_json

if TYPE_CHECKING:
    from queue_manager.metrics.tally import Tally
    from queue_manager.staffing.erlang import Service
    from queue_manager.staffing.replay import Replayed
    from sahayata.district.model import District
    from sahayata.rehearsal import Rehearsed

MIDNIGHT: Final = datetime(2026, 1, 4, 18, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Compared:
    """One day, foretold and counted."""

    calls: int
    seats: int
    """Most operators at any time."""
    day: Replayed
    foretold: dict[str, Service]
    held: Rehearsed | None = None
    """The conversations, where there were any."""


def compare(
    district: District, calls: int, operators: int | None, seed: int, *, conversations: bool
) -> Compared:
    """Replay a usual day of so many calls. Raises ``ValueError`` for too few operators.

    With ``conversations`` each caller first holds one with our engine, and leaves it with a ticket.
    """
    from database.engine import open_store
    from database.upgrade import upgrade
    from queue_manager.staffing.demand import HALF_HOURS, usual
    from queue_manager.staffing.people import Manners
    from queue_manager.staffing.replay import all_predicted, replay
    from queue_manager.staffing.seating import as_needed, so_many
    from queue_manager.staffing.simulation import Day
    from sahayata.rehearsal import rehearse
    from sahayata.staffing import shares_of

    manners, rules = Manners(), district.metrics
    within_s, target = rules.answer_within.total_seconds(), rules.target / 100
    demand, arrivals, held = usual(calls, shares_of(district)), None, None
    if conversations:
        held = rehearse(calls, seed, MIDNIGHT)
        arrivals = held.arrivals
        demand = usual(len(arrivals), Counter(arrival.queue for arrival in arrivals))
    if operators is None:
        staff = as_needed(demand, target, within_s, manners)
    else:
        staff = so_many(demand, operators)
    with tempfile.TemporaryDirectory(prefix="sahayata-replay-") as folder:
        engine = open_store(f"sqlite:///{Path(folder) / 'day.db'}", busy_s=30)
        try:
            upgrade(engine)
            day = replay(
                engine, Day(demand, staff, manners, seed, arrivals), MIDNIGHT, rules.terms()
            )
        finally:
            engine.dispose()
    most = max(sum(numbers[half] for numbers in staff.values()) for half in range(HALF_HOURS))
    return Compared(calls, most, day, all_predicted(demand, staff, within_s, manners), held)


def answer(found: Compared, *, as_json: bool) -> None:
    """Print the comparison."""
    rows = {name: _row(found.foretold[name], t) for name, t in found.day.sums.queues.items()}
    if as_json:
        answer_json(
            {
                "calls": found.calls,
                "operators_at_most": found.seats,
                "events": found.day.events,
                "entries": found.day.entries,
                "took_s": round(found.day.took_s, 2),
                "conversations": None
                if found.held is None
                else {
                    "held": found.calls,
                    "joined_a_queue": len(found.held.arrivals),
                    "tickets": found.held.tickets,
                    "took_s": round(found.held.took_s, 2),
                },
                "queues": rows,
            }
        )
        return
    _tell(found)


def _row(said: Service, t: Tally) -> dict[str, object]:
    from queue_manager.metrics import formulas

    return {
        "offered": t.offered,
        "answered_in_time": {
            "foretold": said.service_level,
            "counted": formulas.ratio(t.answered_in_time, t.offered),
        },
        "speed_of_answer_s": {
            "foretold": said.answer_s,
            "counted": formulas.speed_of_answer(t),
        },
        "abandoned": {
            "foretold": said.abandoned,
            "counted": formulas.ratio(t.abandoned, t.offered),
        },
        "service_level": formulas.service_level(t),
        "balanced": formulas.balanced(t),
    }


def _tell(found: Compared) -> None:
    from rich.console import Console
    from rich.table import Table

    from queue_manager.metrics import formulas

    day = found.day
    made = Table("queue", "calls", "in time", "", "ASA", "", "hung up", "", "SL", box=None)
    made.add_row("", "", "foretold", "counted", "foretold", "counted", "foretold", "counted", "")
    for name, t in day.sums.queues.items():
        said = found.foretold[name]
        made.add_row(
            name,
            str(t.offered),
            share(said.service_level),
            share(formulas.ratio(t.answered_in_time, t.offered)),
            span_words(said.answer_s),
            span_words(formulas.speed_of_answer(t)),
            share(said.abandoned),
            share(formulas.ratio(t.abandoned, t.offered)),
            share(formulas.service_level(t)),
        )
    console = Console()
    if (held := found.held) is not None:
        console.print(
            f"{found.calls} conversations in {held.took_s:.1f} s: {held.tickets} tickets,"
            f" {len(held.arrivals)} callers for the queues",
            highlight=False,
        )
    console.print(
        f"{day.sums.all_queues.offered} calls, at most {found.seats} operators at a time:"
        f" {day.events} events and {day.entries} entries of the journal in {day.took_s:.1f} s",
        highlight=False,
    )
    console.print(made)
    console.print("foretold by Erlang A, half-hour by half-hour; SL is the district's own formula")
