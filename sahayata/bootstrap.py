"""Joins everything: the only place that knows every concrete class.

The process that answers calls is built here; what is built knows nothing of settings. What an
instance keeps is opened by ``sahayata.stores``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agi_scripts import after_listening, after_queue, from_queue, inbound, staff
from console.audit import Audit
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
from queue_manager.metrics.calendar import day_begins, day_of
from queue_manager.metrics.figures import Figures
from queue_manager.metrics.tally import Tally
from sahayata.desk import DeskAdapter
from sahayata.district.roster_terms import duty_terms_of
from sahayata.district.view import view_of
from sahayata.logs import naming_its_call
from sahayata.secrets import Secrets
from sahayata.settings import Settings
from sahayata.staff.live import RoomOverHttp
from sahayata.staff.notices import Notices
from sahayata.staff.ports import IfAway
from sahayata.staff.records import RosterCrew, StaffRecords
from sahayata.staff.room import StaffRoom
from sahayata.staff.studio import StudioByTelephone
from sahayata.stores import now, open_database, open_door
from sahayata.studio import empty_lobby, open_booth
from tickets.register import Register
from tickets.service import TicketDesk


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
    records = StaffRecords(engine, register, Audit(engine, now), now)

    def today() -> Tally:
        at = now()
        return figures.sums(day_begins(day_of(at, zone), zone), at).all_queues

    return StaffRoom(
        RoomOverHttp(f"http://127.0.0.1:{settings.ports.room}", secrets.room),
        open_door(secrets, engine),
        RosterCrew(engine),
        records,
        today=today,
        if_away=if_away,
        notices=Notices(settings.state.notices),
        studio=StudioByTelephone(
            open_booth(settings, district.helpline.languages[0]),
            empty_lobby(settings),
            sounds,
            records,
            now,
        ),
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
