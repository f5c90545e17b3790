"""A call that is pressed by a script of keys and keeps what was heard."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ivr.call import CallFacts, PromptId, QueueLoad
from ivr.keypad import ScriptedKeypad
from ivr.keys import parse_keys
from ivr.simulator import PhoneCall

ARRIVED = datetime(2026, 6, 1, 10, 10, tzinfo=UTC)
"""15:40 in India, a Monday."""


def make_facts(
    *,
    entry: str = "inbound",
    caller: str = "+919876543210",
    ticket: str = "",
    queue: str = "",
    recorded: str = "",
    call_id: str = "cell-a.1-1764.7",
) -> CallFacts:
    return CallFacts(
        call_id=call_id,
        caller=caller,
        dialled="1950",
        language="hi",
        entry=entry,
        arrived_at=ARRIVED,
        ticket=ticket,
        queue=queue,
        parameters={"recorded": recorded} if recorded else {},
    )


class HeardScreen:
    """Keeps what was heard; every prompt takes a second."""

    def __init__(self) -> None:
        self.heard: list[PromptId] = []
        self.told: list[str] = []

    def says(self, prompt: PromptId) -> float:
        self.heard.append(prompt)
        return 1.0

    def stops(self) -> None:
        pass

    def tells(self, what: str) -> None:
        self.told.append(what)


class FakeCall(PhoneCall):
    """``keys`` is a script of ``ivr.keys``; ``then_hang_up`` leaves when it is over."""

    def __init__(
        self,
        facts: CallFacts,
        keys: str,
        recordings: Path,
        *,
        load: QueueLoad | None = None,
        then_hang_up: bool = False,
        listens: bool = False,
    ) -> None:
        self.keypad = ScriptedKeypad(parse_keys(keys), hang_up_at_end=then_hang_up)
        self.screen = HeardScreen()
        super().__init__(facts, self.keypad, self.screen, recordings, load, listens=listens)

    @property
    def heard(self) -> list[PromptId]:
        return self.screen.heard
