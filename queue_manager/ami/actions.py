"""What we ask of Asterisk: who sits in which queue, who pauses, and telephones that shall ring."""

from __future__ import annotations

from queue_manager.ami.outcomes import Outcome


class Actions:
    """Typed actions on a connection of their own. ``Done`` means accepted; events confirm it.

    Operators are extensions, queues are named as in the district. Each call ends within
    ``Limits.action_s`` and is sent at most once; nothing is kept for later while the link is down.

    Raises (each action):
        UnsafeValue: a value has characters that it may not have; nothing was sent.
    """

    async def run(self) -> None:
        """Stay connected until cancelled."""
        raise NotImplementedError

    async def add_member(
        self, queue: str, operator: str, penalty: int, name: str, *, pause_reason: str = ""
    ) -> Outcome:
        """Put an operator into a queue; with a reason, paused from the first moment."""
        raise NotImplementedError

    async def remove_member(self, queue: str, operator: str) -> Outcome:
        """Take an operator out of a queue. Talks go on."""
        raise NotImplementedError

    async def pause(self, operator: str, reason: str) -> Outcome:
        """Pause an operator in all queues; ``Refused`` when in none."""
        raise NotImplementedError

    async def resume(self, operator: str) -> Outcome:
        """End an operator's pause in all queues."""
        raise NotImplementedError

    async def set_penalty(self, queue: str, operator: str, penalty: int) -> Outcome:
        """Change how late an operator is chosen in a queue."""
        raise NotImplementedError

    async def change_priority(self, queue: str, channel: str, priority: int) -> Outcome:
        """Move a waiting caller, by the channel's *name*, among those who wait."""
        raise NotImplementedError

    async def ring(
        self, extension: str, context: str, to: str, *, variables: dict[str, str], ring_s: float
    ) -> Outcome:
        """Ring a telephone of ours and, when it is answered, go to ``to`` in ``context``.

        ``Done`` when Asterisk has begun to ring; always asynchronous. For listening in.
        """
        raise NotImplementedError
