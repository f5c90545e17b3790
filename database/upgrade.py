"""Bringing a store to the schema of this version."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from database import migrations
from database.engine import writing

_LOCK: Final = 0x5A4A
"""Any number: PostgreSQL's advisory lock that lets one process migrate at a time."""


class NewerStore(Exception):
    """The store was migrated by a newer version of this program."""


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, all of them or none; several processes may call it.

    Raises ``NewerStore`` or ``StoreUnavailable``.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = alembic_config(connection)
        here = MigrationContext.configure(connection).get_current_revision()
        scripts = ScriptDirectory.from_config(config)
        if here is not None and here not in {s.revision for s in scripts.walk_revisions()}:
            raise NewerStore(
                f"the database is at revision {here}, which this version does not know:"
                " start the version that made it, or a newer one"
            )
        if here != scripts.get_current_head():
            command.upgrade(config, "head")


def alembic_config(connection: Connection) -> Config:
    """Return what alembic needs to work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    return config
