"""A console for tests: a believable district, figures and roster that stand still, a quick hash."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import Engine

from console.accounts import Accounts
from console.desk import House, Transport
from console.ports import Count, Crew, Day, Expected, Gap, Hour, Person, QueueFigures
from console.service import Needs
from console.users import Role
from queue_manager.staffing.breaks import Goal
from queue_manager.staffing.day import StaffingDay
from queue_manager.staffing.demand import HALF_HOURS, Demand, usual
from queue_manager.staffing.plan import Move, Seat, plan
from tests.support.room_server import TOKEN, RoomServer

PASSWORD = "नीला-आसमान-42-पहाड़"
METRICS_TOKEN = "token-of-prometheus"
PORT = 15003
"""What the console is told it listens on; in tests it takes any that is free."""
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ZONE = ZoneInfo("Asia/Kolkata")
NOON = datetime(2026, 6, 1, 8, 48, tzinfo=UTC)
QUEUES = {
    "food": {"hi": "भोजन", "en": "Food"},
    "ration": {"hi": "राशन", "en": "Ration"},
    "medical": {"hi": "इलाज", "en": "Medical"},
    "psych": {"hi": "मन की परेशानी", "en": "Psychological"},
    "general": {"hi": "सामान्य", "en": "General"},
}
REASONS = {
    "tea": {"hi": "चाय", "en": "Tea"},
    "meal": {"hi": "खाना", "en": "Meal"},
    "training": {"hi": "ट्रेनिंग", "en": "Training"},
}
FIRST = (
    ("Sunita", "सुनीता"), ("Rakesh", "राकेश"), ("Meena", "मीना"), ("Arjun", "अर्जुन"),
    ("Kavita", "कविता"), ("Imran", "इमरान"), ("Pooja", "पूजा"), ("Vikram", "विक्रम"),
    ("Shabnam", "शबनम"), ("Deepak", "दीपक"),
)  # fmt: skip
LAST = (("Yadav", "यादव"), ("Sharma", "शर्मा"), ("Khan", "ख़ान"), ("Singh", "सिंह"))


def people(count: int = 40) -> tuple[Person, ...]:
    found = []
    for place in range(count):
        (first, first_hi) = FIRST[place % len(FIRST)]
        (last, last_hi) = LAST[(place // len(FIRST)) % len(LAST)]
        extension = str((201 if count < 500 else 2001) + place)
        found.append(Person(extension, f"{first} {last}", f"{first_hi} {last_hi}"))
    return tuple(found)


class StillRoster:
    """The same crew at all times."""

    def __init__(self, crew: Crew) -> None:
        self.found = crew

    def crew(self, now: datetime) -> Crew:
        return self.found


class StillFigures:
    """The same figures at all times."""

    def __init__(self, day: Day) -> None:
        self.day = day

    def today(self, now: datetime) -> Day:
        return self.day


def a_day() -> Day:
    def figures(offered: int, level: float | None, recent: float | None) -> QueueFigures:
        lost = offered // 14
        answered = max(0, offered - lost - offered // 40)
        asa = 11.0 if level else None
        today = Count(offered, answered, lost, offered // 60, offered // 90, level, asa, 0.06)
        now = Count(offered // 12, offered // 13, lost // 12, 0, 0, recent, asa, 0.03)
        return QueueFigures(today, now)

    shape = (9, 6, 4, 4, 6, 14, 38, 66, 92, 118, 131, 126, 97, 104, 53)
    hours = tuple(Hour(hour, n, n - n // 11 - n // 30, n // 11) for hour, n in enumerate(shape))
    levels = {
        "food": figures(312, 0.86, 0.91), "ration": figures(284, 0.81, 0.72),
        "medical": figures(143, 0.93, 0.95), "psych": figures(51, 0.88, None),
        "general": figures(78, 0.79, 0.83),
    }  # fmt: skip
    return Day(NOON, figures(868, 0.85, 0.83), levels, hours, (Gap(3.2, 3.75), Gap(11.1, 11.25)))


def a_crew(count: int = 40) -> Crew:
    morning = {"hi": "दिन", "en": "Day"}
    since = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
    everybody = people(count)
    return Crew(everybody, tuple(Expected(p.extension, morning, since) for p in everybody[:36]))


class StillStaffing:
    """A usual day of 2,500 calls, for which eighteen operators are too few in the forenoon.

    The coming half-hour is busy for every queue but psych, of which nothing can be foretold.
    """

    goal = Goal(0.8, 20.0)

    def today(self) -> date:
        return NOON.astimezone(ZONE).date()

    def day(self, day: date) -> StaffingDay:
        demand = usual(2500, dict.fromkeys(QUEUES, 1.0))
        pairs = (("food", "ration"), ("medical", "general"), ("psych", "general"))
        seats = tuple(
            Seat(one.extension, one.name, frozenset(pairs[place % 3]))
            for place, one in enumerate(people(18))
        )
        needs = plan(demand, [seats] * HALF_HOURS, target=0.8, within_s=20.0)
        moved = (Move("202", "Rakesh Yadav", "medical", 21, 24),)
        begins = datetime.combine(day, time(), ZONE)
        return StaffingDay(day, needs, moved, begins, {"202": "राकेश यादव"})

    def coming(self) -> dict[str, Demand]:
        return {queue: Demand(40.0) for queue in QUEUES if queue != "psych"}

    async def look_ahead(self) -> None:
        await asyncio.Event().wait()


def house() -> House:
    return House(
        name={"hi": "ज़िला हेल्पलाइन", "en": "District Helpline"},
        district={"hi": "गुरुग्राम", "en": "Gurugram"},
        short_code="1950",
        queues=QUEUES,
        reasons=REASONS,
        timezone="Asia/Kolkata",
        limits={
            **{"talking": 600.0, "holding": 120.0, "ringing": 20.0},
            **{"wrap_up": 120.0, "paused": 1800.0},
        },
        long_wait_s=120.0,
        service_level_goal=0.8,
    )


def needs(room: RoomServer, engine: Engine, *, operators: int = 40, port: int = PORT) -> Needs:
    return Needs(
        house=house(),
        transport=Transport(
            https=False, proxies=frozenset(), port=port, metrics_token=METRICS_TOKEN
        ),
        engine=engine,
        figures=StillFigures(a_day()),
        roster=StillRoster(a_crew(operators)),
        staffing=StillStaffing(),
        room_address=room.address,
        room_token=TOKEN,
        now=lambda: datetime.now(UTC),
        hasher=QUICK,
    )


def add_users(engine: Engine) -> None:
    accounts = Accounts(engine, lambda: datetime.now(UTC))
    for role in Role:
        accounts.add(f"{role.value}1", role, QUICK.hash(PASSWORD))


def database_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'console.db'}"
