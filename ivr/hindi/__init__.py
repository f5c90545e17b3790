"""Hindi for numbers, ticket numbers, clock times, dates and durations.

Pure: every function returns an ``ivr.phrase.Phrase``, the recordings to play and the same words as
text, so that what is heard and what is read can never differ.
"""

from ivr.hindi.numbers import LARGEST, SCALES, digits, number
from ivr.hindi.ticket import ticket_number
from ivr.hindi.times import NEAR_DAYS, NIGHT_ENDS, clock_time, date, day_and_time, duration

__all__ = [
    "LARGEST",
    "NEAR_DAYS",
    "NIGHT_ENDS",
    "SCALES",
    "clock_time",
    "date",
    "day_and_time",
    "digits",
    "duration",
    "number",
    "ticket_number",
]
