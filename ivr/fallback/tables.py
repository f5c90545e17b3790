"""What the dialplan looks up: categories, queues, hours, counts, each a context of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from ivr.call import PromptId
from ivr.fallback import variables as v
from ivr.fallback.spoken import PAUSE, SHORTEST_BYTES, TOLERANCE_BYTES, recordings
from ivr.fallback.text import Step, context, extension, go, gosub
from ivr.flow.view import PARTS_OF_DAY, DistrictView, Span
from ivr.languages import LANGUAGES
from ivr.names import QUEUE_PREFIX

_DAY_MINUTES: Final = 24 * 60
BYTES_A_SECOND: Final = 8000
"""Of each format recordings lie in, as ``ivr.voice.codecs`` has it; this module is pure."""
_BY_QUEUE: Final = extension("s", "Goto(queue_${ARG1},1)")
"""Gosub to an extension that is not there ends the call (app_stack.c); Goto leads to ``i``."""


def bytes_of(seconds: Mapping[PromptId, float]) -> str:
    """Write how many bytes each recording has at least, in any of its formats."""
    rows = [
        extension(f"made_{prompt}", f"Return({least_bytes(length)})")
        for prompt, length in sorted(seconds.items())
    ]
    begin = extension("s", "Goto(made_${ARG1},1)")
    return context("sub-fallback-bytes", begin, *rows, extension("i", f"Return({SHORTEST_BYTES})"))


def least_bytes(seconds: float) -> int:
    """Return the least size of a file that holds a recording of this length whole."""
    return max(1, round(seconds * BYTES_A_SECOND) - TOLERANCE_BYTES)


def entries(nodes: Mapping[str, str], rescue: str) -> str:
    """Write where each kind of call begins."""
    rows = [extension(f"entry_{name}", go(node)) for name, node in nodes.items()]
    return context("sub-fallback-entry", *rows, extension("i", go(rescue)))


def categories(view: DistrictView, limits: Mapping[str, timedelta | None], language: str) -> str:
    """Write what becomes known when a caller speaks of a category."""
    numbers = LANGUAGES[language]
    rows = []
    for name, category in view.categories.items():
        limit = limits.get(name)
        said = numbers.duration(limit).prompts if limit else (PAUSE,)
        rows.append(
            extension(
                name,
                f"Set({v.CATEGORY}={name})",
                f"Set({v.CATEGORY_QUEUE}={category.queue})",
                f"Set({v.LIMIT}={int(limit.total_seconds()) if limit else ''})",
                f"Set({v.MAY_RECORD}={'yes' if category.recorded else 'no'})",
                f"Set({v.SAY_CATEGORY}={language}/category_{name})",
                f"Set({v.SAY_LIMIT}={recordings(said, language)})",
                "Return()",
            )
        )
    return context("sub-fallback-about", *rows)


def queues(view: DistrictView) -> str:
    """Write what is known of a caller who comes out of a queue."""
    rows = [
        extension(
            f"queue_{name}",
            f'ExecIf($["{v.value(v.CATEGORY)}" = ""]?{gosub("about", at=view.category_of(name))})',
            f"Set({v.MAY_RECORD}={'yes' if view.queue_records(name) else 'no'})",
            "Return()",
        )
        for name in view.queues
    ]
    # A queue that the flows do not know: nothing is taken for granted.
    rows.append(extension("i", f"Set({v.MAY_RECORD}=no)", f"Set({v.FROM_QUEUE}=)", "Return()"))
    return context("sub-fallback-from", _BY_QUEUE, *rows)


def hours(view: DistrictView, zone: str) -> str:
    """Write the fact ``hours``: open, closed, holiday."""
    default = view.hours.get("default", ())
    rows = [
        _opening(name, view.hours.get(name, default), sorted(view.holidays), zone)
        for name in view.queues
    ]
    return context("sub-fallback-hours", _BY_QUEUE, *rows, extension("i", "Return()"))


def part_of_day(zone: str) -> str:
    """Write the fact ``part_of_day``: the extension is the hour."""
    rows = [
        extension(f"{hour:02}", f"Return({next(p for ends, p in PARTS_OF_DAY if hour < ends)})")
        for hour in range(24)
    ]
    now = extension("now", f"Goto(${{STRFTIME(${{EPOCH}},{zone},%H)}},1)")
    return context("sub-fallback-day", now, *rows)


def load(view: DistrictView) -> str:
    """Write the fact ``queue_load`` as ``DistrictView.load_fact`` answers it."""
    rows = [_load(name, f"{QUEUE_PREFIX}{name}", long) for name, long in view.queues.items()]
    return context("sub-fallback-load", _BY_QUEUE, *rows, extension("i", "Return()"))


def count(language: str) -> str:
    """Write the subroutine that says a count as ``Numbers.number`` of the language does."""
    left, said, numbers = "${left}", "${said}", LANGUAGES[language]
    steps: list[Step] = [
        "Set(LOCAL(left)=${FILTER(0-9,${ARG1})})",
        "Set(LOCAL(said)=)",
        f'GotoIf($["{left}" = "" | ${{LEN({left})}} > {len(str(numbers.LARGEST))}]?done)',
        f"Set(LOCAL(left)=$[{left} + 0])",
        f"GotoIf($[{left} = 0]?rest)",
    ]
    for ones, unit in numbers.SCALES:
        words = recordings(unit.prompts, language)
        steps += [
            f"Set(LOCAL(many)=${{MATH({left}/{ones},int)}})",
            f"ExecIf($[${{many}} > 0]?Set(LOCAL(said)={said}&{language}/n_${{many}}&{words}))",
            f"Set(LOCAL(left)=${{MATH({left}%{ones},int)}})",
        ]
    steps += [
        f"GotoIf($[{left} = 0]?done)",
        ("rest", f"Set(LOCAL(said)={said}&{language}/n_{left})"),
        ("done", f'Return(${{IF($["{said}" = ""]?{language}/{PAUSE}:${{said:1}})}})'),
    ]
    return context("sub-fallback-count", extension("s", *steps))


def _opening(queue: str, spans: tuple[Span, ...], holidays: list[date], zone: str) -> str:
    today = f"${{STRFTIME(${{EPOCH}},{zone},%F)}}"
    steps: list[Step] = [f'GotoIf($["{today}" = "{day}"]?holiday)' for day in holidays]
    steps += [f"GotoIfTime({_clock(span)},*,*,*,{zone}?open)" for span in spans]
    found = [("open", "Return(open)"), ("holiday", "Return(holiday)")]
    return extension(f"queue_{queue}", *steps, "Return(closed)", *found)


def _load(name: str, queue: str, long: int) -> str:
    waiting = f"{v.WAITING}{name}"
    return extension(
        f"queue_{name}",
        f"Set({waiting}=${{QUEUE_WAITING_COUNT({queue})}})",
        f"GotoIf($[0${{QUEUE_MEMBER({queue},logged)}} < 1]?nobody)",
        f"GotoIf($[0{v.value(waiting)} >= {long}]?long)",
        f"GotoIf($[0${{QUEUE_MEMBER({queue},ready)}} > 0{v.value(waiting)}]?free)",
        "Return(busy)",
        ("nobody", "Return(unstaffed)"),
        ("long", "Return(long)"),
        ("free", "Return(free)"),
    )


def _clock(span: Span) -> str:
    start, end = span
    if span == (0, _DAY_MINUTES):
        return "*"
    # GotoIfTime counts the last minute in (main/pbx_timing.c), our hours do not.
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end - 1))
