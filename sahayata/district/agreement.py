"""What the parts of ``district.yaml`` say of each other: looked at beside a fault elsewhere too.

Works on the plain data of the file, of which anything may be wrong: what cannot be read is passed
over here, ``sahayata.district.model`` tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr.flow.view import DEFAULT_CATEGORY
from ivr.languages import LANGUAGES
from queue_manager.duty.declared import MISSED_CALLS, WRAP_UP
from sahayata.district.model import run_of
from sahayata.district.roster import DEFAULT_SHIFTS

Path = tuple[str | int, ...]
"""Where something stands in the file, from the top."""
EVERYWHERE: Final = "default"
"""The hours of queues that have none of their own."""
OURS: Final = (WRAP_UP, MISSED_CALLS)
"""Pause reasons that no operator chooses."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that does not fit the rest of the file."""

    path: Path
    message: str


def disagreements(data: object) -> Iterator[Disagreement]:
    """Find everything that names what is not there, or stands twice, in the data of the file."""
    yield from _languages(data)
    yield from _categories(data)
    yield from _hours(data)
    yield from _seats(data)
    yield from _roster(data)


def languages(data: object) -> tuple[str, ...]:
    """Return the languages that the file names; nothing where they cannot be read."""
    given = _table(_table(data).get("helpline")).get("languages")
    named = given if isinstance(given, list) else []
    return tuple(name for name in named if isinstance(name, str))


def _languages(data: object) -> Iterator[Disagreement]:
    helpline = _table(_table(data).get("helpline"))
    for at, language in enumerate(languages(data)):
        if language not in LANGUAGES:
            message = f"{language!r} is no language here: numbers and times are spoken in: "
            yield Disagreement(("helpline", "languages", at), message + ", ".join(LANGUAGES))
    for field in ("name", "district"):
        names = helpline.get(field)
        for language in languages(data):
            if isinstance(names, dict) and language not in names:
                yield Disagreement(("helpline", field), f"is missing in {language!r}")


def _categories(data: object) -> Iterator[Disagreement]:
    categories, queues = _table(_table(data).get("categories")), _queues(data)
    if categories and DEFAULT_CATEGORY not in categories:
        message = f"{DEFAULT_CATEGORY} is missing: what a matter is about that nobody named"
        yield Disagreement(("categories",), message)
    if _table(categories.get(DEFAULT_CATEGORY)).get("ticket") is False:
        message = "must give a ticket: leave out ticket: false"
        yield Disagreement(("categories", DEFAULT_CATEGORY, "ticket"), message)
    for name, category in categories.items():
        queue = _table(category).get("queue")
        if isinstance(queue, str) and queues and queue not in queues:
            yield Disagreement(("categories", name, "queue"), f"there is no queue {queue!r}")
        both = [_table(category).get(field) for field in ("confidential", "recorded")]
        if both == [True, True]:
            message = "a confidential category is never recorded: set recorded: false"
            yield Disagreement(("categories", name, "recorded"), message)


def _hours(data: object) -> Iterator[Disagreement]:
    hours = _table(data).get("hours")
    if not isinstance(hours, dict):
        return
    if EVERYWHERE not in hours:
        yield Disagreement(("hours",), f"{EVERYWHERE} is missing")
    for name in hours:
        if name != EVERYWHERE and _queues(data) and name not in _queues(data):
            message = f"there is no queue of this name (or write {EVERYWHERE})"
            yield Disagreement(("hours", name), message)


def _seats(data: object) -> Iterator[Disagreement]:
    short_code = _table(_table(data).get("helpline")).get("short_code")
    given, seen = _table(data).get("seats"), set[str]()
    for at, seats in enumerate(given if isinstance(given, list) else []):
        named = _table(seats).get("queues")
        for place, queue in enumerate(named if isinstance(named, list) else []):
            if isinstance(queue, str) and _queues(data) and queue not in _queues(data):
                yield Disagreement(("seats", at, "queues", place), f"there is no queue {queue!r}")
        path: Path = ("seats", at, "extensions")
        run = _run(_table(seats).get("extensions"))
        for extension in run:
            if extension in seen:
                yield Disagreement(path, f"extension {extension} stands twice")
            if extension == short_code:
                yield Disagreement(path, f"{extension} is the short code itself")
        seen.update(run)


def _roster(data: object) -> Iterator[Disagreement]:
    roster = _table(_table(data).get("roster"))
    shifts = _table(roster.get("shifts", DEFAULT_SHIFTS))
    for queue, least in _table(roster.get("minimum")).items():
        if _queues(data) and queue not in _queues(data):
            yield Disagreement(("roster", "minimum", queue), "there is no queue of this name")
        for shift in _table(least):
            if shift not in shifts:
                path: Path = ("roster", "minimum", queue, shift)
                yield Disagreement(path, "there is no shift of this name")
    keys = set[str]()
    for reason, pause in _table(roster.get("pauses")).items():
        key = _table(pause).get("key")
        if reason in OURS:
            message = "has a meaning of its own here: choose another name"
            yield Disagreement(("roster", "pauses", reason), message)
        if isinstance(key, str) and key in keys:
            message = f"key {key} stands for another pause already"
            yield Disagreement(("roster", "pauses", reason, "key"), message)
        keys.add(str(key))


def _queues(data: object) -> Mapping[str, Any]:
    """Give the queues; where there are none, that is told, and not of everybody who names one."""
    return _table(_table(data).get("queues"))


def _run(extensions: object) -> tuple[str, ...]:
    try:
        return run_of(extensions) if isinstance(extensions, str) else ()
    except ValueError:
        return ()  # a fault of this one field: the model tells it


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
