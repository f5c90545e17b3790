"""What we ask of Asterisk: who sits in which queue, who pauses, and telephones that shall ring."""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from queue_manager.ami import values
from queue_manager.ami.address import Address, Spelling
from queue_manager.ami.ears import Ears
from queue_manager.ami.fence import Connection, Gone
from queue_manager.ami.limits import Limits
from queue_manager.ami.outcomes import Done, Outcome, Refused, Unknown
from queue_manager.ami.staying import Surroundings, stay_connected

_STRANGE: Final = re.compile(r"[^ -~]")
MOST_WORDS: Final = 200
TOLD_WITHIN_S: Final = 5.0
"""After a telephone has rung for its time, Asterisk has said how that ended."""


class Asking:
    """One user's connection to ask on. Nothing is kept for later while it is down."""

    def __init__(
        self,
        address: Address,
        *,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._address = address
        self._around = Surroundings(limits or Limits(), monotonic, chance)
        self._connection: Connection | None = None
        self._ears: Ears | None = None
        self.ready = asyncio.Event()
        """Set while the connection stands."""

    def tell(self, ears: Ears) -> None:
        """Tell what this user hears to ``ears`` from now on."""
        self._ears = ears

    async def run(self) -> None:
        """Stay connected until cancelled."""
        await stay_connected(
            self._address,
            self._around,
            heard=self._heard,
            began=self._began,
            lost=self._lost,
        )

    async def ask(self, action: Mapping[str, str]) -> Outcome:
        """Send an action, once, and say how it ended, within ``Limits.action_s``.

        Raises:
            UnsafeValue: a value has characters that it may not have; nothing was sent.
        """
        if self._connection is None or not self._connection.stands:
            return Unknown("there is no link to Asterisk", sent=False)
        limit_s = self._around.limits.action_s
        try:
            answer = await self._connection.ask(action, limit_s)
        except Gone as gone:
            return Unknown(str(gone))
        except TimeoutError:
            return Unknown(f"no answer within {limit_s:g} s")
        if answer["Response"] == "Success":
            return Done()
        return Refused(_STRANGE.sub("?", answer.get("Message", ""))[:MOST_WORDS])

    async def _began(self, connection: Connection) -> None:
        self._connection = connection
        self.ready.set()

    def _heard(self, block: bytes, name: bytes, at: float) -> None:
        if self._ears is not None:
            self._ears.heard(block, name, at)

    async def _lost(self, why: Gone, _heard_at: float) -> None:
        self._connection = None
        self.ready.clear()
        if self._ears is not None:
            self._ears.lost(str(why))


class Actions:
    """Typed actions. ``Done`` means accepted; events confirm it.

    ``members`` asks as the AMI user who may change queues, ``ringing`` as the one who may let
    telephones ring and nothing else. Operators are extensions, queues are named as in the district.

    Raises (each action):
        UnsafeValue: a value has characters that it may not have; nothing was sent.
    """

    def __init__(self, members: Asking, ringing: Asking, spelling: Spelling) -> None:
        self._members = members
        self._ringing = ringing
        self._ears = Ears()
        ringing.tell(self._ears)
        self._prefix = spelling.queue_prefix

    async def run(self) -> None:
        """Keep both connected until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._members.run())
            group.create_task(self._ringing.run())

    async def add_member(
        self, queue: str, operator: str, penalty: int, name: str, *, pause_reason: str = ""
    ) -> Outcome:
        """Put an operator into a queue; with a reason, paused from the first moment."""
        paused = {"Paused": "true", "Reason": values.reason(pause_reason)} if pause_reason else {}
        return await self._members.ask(
            {
                "Action": "QueueAdd",
                **self._place(queue, operator),
                "Penalty": str(int(penalty)),
                "MemberName": values.clean(name),
                **paused,
            }
        )

    async def remove_member(self, queue: str, operator: str) -> Outcome:
        """Take an operator out of a queue. Talks go on."""
        return await self._members.ask({"Action": "QueueRemove", **self._place(queue, operator)})

    async def pause(self, operator: str, reason: str) -> Outcome:
        """Pause an operator in all queues; ``Refused`` when in none."""
        return await self._members.ask(
            {
                "Action": "QueuePause",
                "Interface": values.interface(operator),
                "Paused": "true",
                "Reason": values.reason(reason),
            }
        )

    async def resume(self, operator: str) -> Outcome:
        """End an operator's pause in all queues."""
        return await self._members.ask(
            {"Action": "QueuePause", "Interface": values.interface(operator), "Paused": "false"}
        )

    async def set_penalty(self, queue: str, operator: str, penalty: int) -> Outcome:
        """Change how late an operator is chosen in a queue."""
        return await self._members.ask(
            {
                "Action": "QueuePenalty",
                **self._place(queue, operator),
                "Penalty": str(int(penalty)),
            }
        )

    async def listen_in(
        self, ear: str, context: str, to: str, *, variables: Mapping[str, str], ring_s: float
    ) -> Outcome:
        """Ring a telephone of ours; when it is answered, ``to`` in ``context`` joins it to a talk.

        ``Done`` when Asterisk has shown that it listens, ``Refused`` when it was not there or not
        answered within ``ring_s``. ``variables`` are set on the channel before it rings.
        """
        name = f"ear-{uuid.uuid4().hex}"
        originate = {
            "Action": "Originate",
            "ActionID": name,
            "ChannelId": name,
            "Async": "true",
            "Channel": values.interface(ear),
            "Context": values.word(context),
            "Exten": values.word(to),
            "Priority": "1",
            "Timeout": str(int(ring_s * 1000)),
            "Variable": ",".join(
                f"{values.word(name)}={values.plain(value)}" for name, value in variables.items()
            ),
        }
        with self._ears.awaited(name) as became:
            queued = await self._ringing.ask(originate)
            if not isinstance(queued, Done):
                return queued
            try:
                async with asyncio.timeout(ring_s + TOLD_WITHIN_S):
                    return await became
            except TimeoutError:
                return Unknown("Asterisk has not told what became of it")

    def _place(self, queue: str, operator: str) -> dict[str, str]:
        return {
            "Queue": values.queue_name(queue, self._prefix),
            "Interface": values.interface(operator),
        }
