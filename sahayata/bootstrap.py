"""Joins everything: the only place that knows every concrete class.

Each process of ours builds here what it needs; what is built knows nothing of settings.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from agi_scripts import after_listening, after_queue, from_queue, inbound, staff
from console.audit import Audit
from database.engine import open_store
from ivr import names
from ivr.call import Call
from ivr.conversation import converse
from ivr.desk import Desk
from ivr.fastagi.routes import LineEquipment, route
from ivr.fastagi.server import AgiServer
from ivr.flow.loader import load_flows
from ivr.flow.model import Flows
from ivr.flow.view import DistrictView
from ivr.languages import LANGUAGES
from ivr.room import Room as RoomPort
from ivr.speech.model_folder import is_model
from ivr.speech.places import Places
from ivr.voice.catalogue import Catalogue, load_catalogue
from ivr.voice.sounds import PublishedSounds
from queue_manager.duty.door import Door
from queue_manager.duty.store import DutyStore
from queue_manager.metrics.calendar import day_begins, day_of
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.tally import Tally
from queue_manager.roster.pin import Pins
from queue_manager.roster.store import RosterStore
from sahayata.desk import DeskAdapter
from sahayata.district import Allowance, District
from sahayata.district_view import view_of
from sahayata.logs import naming_its_call
from sahayata.roster_terms import duty_terms_of, roster_terms_of
from sahayata.secrets import Secrets, load_or_create
from sahayata.settings import Settings
from sahayata.staff.live import RoomOverHttp
from sahayata.staff.notices import Notices
from sahayata.staff.ports import IfAway
from sahayata.staff.records import RosterCrew, StaffRecords
from sahayata.staff.room import StaffRoom
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


@dataclass(frozen=True, slots=True)
class Speech:
    """What can be said in the district's first language, and when."""

    flows: Flows
    view: DistrictView
    catalogue: Catalogue

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every prompt; "" for a pause."""
        return {name: prompt.text or "" for name, prompt in self.catalogue.prompts.items()}


@dataclass(frozen=True, slots=True)
class House:
    """A running helpline, as the entry points of ``agi_scripts`` see it."""

    desk: Desk
    flows: Flows
    view: DistrictView
    room: RoomPort

    async def converse(self, call: Call) -> None:
        """Hold the conversation that ``call.facts.entry`` names, to its end."""
        await converse(call, self.desk, self.flows, self.view, now, room=self.room)


def load_speech(settings: Settings) -> Speech:
    """Read the catalogue and the conversations. Raises ``ivr.strict_yaml.YamlFaults``."""
    language = settings.district.helpline.languages[0]
    catalogue = load_catalogue(settings.prompts / language / "catalogue.yaml")
    view = view_of(settings.district)
    return Speech(load_flows(settings.callflows, view, catalogue.prompts), view, catalogue)


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


def open_database(settings: Settings) -> Engine:
    """Open the store; nothing is connected yet."""
    return open_store(settings.database_url)


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


def open_sounds(settings: Settings) -> PublishedSounds:
    """Look at the recordings. Raises ``ivr.voice.masters.MastersUnreadable``."""
    return PublishedSounds(
        settings.prompts,
        settings.state.sounds,
        settings.district.helpline.languages,
        names=settings.state.names,
    )


def open_staff_room(
    settings: Settings,
    secrets: Secrets,
    register: Register,
    if_away: IfAway,
    sounds: PublishedSounds,
) -> StaffRoom:
    """Give what operators and supervisors ask by telephone."""
    engine, district = open_database(settings), settings.district
    zone = ZoneInfo(district.helpline.timezone)
    figures = Figures(engine, district.metrics.terms(), zone, now)

    def today() -> Tally:
        at = now()
        return figures.sums(day_begins(day_of(at, zone), zone), at).all_queues

    return StaffRoom(
        RoomOverHttp(f"http://127.0.0.1:{settings.ports.room}", secrets.room),
        open_door(secrets, engine),
        RosterCrew(engine),
        StaffRecords(engine, register, Audit(engine, now), now),
        today=today,
        if_away=if_away,
        notices=Notices(settings.state.notices),
        numbers=LANGUAGES[district.helpline.languages[0]],
        queues=tuple(district.queues),
        pause_reasons=[reason.id for reason in duty_terms_of(district).pause_reasons],
        named=sounds.named,
    )


def speech_places(settings: Settings, secrets: Secrets) -> Places | None:
    """Give the way to the recogniser of speech; ``None`` without a model: keys only."""
    if not is_model(settings.speech_model):
        return None
    return Places(f"http://127.0.0.1:{settings.ports.speech}/{secrets.speech}")


def answering_server(
    settings: Settings,
    secrets: Secrets,
    desk: TicketDesk,
    sounds: PublishedSounds,
    room: RoomPort,
    *,
    places: Places | None = None,
) -> AgiServer:
    """Build the server the dialplan calls. Raises ``ivr.strict_yaml.YamlFaults``."""
    speech = load_speech(settings)
    house = House(DeskAdapter(desk), speech.flows, speech.view, room)
    equipment = LineEquipment(
        sounds=sounds,
        recordings=settings.state.messages,
        now=now,
        default_language=settings.district.helpline.languages[0],
        places=places,
    )
    entry_points = {
        names.ROUTE_INBOUND: inbound.run,
        names.ROUTE_FROM_QUEUE: from_queue.run,
        names.ROUTE_AFTER_QUEUE: after_queue.run,
        names.ROUTE_STAFF: staff.run,
        names.ROUTE_AFTER_LISTENING: after_listening.run,
    }
    routes = {
        name: route(naming_its_call(run), house, equipment) for name, run in entry_points.items()
    }
    return AgiServer(routes, password=secrets.agi)


def _rate(allowance: Allowance) -> Rate:
    return Rate(allowance.count, allowance.within)
