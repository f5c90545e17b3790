"""Opens what an instance keeps: its secrets, its database, and what stands on that."""

from __future__ import annotations

import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from database.engine import CACHE_KIB, open_store
from queue_manager.duty.door import Door
from queue_manager.duty.store import DutyStore
from queue_manager.roster.pin import Pins
from queue_manager.roster.store import RosterStore
from sahayata.district.model import Allowance, District
from sahayata.district.roster_terms import roster_terms_of
from sahayata.secrets import Secrets, load_or_create
from sahayata.settings import Settings
from tickets.calls import Rate, StatusLimits
from tickets.model import Category
from tickets.phone_number import PhoneBook
from tickets.pool import NumberPool
from tickets.register import Register
from tickets.service import DeskSettings, TicketDesk
from tickets.terms import Terms

PHONE_KEY_ID: Final = "k1"
"""The id telephone numbers are sealed with; a second key would get the next."""


def now() -> datetime:
    """Tell the time: aware, UTC."""
    return datetime.now(UTC)


def load_secrets(settings: Settings) -> Secrets:
    """Read the secrets, or make them. Raises ``sahayata.secrets.SecretsUnreadable``."""
    return load_or_create(settings.state.secrets, settings.district.extensions)


def terms_of(district: District) -> Terms:
    """Tell the tickets what the district decided about them."""
    limits = district.status_limits
    return Terms(
        categories={
            name: Category(
                id=name,
                queue=category.queue,
                limits_minutes=(None,)
                if category.limit == "none"
                else tuple(
                    int(limit.total_seconds() // 60)
                    for limit in (category.limit.l1, category.limit.l2)
                ),
                confidential=category.confidential,
                ticket=category.ticket,
            )
            for name, category in district.categories.items()
        },
        status_limits=StatusLimits(
            per_call=limits.per_call,
            per_caller=_rate(limits.per_caller),
            overall=_rate(limits.overall),
        ),
        known_caller=timedelta(days=district.helpline.known_caller_days),
    )


def open_database(settings: Settings, *, cache_kib: int = CACHE_KIB) -> Engine:
    """Open the store; nothing is connected yet. ``cache_kib`` as in ``open_store``."""
    return open_store(settings.database_url, cache_kib=cache_kib)


def phone_book(settings: Settings, secrets: Secrets) -> PhoneBook:
    """Seal and find telephone numbers with the keys of this instance."""
    return PhoneBook(
        {PHONE_KEY_ID: secrets.phone_key},
        current=PHONE_KEY_ID,
        index_key=secrets.phone_index_key,
        region=settings.district.helpline.country,
    )


def open_register(settings: Settings, secrets: Secrets, engine: Engine) -> Register:
    """Give the register of tickets on a database."""
    return Register(
        engine, terms_of(settings.district), phone_book(settings, secrets), secrets.number_key
    )


def open_desk(settings: Settings, register: Register, holder: str) -> TicketDesk:
    """Give the desk of one process. ``holder`` leases its numbers."""
    return TicketDesk(
        register,
        DeskSettings(
            spool=settings.state.spool,
            holder=f"{holder}-{os.getpid()}",
            pool=NumberPool(settings.state.pool),
        ),
    )


def pins_of(secrets: Secrets) -> Pins:
    """Make and compare the marks of operators' PINs with a key that is not in the database."""
    key = hmac.digest(secrets.phone_index_key, b"pins of operators", "sha256")
    return Pins(key)


def open_roster(settings: Settings, secrets: Secrets, engine: Engine) -> RosterStore:
    """Give the roster of operators on a database."""
    return RosterStore(engine, pins_of(secrets), roster_terms_of(settings.district), now)


def open_duty(settings: Settings, engine: Engine) -> DutyStore:
    """Give what operators declared."""
    return DutyStore(engine, tuple(settings.district.queues), now)


def open_door(secrets: Secrets, engine: Engine) -> Door:
    """Give the door that lets operators in by extension and PIN."""
    return Door(engine, pins_of(secrets), now)


def _rate(allowance: Allowance) -> Rate:
    return Rate(allowance.count, allowance.within)
