"""How a roster is told on the command line, and the words that name a place in it."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING, Final

from sahayata.cli.typed import a_date, an_extension
from sahayata.cli.words import say

if TYPE_CHECKING:
    from queue_manager.roster.checks import Remark
    from queue_manager.roster.model import Person, Roster, Shift, Sitting
    from queue_manager.roster.store import Changed
    from sahayata.settings import Settings

MOST_DAYS: Final = 366
SHOWN: Final = 20
"""So many remarks are told after an import."""


def today(found: Settings) -> date:
    """Return the day of the district."""
    from sahayata.stores import now

    return now().astimezone(found.district.helpline.zone).date()


def tell(changed: Changed, found: Settings, *, dry: bool) -> None:
    """Say what an import changed, and what is wrong with the days to come."""
    from queue_manager.roster.checks import remarks
    from queue_manager.roster.intake import span_of
    from sahayata.district.roster_terms import roster_terms_of

    say("this would change:" if dry else "taken in:")
    for word, extensions in (
        ("new", changed.new),
        ("changed", changed.changed),
        ("on the roster no more", changed.gone),
    ):
        if extensions:
            say(f"  {len(extensions)} {word}: {', '.join(extensions)}")
    if changed.sittings is not None:
        say(f"  {changed.sittings} sittings")
    here = {sitting for sitting in changed.roster.sittings if sitting.day >= today(found)}
    if here:
        first, last = span_of(here)
        days = (last - first).days + 1
        wrong = remarks(changed.roster, roster_terms_of(found.district), first, days)
        for one in wrong[:SHOWN]:
            say(f"  look: {one.day or 'every day'}  {one.trouble}: {one.words}")
        if len(wrong) > SHOWN:
            say(f"  look: {len(wrong) - SHOWN} more; sahayata roster check tells all")


def sitting_in(roster: Roster, shift: Shift, day: date) -> list[Person]:
    """Return who sits in a shift of a day."""
    return [
        person
        for person in roster.people.values()
        if any(
            (s.day, s.shift, s.extension) == (day, shift.id, person.extension)
            for s in roster.sittings
        )
    ]


def line(person: Person) -> str:
    """Show one operator on a line."""
    queues = " ".join(f"{queue}:{penalty}" for queue, penalty in person.queues.items())
    supervisor = "  supervisor" if person.supervisor else ""
    return f"{person.extension}  {person.name:<24} {person.name_hi}  {queues}{supervisor}"


def hours(shift: Shift) -> str:
    """Show when a shift begins and ends."""
    start, end = (f"{m // 60:02}:{m % 60:02}" for m in (shift.start, shift.end))
    return f"{start}-{end}"


def shift_document(shift: Shift, roster: Roster, day: date) -> dict[str, object]:
    """Return a shift of a day for ``--json``."""
    here = [person.extension for person in sitting_in(roster, shift, day)]
    return {"shift": shift.id, "name": shift.names, "hours": hours(shift), "operators": here}


def document(person: Person) -> dict[str, object]:
    """Return an operator for ``--json``."""
    leave = [{"first": one.first, "last": one.last} for one in person.leave]
    return {
        "extension": person.extension,
        "name": person.name,
        "name_hi": person.name_hi,
        "queues": dict(person.queues),
        "languages": person.languages,
        "supervisor": person.supervisor,
        "leave": leave,
    }


def remark_document(one: Remark) -> dict[str, object]:
    """Return a remark for ``--json``."""
    day = one.day.isoformat() if one.day else None
    return {"date": day, "trouble": one.trouble.value, "words": one.words}


def a_place(text: str) -> Sitting:
    """Read ``201:2026-11-24:morning``."""
    from queue_manager.roster.model import Sitting

    extension, _, rest = text.partition(":")
    day, _, shift = rest.partition(":")
    if not shift:
        raise argparse.ArgumentTypeError(f"{text!r} is no sitting; write 201:2026-11-24:morning")
    return Sitting(a_date(day), shift, an_extension(extension))
