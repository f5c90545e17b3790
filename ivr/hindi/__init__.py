"""Hindi for every kind of value: numbers, ticket and telephone numbers, times, days, money.

Pure: every function returns an ``ivr.phrase.Phrase``, the recordings to play and the same words as
text, so that what is heard and what is read can never differ.
"""

from ivr.hindi.days import NEAR_DAYS, NIGHT_ENDS, date, day_and_time, relative_day
from ivr.hindi.grouped import pin_code, telephone, ticket_number
from ivr.hindi.letters import spelled
from ivr.hindi.money import money
from ivr.hindi.numbers import LARGEST, SCALES, digits, number, year
from ivr.hindi.ordinals import ordinal
from ivr.hindi.quarters import quarters
from ivr.hindi.times import clock_time, duration

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
    "money",
    "number",
    "ordinal",
    "pin_code",
    "quarters",
    "relative_day",
    "spelled",
    "telephone",
    "ticket_number",
    "year",
]
