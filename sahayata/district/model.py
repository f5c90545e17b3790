"""What makes this helpline the one of a district: ``district.yaml``, strict and frozen.

Names, short code, categories, queues, limits, hours, holidays, languages and seats are data.
Another district changes this file and no code.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from ivr.fault_words import shaped
from sahayata.district.metrics import MetricRules
from sahayata.district.roster import RosterRules
from sahayata.district.values import Day, Duration, Id, Names, Span, Strict, lasting
from sahayata.district.wallboard import WallboardRules

STRATEGIES = Literal[
    "ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "wrandom", "rrordered"
]
LONGEST_RUN: Final = 1000
"""Extensions in one run of seats."""


def known_zone(name: str) -> str:
    """Take the name of a time zone. Raises ``ValueError``."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is unknown; write a time zone like Asia/Kolkata") from error
    return name


def known_country(code: str) -> str:
    """Take the code of a country that telephone numbers are known of. Raises ``ValueError``."""
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{code!r} is unknown; write the code of a country like IN")
    return code


PinStart = Annotated[
    str,
    Field(strict=True),
    shaped(r"[1-9][0-9]{0,5}", "beginning of a PIN code: up to six digits, the first not 0"),
]


class Helpline(Strict):
    """Who answers."""

    name: Names
    district: Names
    short_code: Annotated[
        str, Field(strict=True), shaped(r"[0-9]{2,6}", "short code: two to six digits, in quotes")
    ]
    languages: Annotated[tuple[Id, ...], Field(min_length=1)]
    timezone: Annotated[str, AfterValidator(known_zone)]
    country: Annotated[str, AfterValidator(known_country)]
    pin_codes: tuple[PinStart, ...] = ()
    known_caller_days: Annotated[int, Field(ge=0, le=365)] = 7

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


def _promise(value: object) -> object:
    """Take a table of levels, or ``none``: anything else is told in one sentence, not in two."""
    if value == "none" or isinstance(value, dict | Limit):
        return value
    raise ValueError(f"{value!r} is no promise; write none, or {{l1: 2 h, l2: 4 h}}")


def _kind(promise: object) -> str:
    return "none" if promise == "none" else "levels"


Promise = Annotated[
    Annotated[Limit, Tag("levels")] | Annotated[Literal["none"], Tag("none")],
    Discriminator(_kind),
    BeforeValidator(_promise),
]


class Category(Strict):
    """What a ticket is about."""

    name: Names
    queue: Id
    limit: Promise
    recorded: bool
    ticket: bool = True
    at_once: bool = False
    """Asked nothing on the way to an operator; the lint of the conversations sees to it."""
    confidential: bool = False
    """Only the caller's own telephone may hear anything of such a ticket; never recorded."""


class Queue(Strict):
    """Where callers wait."""

    name: Names
    strategy: STRATEGIES
    ring: Annotated[Duration, lasting("5 s", "2 min")]
    """How long one telephone rings; without a limit a dead one would ring for ever."""
    wait_limit: Annotated[Duration, lasting("10 s", "2 h")]
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


def _a_run(extensions: str) -> str:
    if any(not 3 <= len(number) <= 5 for number in run_of(extensions)):
        raise ValueError(f"{extensions!r}: an extension has three to five digits")
    return extensions


class Seats(Strict):
    """A run of operators' telephones and the queues they serve."""

    extensions: Annotated[str, Field(strict=True), AfterValidator(_a_run)]
    queues: Annotated[tuple[Id, ...], Field(min_length=1)]

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
    """The whole file. That its parts agree is seen by ``sahayata.district.agreement``."""

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
