"""What a conversation must know of its district: a small frozen picture of ``district.yaml``.

``ivr`` does not import the district's settings; ``sahayata.bootstrap`` fills this in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from ivr.call import QueueLoad
from ivr.languages import LANGUAGES, Numbers

Span = tuple[int, int]
"""From and to, as minutes of the day; the second is not part of it."""

PARTS_OF_DAY = ((4, "night"), (12, "morning"), (16, "afternoon"), (20, "evening"), (24, "night"))
"""The hour each part ends before, as ``ivr.hindi.times`` says the parts of the day."""

DEFAULT_CATEGORY: Final = "other"
"""The category that every district has."""


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category as a conversation needs it."""

    queue: str
    recorded: bool = False
    """Whether talks and messages may be recorded."""
    ticket: bool = True
    """False for a matter that ends in the call."""
    at_once: bool = False
    """Who rings with it is asked nothing on the way to an operator."""


@dataclass(frozen=True, slots=True)
class DistrictView:
    """What the flows are checked against and the engine asks of the district."""

    categories: Mapping[str, CategoryView]
    queues: Mapping[str, int]
    """Each queue with the number of waiting callers from which it is long."""
    pin_codes: tuple[str, ...] = ()
    """What a PIN code may begin with; empty: any PIN code of the country."""
    timezone: tzinfo = UTC
    hours: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """Queue (or ``default``) -> when operators sit; a queue without hours takes the default."""
    holidays: frozenset[date] = frozenset()
    language: str = "hi"
    """The language that is spoken: one of ``ivr.languages.LANGUAGES``."""
    default_category: str = DEFAULT_CATEGORY
    """What a matter is about that nobody named."""

    @property
    def numbers(self) -> Numbers:
        """How numbers, times and dates are said here."""
        return LANGUAGES[self.language]

    def queue_of(self, category: str) -> str:
        """Return the queue of a category, "" when there is no such category."""
        found = self.categories.get(category)
        return found.queue if found else ""

    def category_of(self, queue: str) -> str:
        """Return the one category that has this queue, else the default category."""
        served = self._served(queue)
        return served[0] if len(served) == 1 else self.default_category

    def category_records(self, category: str) -> bool:
        """Tell whether a category may be recorded; an unknown one may not."""
        found = self.categories.get(category)
        return found is not None and found.recorded

    def queue_records(self, queue: str) -> bool:
        """Tell whether every category that waits in a queue may be recorded."""
        served = self._served(queue)
        return bool(served) and all(self.categories[name].recorded for name in served)

    def pin_code_fits(self, text: str) -> bool:
        """Tell whether this is a PIN code: six digits, the first not 0, one of the district's."""
        if len(text) != 6 or not (text.isascii() and text.isdigit()) or text[0] == "0":
            return False
        return not self.pin_codes or text.startswith(self.pin_codes)

    def hours_fact(self, queue: str, now: datetime) -> str:
        """Answer the fact ``hours``: ``open``, ``closed`` or ``holiday``."""
        local = now.astimezone(self.timezone)
        if local.date() in self.holidays:
            return "holiday"
        minute = local.hour * 60 + local.minute
        spans = self.hours.get(queue, self.hours.get("default", ()))
        return "open" if any(start <= minute < end for start, end in spans) else "closed"

    def part_of_day(self, now: datetime) -> str:
        """Answer the fact ``part_of_day``."""
        hour = now.astimezone(self.timezone).hour
        return next(part for ends, part in PARTS_OF_DAY if hour < ends)

    def load_fact(self, queue: str, load: QueueLoad) -> str:
        """Answer the fact ``queue_load``: ``unstaffed``, ``free``, ``busy`` or ``long``."""
        if load.operators <= 0:
            return "unstaffed"
        if load.waiting >= self.queues.get(queue, 1):
            return "long"
        return "free" if load.free > load.waiting else "busy"

    def _served(self, queue: str) -> list[str]:
        return [
            name
            for name, category in self.categories.items()
            if category.queue == queue and category.ticket
        ]
