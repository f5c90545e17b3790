"""``up --demo`` on a place without a roster: forty operators, and the plan of two weeks.

Their PINs are drawn anew for each instance, and lie in DIR for whoever wants to try them: a PIN
that stands in a public file would stay valid when the demonstration becomes a helpline.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from database.engine import StoreUnavailable
from database.upgrade import NewerStore, upgrade
from queue_manager.roster.demo import demo_roster, demo_sittings
from queue_manager.roster.intake import RosterFile
from queue_manager.roster.model import Roster
from sahayata.district.roster_terms import roster_terms_of
from sahayata.settings import Settings
from sahayata.state import StateFolder
from sahayata.store_health import in_words
from sahayata.stores import load_secrets, now, open_database, open_roster

BY: Final = "demo"


def seat_demo_roster(settings: Settings, say: Callable[[str], None]) -> None:
    """Fill an empty roster, or plan two more weeks for one whose plan has run out.

    Without a database there is no roster: seats of the district answer, and ``say`` tells it.

    Raises:
        OSError: DIR cannot be written.
        sahayata.secrets.SecretsUnreadable: the secrets are damaged.
    """
    secrets = load_secrets(settings)
    try:
        engine = open_database(settings)
        try:
            upgrade(engine)
            store, made = open_roster(settings, secrets, engine), _Made(settings)
            if made.needed(store.read()):
                store.take_in(made.file, by=BY, why="demonstration", left=lambda _, extension: None)
        finally:
            engine.dispose()
    except (StoreUnavailable, NewerStore) as fault:
        words = in_words(fault) if isinstance(fault, StoreUnavailable) else str(fault)
        say(f"there is no demonstration roster: {words}")
        return
    if made.pins:
        file = pins_file(settings.state)
        _write(file, made.pins)
        say(f"a demonstration roster of {len(made.pins)} operators; their PINs: {file}")


def pins_file(state: StateFolder) -> Path:
    """Where the PINs of the demonstration roster lie; there only when it was made here."""
    return state.root / "demo-pins.csv"


class _Made:
    """What was put into the roster."""

    def __init__(self, settings: Settings) -> None:
        self.pins: Mapping[str, str] = {}
        self._state = settings.state
        self._terms = roster_terms_of(settings.district)
        self._today = now().astimezone(self._terms.zone).date()

    def needed(self, roster: Roster) -> bool:
        """Whether nobody is there, or the plan that we made has run out."""
        if roster.people and not pins_file(self._state).exists():
            return False  # of a district, which plans for itself
        return all(sitting.day < self._today for sitting in roster.sittings)

    def file(self, before: Roster) -> RosterFile:
        """Return what an empty roster becomes, or the plan of one that has run out."""
        if before.people:
            return RosterFile(sittings=demo_sittings(before, self._terms, self._today))
        made = demo_roster(self._terms, self._today)
        self.pins = made.pins
        return made


def _write(path: Path, pins: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("extension,pin\n")
        file.writelines(f"{extension},{pin}\n" for extension, pin in sorted(pins.items()))
