"""``sahayata roster``: who the operators are, who sits when, and whether every queue is covered."""

from __future__ import annotations

import argparse
import getpass
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sahayata.cli.roster_words import (
    MOST_DAYS,
    a_place,
    document,
    hours,
    line,
    remark_document,
    shift_document,
    sitting_in,
    tell,
    today,
)
from sahayata.cli.typed import a_date, a_file_to_write, up_to
from sahayata.cli.words import (
    BadWords,
    Refused,
    Words,
    add_json,
    add_state,
    answer_json,
    command,
    existing_settings,
    say,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from queue_manager.roster.model import Roster
    from sahayata.secrets import Secrets
    from sahayata.settings import Settings


def add(words: Words) -> None:
    """Add the commands."""
    group = words.add_parser("roster", help="the operators, who sits when, and what is wrong")
    verbs = group.add_subparsers(metavar="VERB", required=True)
    take = command(verbs, "import", "take in operators or sittings from CSV or XLSX", run_import)
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument(
        "--dry-run", action="store_true", help="say what would change, change nothing"
    )
    give = command(verbs, "export", "write the roster as CSV or XLSX", run_export)
    give.add_argument("file", metavar="FILE", type=a_file_to_write)
    give.add_argument(
        "--table", choices=("operators", "sittings"), default="operators", help="of a CSV file"
    )
    show = command(verbs, "show", "who sits on a day, shift by shift", run_show)
    look = command(verbs, "check", "gaps, doubles, short rests, queues uncovered", run_check)
    look.add_argument(
        "--days", type=up_to(MOST_DAYS, "days"), default=7, metavar="N", help="so many days (7)"
    )
    for made in (show, look):
        made.add_argument("--date", type=a_date, metavar="YYYY-MM-DD", help="from this day; today")
        add_json(made)
    swap = command(verbs, "swap", "let two operators change places", run_swap)
    for which in ("first", "second"):
        swap.add_argument(which, type=a_place, metavar=f"{which.upper()}:DATE:SHIFT")
    swap.add_argument("--why", default="", help="is kept with the change")
    for made in (take, give, show, look, swap):
        add_state(made)


def run_import(args: argparse.Namespace) -> int:
    """Take a file in, all of it or nothing."""
    from queue_manager.roster.intake import RosterFaults
    from queue_manager.roster.sheet import SheetUnreadable
    from sahayata.roster_import import bring_to_asterisk, take_in

    found = settings(args)
    with _opened(found) as (secrets, engine):
        try:
            changed = take_in(
                found, secrets, engine, args.file, by=getpass.getuser(), keep=not args.dry_run
            )
        except SheetUnreadable as fault:
            raise Refused(f"{args.file.name}: {fault}") from fault
        except RosterFaults as faults:
            lines = "\n".join(f"{args.file.name}: {fault}" for fault in faults.faults)
            raise Refused(f"nothing was taken in:\n{lines}") from faults
        tell(changed, found, dry=args.dry_run)
        if not args.dry_run:
            bring_to_asterisk(found, changed, say)
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write the roster to a file of its owner only."""
    from queue_manager.roster.export import as_csv, as_xlsx, table_of

    if args.file.suffix not in (".csv", ".xlsx"):
        raise BadWords(f"{args.file.name}: end the name with .csv or .xlsx")
    roster = _read(existing_settings(args))
    table = table_of(roster, args.table)
    data = as_csv(table) if args.file.suffix == ".csv" else as_xlsx(roster)
    try:
        args.file.touch(mode=0o600)
        args.file.write_bytes(data)
    except OSError as error:
        raise Refused(f"{args.file}: cannot be written: {error.strerror}") from error
    say(f"{args.file}: {len(roster.people)} operators, {len(roster.sittings)} sittings")
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Show who sits on a day."""
    from sahayata.district.roster_terms import roster_terms_of

    found = existing_settings(args)
    roster, terms = _read(found), roster_terms_of(found.district)
    day = args.date or today(found)
    if args.json:
        answer_json(
            {
                "date": day.isoformat(),
                "shifts": [shift_document(shift, roster, day) for shift in terms.shifts.values()],
                "operators": [document(person) for person in roster.people.values()],
            }
        )
        return 0
    say(f"{day:%A} {day}: {len(roster.people)} operators on the roster")
    for shift in terms.shifts.values():
        here = sitting_in(roster, shift, day)
        say(f"{shift.id}  {hours(shift)}  {len(here)} sit")
        for person in here:
            say(f"  {line(person)}{'  ON LEAVE' if person.away(day) else ''}")
    for person in roster.people.values():
        if person.away(day):
            say(f"on leave: {person.extension} {person.name}")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Tell everything that is wrong; 1 when anything is."""
    from queue_manager.roster.checks import remarks
    from sahayata.district.roster_terms import roster_terms_of

    found = existing_settings(args)
    roster, terms = _read(found), roster_terms_of(found.district)
    first = args.date or today(found)
    wrong = remarks(roster, terms, first, args.days)
    if args.json:
        answer_json([remark_document(one) for one in wrong])
    else:
        for one in wrong:
            say(f"{one.day or 'every day'}  {one.trouble}: {one.words}")
        if not wrong:
            say(f"{args.days} days from {first}: nothing is wrong")
    return 1 if wrong else 0


def run_swap(args: argparse.Namespace) -> int:
    """Let two operators change places."""
    from database.engine import StoreUnavailable
    from queue_manager.roster.store import CannotSwap
    from sahayata.stores import open_roster

    found = existing_settings(args)
    with _opened(found) as (secrets, engine):
        store = open_roster(found, secrets, engine)
        try:
            store.swap(args.first, args.second, by=getpass.getuser(), why=args.why)
        except (CannotSwap, StoreUnavailable) as fault:
            raise Refused(str(fault)) from fault
    for before, after in ((args.first, args.second), (args.second, args.first)):
        say(f"{after.extension} sits in {before.shift} of {before.day}")
    return 0


@contextmanager
def _opened(found: Settings) -> Iterator[tuple[Secrets, Engine]]:
    """Open the database at the schema of this version. Raises ``Refused``."""
    from database.engine import StoreUnavailable
    from database.upgrade import NewerStore, upgrade
    from sahayata.secrets import SecretsUnreadable
    from sahayata.store_health import in_words
    from sahayata.stores import load_secrets, open_database

    try:
        found.state.prepare()
        secrets = load_secrets(found)
        engine = open_database(found)
        try:
            upgrade(engine)
            yield secrets, engine
        finally:
            engine.dispose()
    except StoreUnavailable as away:
        raise Refused(in_words(away)) from away
    except (NewerStore, SecretsUnreadable) as fault:
        raise Refused(str(fault)) from fault
    except OSError as error:
        raise Refused(f"{found.state.root}: {error.strerror}") from error


def _read(found: Settings) -> Roster:
    from sahayata.stores import open_roster

    with _opened(found) as (secrets, engine):
        return open_roster(found, secrets, engine).read()
