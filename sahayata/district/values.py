"""What the values of ``district.yaml`` are made of: durations, times of day, days, names."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ivr.fault_words import shaped

UNITS: Final = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


def parse_duration(value: object) -> timedelta:
    """Read ``"2 h"``, ``"15 min"``, ``"1 d 12 h"``. Raises ``ValueError`` on anything else."""
    if isinstance(value, timedelta):
        return value
    parts = re.findall(r"(\d{1,5})\s*(s|min|h|d)(?:\s+|$)", value) if isinstance(value, str) else []
    text = " ".join(f"{count} {unit}" for count, unit in parts)
    if (
        not parts
        or not isinstance(value, str)
        or re.sub(r"\s", "", value) != re.sub(r"\s", "", text)
    ):
        raise ValueError(f'{value!r} is no duration; write "20 s", "15 min", "2 h" or "1 d"')
    return sum((int(count) * UNITS[unit] for count, unit in parts), timedelta())


def lasting(least: str, most: str) -> AfterValidator:
    """Give what takes a duration of ``least`` to ``most`` only, both written as in the file."""
    bounds = parse_duration(least), parse_duration(most)

    def fit(duration: timedelta) -> timedelta:
        if not bounds[0] <= duration <= bounds[1]:
            raise ValueError(f"must be from {least} to {most}")
        return duration

    return AfterValidator(fit)


def parse_minutes(text: str) -> int:
    """Read ``"09:30"`` as minutes of the day; ``"24:00"`` is the end of it."""
    match = re.fullmatch(r"([01]\d|2[0-4]):([0-5]\d)", text)
    if not match or (minutes := int(match[1]) * 60 + int(match[2])) > 24 * 60:
        raise ValueError(f'{text!r} is no time of day; write "09:00"')
    return minutes


def parse_span(value: object) -> tuple[int, int]:
    """Read ``"09:00-17:30"`` as two minutes of the day, the first before the second."""
    if not isinstance(value, str) or value.count("-") != 1:
        raise ValueError(f'{value!r} is no span of hours; write "09:00-17:30"')
    start, end = (parse_minutes(part.strip()) for part in value.split("-"))
    if start >= end:
        raise ValueError(f"{value!r} ends before it begins; split it at midnight")
    return start, end


def parse_day(value: object) -> date:
    """Read ``"2026-08-15"``. YAML's own dates are refused so that a typing slip is an error."""
    if isinstance(value, date):
        raise ValueError(f'must be quoted: "{value}"')
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError(f'{value!r} is no day of the calendar; write "2026-08-15"') from error


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Span = Annotated[tuple[int, int], BeforeValidator(parse_span)]
Day = Annotated[date, BeforeValidator(parse_day)]
Id = Annotated[
    str, shaped(r"[a-z][a-z0-9_]{0,31}", "name here: small letters, digits and _, a letter first")
]
Names = Annotated[dict[Id, Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=1)]


class Strict(BaseModel):
    """Unknown fields are errors; nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
