"""Taking the spool into the store, and keeping the fall-back's pool of numbers full.

Both are called again and again by a process of their own; killed at any point, nothing is lost and
nothing is done twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from database.engine import StoreUnavailable
from tickets import spool
from tickets.pool import NumberPool
from tickets.register import Register
from tickets.spool import Damaged, Spooled
from tickets.store.ticket_rows import NumberTaken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What one pass over the spool came to."""

    taken: int = 0
    repeated: int = 0
    """Committed before, but killed before the file was removed."""
    damaged: tuple[Damaged, ...] = ()


def take_in(register: Register, folder: Path) -> IntakeReport:
    """Take every record of the spool into the store and remove it after the commit.

    A damaged record, or one the store can never accept, is set aside and reported. Raises
    ``StoreUnavailable`` or ``OSError``; what was not taken in stays for the next pass.
    """
    taken = repeated = 0
    damaged: list[Damaged] = []
    for found in spool.read(folder):
        outcome = _take(register, found) if isinstance(found, Spooled) else found
        if isinstance(outcome, Damaged):
            damaged.append(outcome)
            log.error("spool: %s was set aside: %s", outcome.path.name, outcome.reason)
        elif outcome:
            taken += 1
        else:
            repeated += 1
    return IntakeReport(taken, repeated, tuple(damaged))


def refill(register: Register, pool: NumberPool, *, low: int = 200, size: int = 500) -> int:
    """Put ``size`` freshly leased numbers into the pool when fewer than ``low`` are left.

    Returns how many were put. Killed in between, a block of numbers is lost and none is doubled.
    """
    if pool.left() >= low:
        return 0
    numbers = register.lease("fall-back", size)
    pool.put(numbers)
    return len(numbers)


def _take(register: Register, found: Spooled) -> bool | Damaged:
    """Commit one record, then remove its file; False when it had been committed before."""
    try:
        done = register.take_in(found.record, late=True)
    except StoreUnavailable:
        raise
    except (SQLAlchemyError, NumberTaken, ValueError) as fault:
        # One bad record must not keep the others waiting for ever.
        return spool.set_aside(found, f"{type(fault).__name__}: the store does not accept it")
    spool.remove(found)
    return not done.repeated
