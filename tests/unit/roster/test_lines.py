"""Who is on the roster, and which queues each serves."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, insert

from database.engine import writing
from queue_manager.roster.lines import lines_of
from queue_manager.roster.schema import operator_queues, operators


def test_everybody_of_the_roster_has_a_line_and_who_left_has_none(store: Engine) -> None:
    blank = {"name": "x", "name_hi": "x", "pin_mark": "", "languages": "hi"}
    left = {"201": None, "202": date(2026, 6, 1), "301": None}
    with writing(store) as connection:
        ids = {
            extension: connection.execute(
                insert(operators)
                .values(**blank, extension=extension, supervisor=False, left_on=day)
                .returning(operators.c.id)
            ).scalar_one()
            for extension, day in left.items()
        }
        rows = [("201", "medical", 1), ("201", "food", 0), ("202", "food", 0)]
        connection.execute(
            insert(operator_queues),
            [{"operator": ids[e], "queue": queue, "penalty": n} for e, queue, n in rows],
        )
    assert lines_of(store) == {"201": {"food": 0, "medical": 1}, "301": {}}
