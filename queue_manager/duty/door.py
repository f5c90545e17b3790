"""Who may sign on or listen: extension and PIN, under limits that lock nobody else out.

Three limits count wrong trials: from one telephone, of one extension, and over all. The last two
would let a stranger lock others out, so a telephone from which an extension was let in lately is
counted by itself alone; an operator's own telephone, which Asterisk knows by its password, always.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from database.engine import writing
from database.line import in_a_line
from queue_manager.duty.schema import pin_attempts
from queue_manager.roster.pin import Pins
from queue_manager.roster.schema import operators

MOST_TELEPHONE: Final = 64
MOST_EXTENSION: Final = 8


@dataclass(frozen=True, slots=True)
class Admitted:
    """The PIN is right."""

    extension: str
    supervisor: bool


class NotAdmitted:
    """No such extension, or not its PIN: nobody is told which."""


class TooManyTrials:
    """Nothing was looked at: there were too many wrong trials lately."""


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How many wrong PINs are borne, each in ``within``."""

    of_telephone: int = 5
    of_extension: int = 10
    overall: int = 100
    within: timedelta = timedelta(minutes=15)
    known_for: timedelta = timedelta(days=30)
    """For so long a telephone that an extension was let in from is known for it."""


class Door:
    """Lets operators in by extension and PIN. Synchronous: ask it in a thread."""

    def __init__(
        self,
        engine: Engine,
        pins: Pins,
        now: Callable[[], datetime],
        limits: TrialLimits | None = None,
    ) -> None:
        self._engine, self._pins, self._now = engine, pins, now
        self._limits = limits or TrialLimits()

    def admit(
        self, telephone: str, extension: str, pin: str
    ) -> Admitted | NotAdmitted | TooManyTrials:
        """Try a PIN from a telephone: an operator's extension, or a keyed mark of a number.

        Raises ``database.engine.StoreUnavailable``.
        """
        telephone, extension = telephone[:MOST_TELEPHONE], extension[:MOST_EXTENSION]
        at = self._now()
        with writing(self._engine) as connection:
            in_a_line(connection, "pins")  # or two would both take the last trial
            self._forget(connection, at)
            if self._used_up(connection, telephone, extension, at):
                return TooManyTrials()
            found = connection.execute(
                select(operators.c.pin_mark, operators.c.supervisor).where(
                    operators.c.extension == extension, operators.c.left_on.is_(None)
                )
            ).one_or_none()
            right = self._pins.fits(found and found.pin_mark, extension, pin)
            _note(connection, telephone, extension, right, at)
        return Admitted(extension, found.supervisor) if found and right else NotAdmitted()

    def _used_up(
        self, connection: Connection, telephone: str, extension: str, at: datetime
    ) -> bool:
        of_telephone = pin_attempts.c.telephone == telephone
        of_extension = pin_attempts.c.extension == extension
        wrong = ~pin_attempts.c.admitted & (pin_attempts.c.at > at - self._limits.within)
        if _count(connection, wrong & of_telephone) >= self._limits.of_telephone:
            return True
        if telephone == extension or _count(
            connection, pin_attempts.c.admitted & of_telephone & of_extension
        ):
            return False
        return (
            _count(connection, wrong & of_extension) >= self._limits.of_extension
            or _count(connection, wrong) >= self._limits.overall
        )

    def _forget(self, connection: Connection, at: datetime) -> None:
        over = pin_attempts.c.at < at - self._limits.within
        known = pin_attempts.c.admitted & (pin_attempts.c.at >= at - self._limits.known_for)
        connection.execute(delete(pin_attempts).where(over & ~known))
        # The clock was set back: what seems to come from the future was tried before now.
        connection.execute(update(pin_attempts).where(pin_attempts.c.at > at).values(at=at))


def _note(
    connection: Connection, telephone: str, extension: str, right: bool, at: datetime
) -> None:
    row = {"telephone": telephone, "extension": extension, "admitted": right, "at": at}
    if right:  # of those let in only the last time counts
        same = (pin_attempts.c.telephone == telephone) & (pin_attempts.c.extension == extension)
        connection.execute(delete(pin_attempts).where(same & pin_attempts.c.admitted))
    connection.execute(insert(pin_attempts).values(row))


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    found = connection.scalar(select(func.count()).select_from(pin_attempts).where(where))
    return int(found or 0)
