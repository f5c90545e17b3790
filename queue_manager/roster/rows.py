"""The rows of the roster: from tables to values and back. Nothing here begins a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, select, update

from queue_manager.roster.intake import span_of
from queue_manager.roster.model import Leave, Person, Roster, Sitting
from queue_manager.roster.schema import operator_leave, operator_queues, operators, sittings


def read_roster(connection: Connection, since: date) -> Roster:
    """Read everybody who is on the roster, and who sits when from a day on."""
    serve: dict[int, dict[str, int]] = {}
    for row in connection.execute(select(operator_queues).order_by(operator_queues.c.queue)):
        serve.setdefault(row.operator, {})[row.queue] = row.penalty
    away: dict[int, list[Leave]] = {}
    for row in connection.execute(select(operator_leave).order_by(operator_leave.c.first)):
        away.setdefault(row.operator, []).append(Leave(row.first, row.last))
    there = select(operators).where(operators.c.left_on.is_(None)).order_by(operators.c.extension)
    people = {
        row.id: Person(
            row.extension,
            row.name,
            row.name_hi,
            MappingProxyType(serve.get(row.id, {})),
            tuple(row.languages.split()),
            row.supervisor,
            tuple(away.get(row.id, ())),
        )
        for row in connection.execute(there)
    }
    sits = connection.execute(
        select(sittings.c.day, sittings.c.shift, sittings.c.operator).where(sittings.c.day >= since)
    )
    return Roster(
        MappingProxyType({person.extension: person for person in people.values()}),
        frozenset(
            Sitting(row.day, row.shift, people[row.operator].extension)
            for row in sits
            if row.operator in people
        ),
    )


def ids(connection: Connection) -> dict[str, int]:
    """Return the key of each extension that was ever on the roster."""
    found = connection.execute(select(operators.c.extension, operators.c.id))
    return {row.extension: row.id for row in found}


def write_service(connection: Connection, operator: int, person: Person) -> None:
    """Write which queues an operator serves, and the days away, in the place of those before."""
    for table in (operator_queues, operator_leave):
        connection.execute(delete(table).where(table.c.operator == operator))
    queues = [{"operator": operator, "queue": q, "penalty": p} for q, p in person.queues.items()]
    if queues:
        connection.execute(insert(operator_queues), queues)
    leave = [{"operator": operator, "first": one.first, "last": one.last} for one in person.leave]
    if leave:
        connection.execute(insert(operator_leave), leave)


def take_off(connection: Connection, operator: int, today: date) -> None:
    """Take somebody off the roster: what was stays, what was to come does not."""
    gone = operators.c.id == operator
    # A PIN of somebody who left must not open anything, should the extension be used again.
    connection.execute(update(operators).where(gone).values(left_on=today, pin_mark=""))
    later = (sittings.c.operator == operator) & (sittings.c.day > today)
    connection.execute(delete(sittings).where(later))


def seat(connection: Connection, fresh: Iterable[Sitting]) -> None:
    """Put sittings in the place of all there were from their first to their last day."""
    all_ = sorted(fresh)
    first, last = span_of(all_)
    connection.execute(delete(sittings).where(sittings.c.day.between(first, last)))
    add_sittings(connection, all_)


def add_sittings(connection: Connection, fresh: Iterable[Sitting]) -> None:
    """Add sittings of operators who are known."""
    known = ids(connection)
    rows = [{"day": s.day, "shift": s.shift, "operator": known[s.extension]} for s in fresh]
    connection.execute(insert(sittings), rows)


def remove_sittings(connection: Connection, gone: Iterable[Sitting]) -> None:
    """Remove sittings."""
    known, columns = ids(connection), sittings.c
    for one in gone:
        same = (columns.day == one.day) & (columns.shift == one.shift)
        connection.execute(
            delete(sittings).where(same & (columns.operator == known[one.extension]))
        )
