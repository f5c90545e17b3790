"""The entry points the dialplan calls: one file a route, named as the route, no decisions in them.

``inbound``, ``from_queue``, ``after_queue``, ``staff`` and ``after_listening`` are served by
``ivr.fastagi.server``; their arguments are described in ``ivr.names``. The fall-back script is a
process of its own.
"""

from __future__ import annotations

from typing import Protocol

from ivr.call import Call
from ivr.desk import Desk
from ivr.room import Room


class House(Protocol):
    """What an entry point needs of the running helpline; ``sahayata.bootstrap`` builds it."""

    @property
    def desk(self) -> Desk:
        """The tickets."""

    @property
    def room(self) -> Room:
        """The room of operators."""

    async def converse(self, call: Call) -> None:
        """Run the conversation that ``call.facts.entry`` names, to its end.

        Returns when the conversation ended in whatever way, a hang-up or a lost line included; what
        it raises is a fault of ours: the server logs it, closes the line, and the dialplan's
        fall-back takes the caller.
        """
