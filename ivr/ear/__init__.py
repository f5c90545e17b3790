"""The ear: finds by correlation which recordings occur in the sound of a call."""

from ivr.ear.listen import Heard, hears, listen
from ivr.ear.recordings import Recordings, load_recordings
from ivr.ear.ticket import ticket_number_heard, ticket_numbers_heard

__all__ = [
    "Heard",
    "Recordings",
    "hears",
    "listen",
    "load_recordings",
    "ticket_number_heard",
    "ticket_numbers_heard",
]
