"""Spoken messages that nobody has written down yet, and what a machine makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, select

from database.engine import reading, writing
from tickets.call_events import MessageTranscribed
from tickets.events import from_json
from tickets.model import Channel
from tickets.store.history import Mark, append
from tickets.store.schema import call_backs, ticket_events

KIND: Final = "message_transcribed"
LONGEST: Final = 4000
"""Letters of a transcript: twice what two minutes of quick speech have."""
WHO: Final = "recogniser"


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A message on disk."""

    id: int
    """The order in which messages came."""
    ticket: int
    """The row of its ticket."""
    recording: str


def not_transcribed(engine: Engine, after: int = 0, most: int = 20) -> tuple[SpokenMessage, ...]:
    """List messages that came later than the message ``after`` and have no transcript, in order.

    Raises:
        StoreUnavailable: the store does not answer.
    """
    with reading(engine) as connection:
        rows = connection.execute(
            select(call_backs.c.id, call_backs.c.ticket, call_backs.c.recording)
            .where(call_backs.c.id > after, call_backs.c.recording != "")
            .where(call_backs.c.ticket.is_not(None))
            .order_by(call_backs.c.id)
            .limit(most)
        ).all()
        messages = (SpokenMessage(row.id, row.ticket, row.recording) for row in rows)
        return tuple(each for each in messages if not _transcribed(connection, each))


def add_transcript(
    engine: Engine, message: SpokenMessage, transcript: MessageTranscribed, at: datetime
) -> bool:
    """Write a transcript into the history of the ticket; false: there is one already.

    Raises:
        StoreUnavailable: the store does not answer.
    """
    with writing(engine) as connection:
        if _transcribed(connection, message):
            return False
        append(connection, message.ticket, transcript, Mark(at, WHO, Channel.SYSTEM))
        return True


def _transcribed(connection: Connection, message: SpokenMessage) -> bool:
    bodies = connection.scalars(
        select(ticket_events.c.body).where(
            ticket_events.c.ticket == message.ticket, ticket_events.c.kind == KIND
        )
    )
    events = (from_json(KIND, body) for body in bodies)
    return any(
        isinstance(event, MessageTranscribed) and event.recording == message.recording
        for event in events
    )
