"""Noticing a wrong key before anything is written with it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from database.rows import insert_new
from tickets.phone_number import WrongKey
from tickets.store.schema import key_marks


def check_keys(connection: Connection, marks: Mapping[str, str]) -> None:
    """Note the mark of each key that is new here; raise ``WrongKey`` for one that has changed."""
    known = {row.name: row.mark for row in connection.execute(select(key_marks))}
    for name, mark in marks.items():
        if known.get(name, mark) != mark:
            raise WrongKey(
                f"the key {name!r} is not the one this database was begun with:"
                " restore the file of secrets that belongs to it"
            )
        if name not in known:
            insert_new(connection, key_marks, {"name": name, "mark": mark})
