"""What is told while an instance runs: to the person who started it, and to ``instance.json``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from sahayata.settings import Settings
from sahayata.supervisor.faults import in_words
from sahayata.supervisor.instance import Instance, InstanceState
from sahayata.supervisor.keeper import Part, Time
from sahayata.supervisor.preparation import Ground
from sahayata.supervisor.process_id import ProcessId


def say(line: str) -> None:
    """Tell the person who started us; a terminal that has gone away is no reason to stop."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Bulletin:
    """Tells what happens, and keeps the file that ``sahayata status`` reads up to date."""

    def __init__(
        self, ground: Ground, times: Time, *, demo: bool, say: Callable[[str], None]
    ) -> None:
        self.say = say
        self._state, self._time = ground.settings.state, times
        self._parts: dict[str, Part] = {}
        own = ProcessId.of(os.getpid())
        assert own is not None
        self._instance = Instance(
            up=own,
            state=InstanceState.STARTING,
            since=times.now(),
            asterisk_version=ground.asterisk.version,
            port_base=ground.settings.ports.base,
            demo=demo,
            configuration=ground.configuration,
        )

    def changed(self, part: Part, said: str) -> None:
        """Note what became of a part, and tell ``said`` if there is something to say."""
        self._parts[part.name] = part
        self._write(said)

    def fault(self, said: str) -> None:
        """Note what is wrong."""
        self._write(said)

    def failed(self, said: str) -> None:
        """Note why the instance does not start; the person is told by whoever ends it."""
        self._instance = replace(self._instance, last_error=said)

    def became(self, state: InstanceState) -> None:
        """Note what the instance is doing now."""
        self._instance = replace(self._instance, state=state, since=self._time.now())
        self._write("")

    def _write(self, said: str) -> None:
        last = said or self._instance.last_error
        parts = tuple(self._parts.values())
        self._instance = replace(self._instance, parts=parts, last_error=last)
        if said:
            self.say(said)
        try:
            self._instance.write(self._state)
        except OSError as error:
            # A full disk must not stop a helpline that still answers.
            self.say(in_words(error, "what runs could not be noted"))


def ready_lines(settings: Settings, *, demo: bool) -> list[str]:
    """Give the line ``ready`` with the addresses, and how a telephone of an operator registers."""
    ports, host = settings.ports, settings.sip_host
    code, seats = settings.district.helpline.short_code, settings.district.extensions
    ready = (
        f"ready  sip:{code}@{host}:{ports.sip}  manager 127.0.0.1:{ports.ami}"
        f"  agi 127.0.0.1:{ports.agi}  console http://{settings.console_bind}:{ports.http}"
        f"  state {settings.state.root}"
    )
    if demo:
        return [ready]
    if not seats:
        return [ready, "district.yaml has no seats: nobody can answer"]
    return [
        ready,
        f"an operator's telephone registers at {host}:{ports.sip} (UDP) as one of"
        f" {seats[0]} … {seats[-1]}; its password:"
        f" sahayata operators show {seats[0]} --state {settings.state.root}",
    ]
