"""The port to the room of operators, as a conversation of an operator or a supervisor needs it.

``ivr`` defines it; ``sahayata.staff.room`` satisfies it with the live picture, the duty and the
roster. Citizens' conversations never ask it: they go on when nobody can tell how the room stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from ivr.call import CallFacts, PromptId


class RoomUnavailable(Exception):
    """The room cannot be asked now, or what was asked could not be seen to happen."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What may be asked of the room: what it has to be given, and what it may answer."""

    needs: tuple[str, ...]
    outcomes: tuple[str, ...]


DONE: Final = "done"
REFUSED: Final = "refused"

DEEDS: Final[Mapping[str, Deed]] = MappingProxyType(
    {
        # Whose telephone is it? `seat`: nobody's of the roster, so there is no PIN to ask for.
        "telephone": Deed((), ("rostered", "seat")),
        # Who is it? `wrong` for an unknown extension and for a wrong PIN alike.
        "identify": Deed(("pin",), ("operator", "supervisor", "wrong", "too_many")),
        # Of an operator. `refused` says why.
        "my_state": Deed(
            (), ("signed_off", "available", "wrap_up", "paused", "missed_calls", "on_call")
        ),
        "sign_on": Deed((), (DONE, REFUSED)),
        "sign_off": Deed((), (DONE, REFUSED)),
        "pause": Deed(("reason",), (DONE, REFUSED, "unknown_reason")),
        # What would their break cost? `short` when callers of a queue would wait too long; then
        # which of the two they chose. None of it ever refuses a pause.
        "outlook": Deed(("reason",), ("enough", "short")),
        "chose_break": Deed((), (DONE,)),
        "chose_work": Deed((), (DONE,)),
        "resume": Deed((), (DONE, REFUSED)),
        "ready": Deed((), (DONE, REFUSED)),
        "disposition": Deed(("code",), (DONE, "no_call", "unknown_code")),
        "mark": Deed(("mark",), (DONE, "no_call", "unknown_code")),
        "call_supervisor": Deed((), (DONE, "nobody")),
        # Of a supervisor. What they say is the spoken value {room}.
        "briefing": Deed((), (DONE,)),
        "queues": Deed((), (DONE,)),
        "operators": Deed((), (DONE,)),
        "figures": Deed((), (DONE,)),
        "may_listen": Deed(("operator",), (DONE, "not_talking", "no_such_operator")),
        "may_whisper": Deed(("operator",), (DONE, "not_talking", "no_such_operator")),
        "may_barge": Deed(("operator",), (DONE, "not_talking", "no_such_operator")),
        "bring_back": Deed(("operator",), (DONE, REFUSED, "no_such_operator")),
        "send_off": Deed(("operator",), (DONE, REFUSED, "no_such_operator")),
        "clear_notice": Deed(("queue",), (DONE, REFUSED)),
        # The studio: {room} says a prompt as callers hear it. A take is in use when it was kept.
        "studio": Deed((), (DONE, REFUSED)),
        "prompt": Deed(("number",), (DONE, "no_such_prompt")),
        "keep_take": Deed((), (DONE, "no_take")),
        "drop_take": Deed((), (DONE,)),
    }
)
"""Everything a node of kind ``room`` may ask. Each deed is written into the audit log."""

OF_THE_STUDIO: Final = frozenset({"studio", "prompt", "keep_take", "drop_take"})
OF_A_SUPERVISOR: Final = frozenset(
    {
        *("briefing", "queues", "operators", "figures"),
        *("may_listen", "may_whisper", "may_barge", "bring_back", "send_off", "clear_notice"),
        *OF_THE_STUDIO,
    }
)
"""Deeds that are refused to everybody else, whatever the flow says."""


COMING_BACK: Final = frozenset({"resume", "ready"})
"""Deeds by which an operator is rung again. Asterisk alone can do them: where nobody of ours is
there they are done without PIN, without record and at once (``ivr.fallback.staff``)."""


GOOD: Final = "good"
NO_VOICE: Final = "silent"
TAKES: Final = (GOOD, NO_VOICE, "quiet", "loud", "short", "long", "noisy")
"""What a recording of an official may be worth; all but the first are refused."""


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """What the room answers."""

    outcome: str
    """One of the deed's."""
    prompts: tuple[PromptId, ...] = ()
    """What the spoken value ``{room}`` says from now on."""
    value: str = ""
    """Of ``call_supervisor``: the extension of who may be called."""
    who: str = ""
    """Of ``identify``: the extension of the operator who was recognised."""


class Room(Protocol):
    """The room. Each method may raise ``RoomUnavailable``, and takes a second or two at most."""

    async def ask(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        """Ask something of the room, or do something in it, on behalf of ``who``.

        ``who`` is "" until ``identify`` recognised somebody; ``facts.caller`` is the extension of
        the telephone, which registered with a password of its own.
        """

    async def notice(self, facts: CallFacts, who: str, queue: str, recording: Path) -> None:
        """Let callers of a queue hear this recording from now on, before they wait."""

    async def take(self, facts: CallFacts, who: str, number: str, recording: Path) -> RoomAnswer:
        """Judge what was recorded in the place of a prompt: one of ``TAKES``.

        A good one is what ``{room}`` says from then on, and may be kept. ``recording`` is taken.
        """

    async def talk_left(self, facts: CallFacts, *, heard: bool = True) -> None:
        """Put on record that listening in is over in this call; ``heard`` if it ever began.

        Raises nothing, and does nothing where nobody listened.
        """


class NoRoom:
    """A place without a room: the simulator, and a helpline whose room is not set up."""

    async def ask(
        self, facts: CallFacts, who: str, do: str, given: Mapping[str, str]
    ) -> RoomAnswer:
        """Nothing can be asked here."""
        raise RoomUnavailable("there is no room here")

    async def notice(self, facts: CallFacts, who: str, queue: str, recording: Path) -> None:
        """Nothing can be said here."""
        raise RoomUnavailable("there is no room here")

    async def take(self, facts: CallFacts, who: str, number: str, recording: Path) -> RoomAnswer:
        """Nothing can be kept here."""
        raise RoomUnavailable("there is no room here")

    async def talk_left(self, facts: CallFacts, *, heard: bool = True) -> None:
        """Nobody listens here."""
