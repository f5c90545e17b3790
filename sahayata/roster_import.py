"""Taking a roster in: into the database, and into an Asterisk that runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from deploy.asterisk_config.queues import without_members
from deploy.asterisk_config.sip import with_operators
from ivr.whole_file import write_whole
from queue_manager.roster.intake import understand
from queue_manager.roster.sheet import read_sheets
from queue_manager.roster.store import Changed
from sahayata.district.roster_terms import roster_terms_of
from sahayata.rostered import remember
from sahayata.secrets import Secrets, load_or_create
from sahayata.settings import Settings
from sahayata.stores import open_duty, open_roster
from sahayata.supervisor.rx import NoAnswer, ask

RELOAD: Final = ("module reload res_pjsip.so", "module reload app_queue.so")
"""Telephones first: whoever is a member of a queue has one."""


def take_in(
    settings: Settings, secrets: Secrets, engine: Engine, file: Path, *, by: str, keep: bool
) -> Changed:
    """Take a file into the database, all of it or nothing.

    Raises:
        queue_manager.roster.sheet.SheetUnreadable: the file is no table.
        queue_manager.roster.intake.RosterFaults: with everything that is wrong in it.
        database.engine.StoreUnavailable: nothing was changed.
    """
    sheets = read_sheets(file)
    duty = open_duty(settings, engine)

    def left(connection: Connection, extension: str) -> None:
        duty.left(connection, extension, by=by, why="on the roster no more")

    return open_roster(settings, secrets, engine).take_in(
        lambda known: understand(sheets, roster_terms_of(settings.district), known),
        by=by,
        why=file.name,
        left=left,
        keep=keep,
    )


def bring_to_asterisk(settings: Settings, changed: Changed, say: Callable[[str], None]) -> None:
    """Give new operators a password, and have an Asterisk that runs know who is there.

    Raises:
        OSError: DIR cannot be written.
        sahayata.secrets.SecretsUnreadable: the secrets are damaged.
    """
    operators = tuple(changed.roster.people)
    remember(settings.state.roster, operators)
    keys = load_or_create(settings.state.secrets, (*settings.district.extensions, *operators))
    asked = partial(ask, settings.state.asterisk_run)
    try:
        asked("core show uptime")
    except NoAnswer:
        say("Asterisk does not run: it knows them at its next start")
        return
    pjsip, queues = (settings.state.asterisk_etc / name for name in ("pjsip.conf", "queues.conf"))
    try:
        before = pjsip.read_text(encoding="utf-8")
        telephones = with_operators(before, settings, keys.extensions, operators)
        members = without_members(queues.read_text(encoding="utf-8"), operators)
        for file, text in ((pjsip, telephones), (queues, members)):
            # Asterisk may read it at any moment.
            write_whole(file, text.encode(), mode=0o600)
        for command in RELOAD:
            asked(command)
    except (NoAnswer, ValueError) as fault:
        say(f"{fault}: restart the instance, so that it knows the telephones of the roster")
