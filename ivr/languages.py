"""The languages whose numbers, times and dates can be spoken: one module each, looked up by code.

Another language is a module with the names of ``Numbers`` (``ivr.hindi`` is the example), a line
in ``LANGUAGES``, and a folder of prompts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from ivr import hindi
from ivr.phrase import Phrase


class Numbers(Protocol):
    """How a language says values; what each says exactly stands in ``ivr.hindi``."""

    @property
    def LARGEST(self) -> int:  # noqa: N802 - the name of a module's constant
        """The largest count that can be said."""

    @property
    def SCALES(self) -> tuple[tuple[int, Phrase], ...]:  # noqa: N802 - as above
        """The larger units, largest first, each with how many ones it stands for."""

    @property
    def NEAR_DAYS(self) -> Mapping[int, Phrase]:  # noqa: N802 - as above
        """Days with a word of their own, counted from today."""

    @property
    def NIGHT_ENDS(self) -> int:  # noqa: N802 - as above
        """Before this hour it is still the night of the day before."""

    def number(self, n: int) -> Phrase:
        """Say a count from 0 to ``LARGEST``."""

    def digits(self, text: str) -> Phrase:
        """Say text digit by digit."""

    def ticket_number(self, number: str) -> Phrase:
        """Say the ten digits of a ticket number."""

    def pin_code(self, code: str) -> Phrase:
        """Say the six digits of a PIN code."""

    def clock_time(self, t: dt.time) -> Phrase:
        """Say a time of day."""

    def date(self, d: dt.date, *, weekday: bool = False, year: bool = False) -> Phrase:
        """Say a date."""

    def day_and_time(self, when: dt.datetime, now: dt.datetime, tz: dt.tzinfo) -> Phrase:
        """Say when something is, seen from ``now``."""

    def duration(self, length: dt.timedelta) -> Phrase:
        """Say a length of time."""


LANGUAGES: Final[Mapping[str, Numbers]] = MappingProxyType({"hi": hindi})
"""Each language that can be spoken, by its code in district.yaml."""
