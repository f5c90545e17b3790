"""A house with a roster, and the telephones of its operators and supervisors."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.keys import parse_keys
from queue_manager.duty.declared import SignOff, SignOn
from queue_manager.room.wire import OperatorSaid
from sahayata import stores
from sahayata.processes.demo import greeting_of
from sahayata.staff.live import RoomOverHttp
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.fingers import Mouth, murmured
from sahayata.telephone.operator import Manner
from sahayata.telephone.staff import open_staff
from tests.pbx.citizens import ear, hear, recordings
from tests.pbx.instance import Instance, free_ports, of_folder
from tests.support.past_calls import add_a_busy_hour
from tests.support.rostered import PIN, seat_roster
from tests.support.trial_project import trial_project
from tickets.queries import find_call, find_ticket

SOON_S = 20.0
LONG = Limits(call_s=150.0)
WITH_PIN = f"{PIN}#"
"""Pressed by everybody who is asked for the PIN."""
TO_FOOD, TO_RATION = "h:greeting 1 # h:number_is 0", "h:greeting 2 # h:number_is 0"
"""The short way of a citizen into a queue."""


@contextlib.contextmanager
def rostered_house(folder: Path) -> Iterator[Instance]:
    """Run an instance with a roster of three, nobody signed on; telephones ring for 5 s.

    Food had many calls on this day a week ago: more than anybody can miss an operator for.
    """
    project = trial_project(folder / "project", "")
    district = project / "district.yaml"
    text = district.read_text(encoding="utf-8").replace("wrap_up: 0 s", "wrap_up: 30 s")
    district.write_text(text.replace("ring: 20 s", "ring: 5 s"), encoding="utf-8")
    recordings()  # before any call: it takes a second of all the attention there is
    with free_ports() as base:
        instance = of_folder(folder / "s", base, project=project)
        seat_roster(instance.settings, folder)
        engine = stores.open_database(instance.settings)
        add_a_busy_hour(engine, stores.now())
        engine.dispose()
        try:
            yield instance.start()
        finally:
            instance.clear()


@dataclass
class Telephones:
    """The telephones of the roster, registered, and what is dialled on them."""

    instance: Instance

    @asynccontextmanager
    async def there(self, *extensions: str, manner: Manner) -> AsyncIterator[None]:
        """Register telephones that answer; those who are called talk as ``manner`` says."""
        settings = self.instance.settings
        passwords = stores.load_secrets(settings).extensions
        async with open_staff(
            ("127.0.0.1", settings.ports.sip),
            {extension: passwords[extension] for extension in extensions},
            greeting_of(settings),
            manner,
            random.Random(1),
        ) as people:
            for extension in extensions:
                await people.come(extension)
            yield

    @asynccontextmanager
    async def on_duty(self, *extensions: str, manner: Manner) -> AsyncIterator[None]:
        """The same for operators who are on duty from the beginning to the end."""
        engine = stores.open_database(self.instance.settings)
        duty = stores.open_duty(self.instance.settings, engine)
        async with self.there(*extensions, manner=manner):
            for extension in extensions:
                duty.declare(extension, SignOn(), by=extension)
            for extension in extensions:
                await self.becomes(extension, "available")
            yield
            for extension in extensions:
                duty.declare(extension, SignOff(), by=extension)
                await self.becomes(extension, "offline")
        engine.dispose()

    async def dial(
        self, extension: str, code: str, keys: str = "", mouth: Mouth = murmured
    ) -> list[str]:
        """Dial a code and press keys; return the prompts that were heard, in order."""
        call = await self.call(extension, code, keys, mouth)
        return [item.prompt for item in hear(call.samples)]

    async def call(
        self, extension: str, code: str, keys: str = "", mouth: Mouth = murmured
    ) -> HeardCall:
        """Dial a code and press keys; ``mouth`` says what stands after ``say:``."""
        settings = self.instance.settings
        return await place_call(
            ("127.0.0.1", settings.ports.sip),
            code,
            extension,
            parse_keys(keys),
            password=stores.load_secrets(settings).extensions[extension],
            ear=ear,
            limits=LONG,
            mouth=mouth,
        )

    async def citizen(
        self, number: str, keys: str, hang_up: asyncio.Event | None = None
    ) -> HeardCall:
        """Call the helpline from outside."""
        return await place_call(
            ("127.0.0.1", self.instance.settings.ports.sip),
            "1950",
            number,
            parse_keys(keys),
            ear=ear,
            limits=LONG,
            hang_up=hang_up,
        )

    async def operator(self, extension: str) -> OperatorSaid | None:
        """What the room says of an operator."""
        secrets = stores.load_secrets(self.instance.settings)
        room = RoomOverHttp(f"http://127.0.0.1:{self.instance.settings.ports.room}", secrets.room)
        try:
            whole = await room.picture()
        finally:
            await room.close()
        return next((o for o in whole.operators if o.extension == extension), None)

    async def becomes(
        self, extension: str, state: str, reason: str = "", within_s: float = SOON_S
    ) -> None:
        """Wait until the room says so."""
        found: OperatorSaid | None = None
        try:
            async with asyncio.timeout(within_s):
                while found is None or (found.state, found.pause_reason or "") != (state, reason):
                    await asyncio.sleep(0.1)
                    found = await self.operator(extension)
        except TimeoutError:
            raise AssertionError(f"{extension} is not {state} {reason}: {found}") from None


def events_of(instance: Instance, call: HeardCall) -> list[object]:
    """Every event in the history of the ticket of a call."""
    engine = stores.open_database(instance.settings)
    found = find_call(engine, sip_call_id=call.sip_call_id)
    assert found is not None
    file = find_ticket(engine, found.ticket)
    engine.dispose()
    assert file is not None
    return [entry.event for entry in file.history]
