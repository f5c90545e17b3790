"""``sahayata metrics``: every figure of an interval with its formula, from the journal."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sahayata.cli.figure_words import opened, share, span_words
from sahayata.cli.roster_words import today
from sahayata.cli.typed import a_date, a_moment, an_extension
from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    one_of,
    say,
    settings,
    started_before,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from queue_manager.metrics.sheet import Figure
    from sahayata.asterisk_level import AsteriskLevel
    from sahayata.report import Report
    from sahayata.settings import Settings


def add(words: Words) -> None:
    """Add the command."""
    made = command(words, "metrics", "every figure of an interval, with its formula", run)
    made.add_argument("--date", type=a_date, metavar="YYYY-MM-DD", help="a whole day; today")
    made.add_argument("--shift", metavar="SHIFT", help="only this shift of the day")
    made.add_argument(
        "--from", dest="since", type=a_moment, metavar="DATETIME", help="any interval"
    )
    made.add_argument("--to", dest="until", type=a_moment, metavar="DATETIME", help="until now")
    made.add_argument("--queue", metavar="QUEUE", help="only this queue")
    made.add_argument(
        "--operator", type=an_extension, metavar="EXTENSION", help="only this operator"
    )
    add_state(made)
    add_json(made)


def run(args: argparse.Namespace) -> int:
    """Show the figures."""
    from sahayata.asterisk_level import asterisk_levels
    from sahayata.report import report
    from sahayata.stores import load_secrets, open_roster

    found = settings(args)
    since, until = interval(args, found)
    if args.queue is not None:
        one_of(args.queue, found.district.queues, "queue")
    started_before(found)
    with opened(found) as engine:
        roster = open_roster(found, load_secrets(found), engine).read()
        made = report(found.district, engine, roster, since, until)
    if args.operator is not None and args.operator not in made.operators:
        raise Refused(f"{args.operator} did nothing from {_interval(made)}")
    levels = asterisk_levels(found.state.asterisk_run)
    if args.json:
        shown = {name: asdict(own) for name, own in levels.items() if args.queue in (None, name)}
        answer_json({**document(made, args.queue, args.operator), "asterisk": shown})
    else:
        tell(made, args.queue, args.operator)
        for name, own in levels.items():
            if args.operator is None and args.queue in (None, name):
                say(_of_asterisk(name, own))
    return 0


def _of_asterisk(name: str, own: AsteriskLevel) -> str:
    """Say what Asterisk counts itself, since it was started."""
    return (
        f"Asterisk itself since its start, {name}: {share(own.perf)} and {share(own.perf2)}"
        f" within {own.within_s} s; {own.completed} answered, {own.abandoned} abandoned"
    )


def interval(args: argparse.Namespace, found: Settings) -> tuple[datetime, datetime]:
    """Return the interval that is asked for, in UTC. Raises ``BadWords``."""
    from queue_manager.metrics.calendar import day_begins, day_ends
    from sahayata.stores import now

    zone = found.district.helpline.zone
    if args.since is not None or args.until is not None:
        if args.since is None or args.date is not None or args.shift is not None:
            raise BadWords("say --from and, if it is not until now, --to; or a --date")
        moments = [args.since, args.until or now()]
        since, until = (
            (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC) for at in moments
        )
    else:
        day: date = args.date or today(found)
        since, until = day_begins(day, zone), day_ends(day, zone)
        if args.shift is not None:
            since, until = _shift(found, args.shift, day)
    if since >= until:
        raise BadWords("the interval ends before it begins")
    if until - since > timedelta(days=3700):
        raise BadWords("ten years are the longest interval")
    return since, until


def _shift(found: Settings, name: str, day: date) -> tuple[datetime, datetime]:
    from sahayata.district.roster_terms import roster_terms_of

    terms = roster_terms_of(found.district)
    begins, ends = terms.shifts[one_of(name, terms.shifts, "shift")].span(day, terms.zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def document(made: Report, queue: str | None, operator: str | None) -> dict[str, object]:
    """Return a report as one document."""
    queues = {n: f for n, f in made.queues.items() if queue in (None, n)}
    operators = {n: f for n, f in made.operators.items() if operator in (None, n)}
    return {
        "from": made.since.isoformat(),
        "to": made.until.isoformat(),
        "counted": {
            "from": made.kept.since.isoformat(),
            "to": made.kept.until.isoformat(),
            "each_call": made.kept.finely,
            "other_thresholds": [
                {
                    "until": ended.isoformat(),
                    "answer_within_s": terms.answer_within_s,
                    "short_s": terms.short_s,
                }
                for ended, terms in made.kept.otherwise
            ],
        },
        "gap_s": round(made.gap_s, 1),
        "all": _figures(made.all_queues) if queue is None and operator is None else None,
        "queues": {name: _figures(figures) for name, figures in queues.items()}
        if operator is None
        else None,
        "operators": {name: _figures(figures) for name, figures in operators.items()}
        if queue is None
        else None,
        "officers": {name: _figures(figures) for name, figures in made.officers.items()}
        if queue is None and operator is None
        else None,
    }


def _figures(figures: Sequence[Figure]) -> dict[str, object]:
    return {
        one.name: {"value": one.value, "unit": one.unit.value, "formula": one.formula}
        for one in figures
    }


def tell(made: Report, queue: str | None, operator: str | None) -> None:
    """Show a report."""
    say(_interval(made))
    for words in _left(made):
        say(words)
    if made.gap_s:
        say(f"nothing was heard of Asterisk for {made.gap_s:.0f} s of it: what happened is missing")
    if queue is None and operator is None:
        _tell("all queues", made.all_queues)
    if operator is None:
        for name, figures in made.queues.items():
            if queue in (None, name):
                _tell(name, figures)
    if queue is None:
        for name, figures in made.operators.items():
            if operator in (None, name):
                _tell(f"operator {name}", figures)
    if queue is None and operator is None:
        for name, figures in made.officers.items():
            _tell(f"officer {name}", figures)


def _interval(made: Report) -> str:
    since, until = (at.astimezone(made.zone) for at in (made.since, made.until))
    return f"{since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}"


def _left(made: Report) -> Iterator[str]:
    """Say what is not as it was asked for, because the journal of then is not there any more."""
    kept, zone = made.kept, made.zone
    since, until = (at.astimezone(zone) for at in (kept.since, kept.until))
    if not kept.finely:
        yield "of then only half-hours are kept, not each call: no adherence"
    if (kept.since, kept.until) != (made.since, made.until):
        yield f"counted is {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}"
    for ended, terms in kept.otherwise:
        yield (
            f"until {ended.astimezone(zone):%Y-%m-%d} with other thresholds:"
            f" w ≤ {terms.answer_within_s:g} s, short w ≤ {terms.short_s:g} s"
        )


def _tell(name: str, figures: Sequence[Figure]) -> None:
    say(f"\n{name}")
    for one in figures:
        say(f"  {one.name:<24}{words_of(one):>12}  {one.formula}".rstrip())


def words_of(figure: Figure) -> str:
    """Write the value of a figure in its unit."""
    match figure.unit.value:
        case "share":
            return share(figure.value)
        case "seconds":
            return span_words(figure.value)
        case _:
            return "-" if figure.value is None else f"{figure.value:g}"
