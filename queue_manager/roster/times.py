"""When operators sit, as moments: what overlaps, and how long each rests. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from queue_manager.roster.model import Roster, RosterTerms, Sitting

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Seated:
    """A sitting with its moments, in UTC."""

    begin: datetime
    end: datetime
    sitting: Sitting


def seated(sittings: Iterable[Sitting], terms: RosterTerms) -> Mapping[str, tuple[Seated, ...]]:
    """Return the sittings of each operator in order, without those in a shift that is no more."""
    found: dict[str, list[Seated]] = defaultdict(list)
    for sitting in sittings:
        if shift := terms.shifts.get(sitting.shift):
            begin, end = (m.astimezone(UTC) for m in shift.span(sitting.day, terms.zone))
            found[sitting.extension].append(Seated(begin, end, sitting))
    return {extension: tuple(sorted(all_)) for extension, all_ in sorted(found.items())}


def overlaps(sittings: Iterable[Sitting], terms: RosterTerms) -> Iterator[tuple[Sitting, Sitting]]:
    """Find the sittings of one operator of which the second begins before the first has ended."""
    for one in seated(sittings, terms).values():
        for before, after in pairwise(one):
            if after.begin < before.end:
                yield before.sitting, after.sitting


def short_rests(
    sittings: Iterable[Sitting], terms: RosterTerms
) -> Iterator[tuple[Sitting, Sitting, timedelta]]:
    """Find the sittings of one operator between which the rest is too short, with that rest."""
    for one in seated(sittings, terms).values():
        for before, after in pairwise(one):
            rest = after.begin - before.end
            if timedelta(0) <= rest < terms.rest:
                yield before.sitting, after.sitting, rest


def on_now(roster: Roster, terms: RosterTerms, now: datetime) -> Mapping[str, Seated]:
    """Return who has to sit at a moment, by extension; who is on leave does not."""
    near = {s for s in roster.sittings if abs(s.day - now.astimezone(terms.zone).date()) <= _DAY}
    return {
        extension: one
        for extension, all_ in seated(near, terms).items()
        for one in all_
        if one.begin <= now < one.end and not roster.people[extension].away(one.sitting.day)
    }
