"""What makes this helpline the one of a district: ``district.yaml``, strict and frozen.

Names, short code, categories, queues, limits, hours, holidays, languages and seats are data.
Another district changes this file and no code.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import Field, model_validator

from sahayata.district_metrics import MetricRules
from sahayata.district_roster import RosterRules
from sahayata.district_values import Day, Duration, Id, Names, Span, Strict
from sahayata.district_wallboard import WallboardRules

STRATEGIES = Literal[
    "ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "wrandom", "rrordered"
]
LONGEST_RUN: Final = 1000
"""Extensions in one run of seats."""


class Helpline(Strict):
    """Who answers."""

    name: Names
    district: Names
    short_code: Annotated[str, Field(pattern=r"^\d{2,6}$", strict=True)]
    languages: Annotated[tuple[Id, ...], Field(min_length=1)]
    timezone: str
    country: str
    pin_codes: tuple[Annotated[str, Field(pattern=r"^[1-9]\d{0,5}$", strict=True)], ...] = ()
    known_caller_days: Annotated[int, Field(ge=0, le=365)] = 7

    @model_validator(mode="after")
    def _known_places(self) -> Helpline:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"timezone {self.timezone!r} is unknown") from error
        if self.country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError(f"country {self.country!r} is unknown; write a code like IN")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.timezone)


class Limit(Strict):
    """The promise of a category, by level."""

    l1: Duration
    l2: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Limit:
        if not timedelta() < self.l1 <= self.l2:
            raise ValueError("l1 must be more than nothing and not more than l2")
        return self


class Category(Strict):
    """What a ticket is about."""

    name: Names
    queue: Id
    limit: Limit | Literal["none"]
    recorded: bool
    ticket: bool = True
    at_once: bool = False
    """Asked nothing on the way to an operator; the lint of the conversations sees to it."""
    confidential: bool = False
    """Only the caller's own telephone may hear anything of such a ticket; never recorded."""

    @model_validator(mode="after")
    def _never_recorded(self) -> Category:
        if self.confidential and self.recorded:
            raise ValueError("a confidential category is never recorded: set recorded: false")
        return self


class Queue(Strict):
    """Where callers wait."""

    name: Names
    strategy: STRATEGIES
    ring: Annotated[Duration, Field(ge=timedelta(seconds=5), le=timedelta(minutes=2))]
    """How long one telephone rings; without a limit a dead one would ring for ever."""
    wait_limit: Annotated[Duration, Field(ge=timedelta(seconds=10), le=timedelta(hours=2))]
    """When a waiting caller is offered to leave a message."""
    long_wait: Annotated[int, Field(ge=1, le=10_000)]
    weight: Annotated[int, Field(ge=0, le=100)] = 0


def run_of(extensions: str) -> tuple[str, ...]:
    """Read ``"201-208"`` or ``"201"`` as each extension of the run.

    Raises:
        ValueError: it is no run, or one of more than ``LONGEST_RUN`` extensions.
    """
    first, _, last = extensions.partition("-")
    last = last or first
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise ValueError(f"{extensions!r} is no run of extensions")
    if len(first) != len(last) or not int(first) <= int(last) < int(first) + LONGEST_RUN:
        raise ValueError(f"{extensions!r} is no run of extensions")
    return tuple(str(number) for number in range(int(first), int(last) + 1))


class Seats(Strict):
    """A run of operators' telephones and the queues they serve."""

    extensions: Annotated[str, Field(pattern=r"^\d{3,5}(-\d{3,5})?$", strict=True)]
    queues: Annotated[tuple[Id, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _a_run(self) -> Seats:
        run_of(self.extensions)
        return self

    @property
    def numbers(self) -> tuple[str, ...]:
        """Each extension of the run."""
        return run_of(self.extensions)


class Allowance(Strict):
    """So many in such a time."""

    count: Annotated[int, Field(ge=1, le=1_000_000)]
    within: Duration


class StatusLimits(Strict):
    """How often a ticket number may be asked for."""

    per_call: Annotated[int, Field(ge=1, le=20)]
    per_caller: Allowance
    overall: Allowance


class District(Strict):
    """The whole file. That its parts agree is seen by ``sahayata.district_agreement``."""

    format: Literal[1]
    helpline: Helpline
    categories: Annotated[dict[Id, Category], Field(min_length=1)]
    queues: Annotated[dict[Id, Queue], Field(min_length=1)]
    hours: dict[Id, tuple[Span, ...]]
    """Queue id (or ``default``) -> spans of the day as minutes."""
    holidays: tuple[Day, ...] = ()
    seats: tuple[Seats, ...] = ()
    roster: RosterRules = RosterRules()
    wallboard: WallboardRules = WallboardRules()
    metrics: MetricRules = MetricRules()
    status_limits: StatusLimits

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic hands over what it was given
        if not isinstance(value, dict):
            raise ValueError("the file must be a table of settings")
        return value

    @property
    def extensions(self) -> tuple[str, ...]:
        """Every operator's extension."""
        return tuple(number for run in self.seats for number in run.numbers)
