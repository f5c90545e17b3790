"""Whether the database answers, in words for a person: they name the setting, never its value."""

from __future__ import annotations

from database.engine import StoreUnavailable, reading
from sahayata.settings import Settings
from sahayata.stores import open_database


def in_words(fault: StoreUnavailable) -> str:
    """Say on one line that the database cannot be reached, why, and which setting names it."""
    why = next(iter(str(fault).splitlines()), "it does not say why").strip()
    return f"the database (SAHAYATA_DATABASE_URL) cannot be reached: {why}"


def store_fault(settings: Settings) -> str:
    """Ask the database for a sign of life; return what is wrong, "" when it answers."""
    try:
        engine = open_database(settings)
    except OSError as error:  # The file of a SQLite store is opened at once.
        return in_words(StoreUnavailable(str(error)))
    try:
        with reading(engine):
            return ""
    except StoreUnavailable as fault:
        return in_words(fault)
    finally:
        engine.dispose()
