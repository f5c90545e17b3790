"""Which extensions are on the roster, for Asterisk's configuration.

The roster is in the database; a copy of its extensions lies in DIR, so that Asterisk starts with
all its operators while the database is away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import ProgrammingError

from database.engine import StoreUnavailable, open_store, reading
from ivr.whole_file import write_whole
from queue_manager.roster.schema import operators
from sahayata.settings import Settings
from sahayata.store_health import in_words

EXTENSIONS: Final = "extensions"


def rostered(settings: Settings, say: Callable[[str], None]) -> tuple[str, ...]:
    """Return the extensions on the roster: from the database, or as they were known last.

    Raises:
        OSError: DIR cannot be written.
    """
    try:
        engine = open_store(settings.database_url)
        try:
            found = _of_database(engine)
        finally:
            engine.dispose()
    except StoreUnavailable as away:
        known = remembered(settings.state.roster)
        if known:
            say(f"the roster is the one known last, of {len(known)} operators: {in_words(away)}")
        return known
    remember(settings.state.roster, found)
    return found


def remember(file: Path, extensions: Iterable[str]) -> None:
    """Keep what is known now, in one step. Raises ``OSError``."""
    content = json.dumps({EXTENSIONS: sorted(extensions)}).encode()
    if not file.exists() or file.read_bytes() != content:
        write_whole(file, content, mode=0o600, durable=True)


def remembered(file: Path) -> tuple[str, ...]:
    """Return what was known last; nothing when the copy is not there or damaged."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))[EXTENSIONS]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    good = isinstance(found, list) and all(isinstance(e, str) and e.isdigit() for e in found)
    return tuple(found) if good else ()


def _of_database(engine: Engine) -> tuple[str, ...]:
    there = select(operators.c.extension).where(operators.c.left_on.is_(None))
    with reading(engine) as connection:
        if not inspect(connection).has_table(operators.name):
            return ()  # a store that was never migrated, or by an older version
        try:
            return tuple(connection.scalars(there.order_by(operators.c.extension)))
        except ProgrammingError as strange:
            raise StoreUnavailable(f"it has another roster: {strange.orig}") from strange
