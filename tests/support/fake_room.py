"""A room that answers as it was told to, and keeps what was done in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.call import CallFacts
from ivr.room import DEEDS, GOOD, OF_A_SUPERVISOR, RoomAnswer, RoomUnavailable


@dataclass
class FakeRoom:
    """``answers`` is the outcome of each deed, the first of ``ivr.room.DEEDS`` where left out."""

    answers: Mapping[str, str] = field(default_factory=dict)
    down: bool = False
    deeds: list[str] = field(default_factory=list)
    """What was asked, as ``pause 201 reason=tea``."""
    left: list[bool] = field(default_factory=list)
    """Of each call that listening in is over in, whether anything was heard."""

    async def ask(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        if self.down:
            raise RoomUnavailable("down")
        deed = DEEDS[do]
        assert set(given) == set(deed.needs)
        assert who or do not in OF_A_SUPERVISOR, "nobody was recognised"
        told = (f"{key}={value}" for key, value in given.items() if key != "pin")
        if do != "telephone":  # Asked before each PIN; nothing is done by it.
            self.deeds.append(" ".join((do, who or facts.caller, *told)))
        outcome = self.answers.get(do, deed.outcomes[0])
        recognised = do == "identify" and outcome in ("operator", "supervisor")
        said = ("n_7",) if do in OF_A_SUPERVISOR else ()
        value = "301" if do == "call_supervisor" else ""
        return RoomAnswer(outcome, said, value, facts.caller if recognised else "")

    async def notice(self, facts: CallFacts, who: str, queue: str, recording: Path) -> None:
        if self.down:
            raise RoomUnavailable("down")
        self.deeds.append(f"notice {who} queue={queue}")

    async def take(self, facts: CallFacts, who: str, number: str, recording: Path) -> RoomAnswer:
        if self.down:
            raise RoomUnavailable("down")
        self.deeds.append(f"take {who} number={number}")
        outcome = self.answers.get("take", GOOD)
        return RoomAnswer(outcome, ("n_8",) if outcome == GOOD else ())

    async def talk_left(self, facts: CallFacts, *, heard: bool = True) -> None:
        self.left.append(heard)
