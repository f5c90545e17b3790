"""Joins the console from settings, as ``sahayata.bootstrap`` joins the rest."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from console.desk import House, Transport
from console.journal_figures import JournalFigures
from console.roster_crew import RosterCrew
from console.service import Needs
from queue_manager.metrics.figures import Figures
from sahayata import stores
from sahayata.district.model import District
from sahayata.district.roster_terms import duty_terms_of, roster_terms_of
from sahayata.secrets import Secrets
from sahayata.settings import Settings
from sahayata.staffing import DistrictStaffing


def console_needs(settings: Settings, secrets: Secrets, engine: Engine) -> Needs:
    """Give everything that the console needs."""
    district = settings.district
    zone = ZoneInfo(district.helpline.timezone)
    figures = Figures(engine, district.metrics.terms(), zone, stores.now)
    roster = stores.open_roster(settings, secrets, engine)
    return Needs(
        house=house_of(district),
        transport=Transport(
            https=settings.console_https,
            proxies=frozenset(settings.console_proxies),
            port=settings.ports.http,
            metrics_token=secrets.metrics,
        ),
        engine=engine,
        figures=JournalFigures(engine, figures, zone, tuple(district.queues)),
        roster=RosterCrew(roster, roster_terms_of(district)),
        staffing=DistrictStaffing(district, engine, roster.read),
        room_address=f"http://127.0.0.1:{settings.ports.room}",
        room_token=secrets.room,
        now=stores.now,
    )


def house_of(district: District) -> House:
    """Tell the console what the district is called and decided."""
    helpline, red = district.helpline, district.wallboard.red
    return House(
        name=_in_both(helpline.name),
        district=_in_both(helpline.district),
        short_code=helpline.short_code,
        queues={name: _in_both(queue.name) for name, queue in district.queues.items()},
        reasons={
            reason.id: _in_both(reason.names) for reason in duty_terms_of(district).pause_reasons
        },
        timezone=helpline.timezone,
        limits={
            state: getattr(red, state).total_seconds()
            for state in ("talking", "holding", "ringing", "wrap_up", "paused")
        },
        long_wait_s=red.waiting.total_seconds(),
        service_level_goal=district.metrics.target / 100,
    )


def _in_both(names: Mapping[str, str]) -> dict[str, str]:
    """Fill in the language that is missing: the page speaks Hindi and English."""
    some = next(iter(names.values()))
    return {"hi": names.get("hi", some), "en": names.get("en", some)}
