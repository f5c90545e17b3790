"""The section ``roster`` of ``district.yaml``: shifts, rest, least staff, pauses.

Who the operators are is no setting: they are in the database (``sahayata roster import``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from ivr.fault_words import shaped
from sahayata.district.values import Duration, Id, Names, Strict, lasting, parse_minutes


def parse_hours(value: object) -> tuple[int, int]:
    """Read ``"22:00-06:00"`` as two minutes of the day; a shift may go over midnight."""
    if not isinstance(value, str) or value.count("-") != 1:
        raise ValueError(f'{value!r} is no span of hours; write "22:00-06:00"')
    start, end = (parse_minutes(part.strip()) for part in value.split("-"))
    if start in (24 * 60, end):
        raise ValueError(f'{value!r} is no shift; a whole day is "00:00-24:00"')
    return start, end


Hours = Annotated[tuple[int, int], BeforeValidator(parse_hours)]


class ShiftRule(Strict):
    """A part of the day in which operators sit."""

    name: Names
    hours: Hours


class PauseRule(Strict):
    """Why operators may pause, and the key they press for it."""

    name: Names
    key: Annotated[str, Field(strict=True), shaped(r"[0-9]", "key: one digit, in quotes")]


DEFAULT_SHIFTS: Final = {
    "morning": ({"hi": "सुबह", "en": "Morning"}, (6 * 60, 14 * 60)),
    "evening": ({"hi": "शाम", "en": "Evening"}, (14 * 60, 22 * 60)),
    "night": ({"hi": "रात", "en": "Night"}, (22 * 60, 6 * 60)),
}
"""Three shifts round the clock: names by language, hours as minutes of the day."""
_PAUSES: Final = {
    "tea": ({"hi": "चाय", "en": "Tea"}, "1"),
    "meal": ({"hi": "खाना", "en": "Meal"}, "2"),
    "training": ({"hi": "ट्रेनिंग", "en": "Training"}, "3"),
    "meeting": ({"hi": "बैठक", "en": "Meeting"}, "4"),
    "technical": ({"hi": "मशीन ख़राब", "en": "Technical"}, "5"),
}


def _three_shifts() -> dict[str, ShiftRule]:
    return {
        shift: ShiftRule.model_construct(name=names, hours=hours)
        for shift, (names, hours) in DEFAULT_SHIFTS.items()
    }


def _five_pauses() -> dict[str, PauseRule]:
    return {
        reason: PauseRule.model_construct(name=names, key=key)
        for reason, (names, key) in _PAUSES.items()
    }


class RosterRules(Strict):
    """What holds for everybody on the roster."""

    shifts: Annotated[dict[Id, ShiftRule], Field(min_length=1, max_length=24)] = Field(
        default_factory=_three_shifts
    )
    rest: Annotated[Duration, lasting("0 s", "2 d")] = timedelta(hours=8)
    """Least time between two sittings of one operator."""
    minimum: dict[Id, dict[Id, Annotated[int, Field(ge=0, le=1000)]]] = Field(default_factory=dict)
    """Queue -> shift -> how many have to sit there; one where nothing is said."""
    pauses: Annotated[dict[Id, PauseRule], Field(max_length=10)] = Field(
        default_factory=_five_pauses
    )
    wrap_up: Annotated[Duration, lasting("0 s", "1 h")] = timedelta(seconds=30)
    """After each call, unless the operator ends it; "0 s" for none."""
    missed_calls: Annotated[int, Field(ge=0, le=20)] = 3
    """Rings in a row without an answer until an operator is paused; 0 for never."""
