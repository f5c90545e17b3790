"""The promise as day and clock time, computed by the dialplan in the zone of the district.

The words come from ``ivr.languages`` when the dialplan is generated: a table of the clock, minute
by minute where a minute has words of its own, one pattern an hour for the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from ivr.call import PromptId
from ivr.fallback import variables as v
from ivr.fallback.spoken import recordings
from ivr.fallback.text import Step, context, extension, gosub
from ivr.languages import LANGUAGES, Numbers

_DAY: Final = 24 * 3600
_NOON: Final = 12 * 3600
_PLAIN_MINUTE: Final = 17
"""A minute without words of its own, and no hour: the hour's pattern is read off it."""
_DATE: Final = dt.date(2001, 11, 23)
"""Day, month and weekday differ, so that each prompt of a spoken date can be told apart."""


def deadline(zone: str, language: str) -> str:
    """Write the subroutine that sets the recordings of the promise: today, half past five."""
    due, numbers = v.value(v.PROMISED), LANGUAGES[language]
    night_ends = numbers.NIGHT_ENDS
    days = [(count, near) for count, near in sorted(numbers.NEAR_DAYS.items()) if count >= 0]
    steps: list[Step] = [
        f"Set({v.SAY_DEADLINE}={v.value(v.SAY_LIMIT)})",
        f'GotoIf($["{due}" = ""]?done)',
        # Without time zone data Asterisk would count in UTC: then only the duration is right.
        f'GotoIf($["{_local("0", zone, "%H%M")}" != "{_at_epoch(zone)}"]?done)',
        # Before the night ends it is still the day before: "tonight at one".
        f"Set(LOCAL(hour)={_local(due, zone, '%H')})",
        f"Set(LOCAL(back)=${{IF($[${{hour}} < {night_ends}]?{night_ends * 3600}:0)}})",
        f"Set(LOCAL(day)={_local(f'$[{due} - ${{back}}]', zone, '%F')})",
        "Set(LOCAL(now)=$[${EPOCH} - ${back}])",
        # A day is counted from noon to noon: no change of the clock falls there.
        f"Set(LOCAL(noon)=$[${{now}} - 3600 * {_local('${now}', zone, '%H')}"
        f" - 60 * {_local('${now}', zone, '%M')} + {_NOON}])",
    ]
    for count, near in days:
        then = f"$[${{noon}} + {count * _DAY}]"
        steps.append(f"Set(LOCAL(said)={recordings(near.prompts, language)})")
        steps.append(f'GotoIf($["${{day}}" = "{_local(then, zone, "%F")}"]?clock)')
    steps += [
        f"Set(LOCAL(said)={_date(due, zone, language)})",
        f'GotoIf($["{_local(due, zone, "%Y")}" = "{_local("${EPOCH}", zone, "%Y")}"]?clock)',
        f"Set(LOCAL(year)={_local(due, zone, '%Y')})",
        gosub("count", "${year}"),
        "Set(LOCAL(said)=${said}&${GOSUB_RETVAL})",
        ("clock", f"Set(LOCAL(time)={_local(due, zone, '%H%M')})"),
        gosub("clock", at="${time}"),
        f"Set({v.SAY_DEADLINE}=${{said}}&${{GOSUB_RETVAL}})",
        ("done", "Return()"),
    ]
    return context("sub-fallback-deadline", extension("s", *steps))


def clock(language: str) -> str:
    """Write the table of the clock: the extension is hour and minute, 1740."""
    rows = [
        extension(name, f"Return({recordings(said, language)})")
        for hour in range(24)
        for name, said in _hour(hour, LANGUAGES[language])
    ]
    return context("sub-fallback-clock", *rows)


def _hour(hour: int, numbers: Numbers) -> Iterator[tuple[str, tuple[PromptId, ...]]]:
    """Yield the minutes of an hour that have words of their own, then the pattern of the others."""
    plain = numbers.clock_time(dt.time(hour, _PLAIN_MINUTE)).prompts
    for minute in range(60):
        said = numbers.clock_time(dt.time(hour, minute)).prompts
        if said != tuple(f"n_{minute}" if p == f"n_{_PLAIN_MINUTE}" else p for p in plain):
            yield f"{hour:02}{minute:02}", said
    told = tuple("n_$[${EXTEN:2} + 0]" if p == f"n_{_PLAIN_MINUTE}" else p for p in plain)
    yield f"_{hour:02}XX", told


def _date(due: str, zone: str, language: str) -> str:
    said = recordings(LANGUAGES[language].date(_DATE, weekday=True).prompts, language)
    said = said.replace(f"n_{_DATE.day}", f"n_$[{_local(due, zone, '%d')} + 0]")
    said = said.replace(f"m_{_DATE.month}", f"m_$[{_local(due, zone, '%m')} + 0]")
    return said.replace(f"w_{_DATE.isoweekday()}", f"w_{_local(due, zone, '%u')}")


def _local(epoch: str, zone: str, shape: str) -> str:
    return f"${{STRFTIME({epoch},{zone},{shape})}}"


def _at_epoch(zone: str) -> str:
    return dt.datetime.fromtimestamp(0, ZoneInfo(zone)).strftime("%H%M")
