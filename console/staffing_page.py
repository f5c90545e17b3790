"""The staff of a day as a page: what a break costs, where to move whom, needed against rostered."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from console.desk import DESK, Desk
from console.outlook import MOST_AWAY
from console.page import language_of, page_of
from queue_manager.staffing.day import StaffingDay
from queue_manager.staffing.levels import Levels
from queue_manager.staffing.outlook import Outlook
from queue_manager.staffing.plan import ENOUGH, Move, Need

DAYS: Final = ("today", "tomorrow")
MOST_EXTENSION: Final = 8


async def page(request: web.Request) -> web.Response:
    """Answer the page of today or tomorrow."""
    desk, language = request.app[DESK], language_of(request)
    which = request.query.get("day", DAYS[1])
    if which not in DAYS:
        raise web.HTTPBadRequest(text="day is today or tomorrow")
    at = desk.now().astimezone(ZoneInfo(desk.house.timezone))
    planned = await desk.plans.of(desk.plans.today() + timedelta(days=DAYS.index(which)))
    said = _Said(desk, language)
    outlooks = await desk.breaks.if_so_many()
    return page_of(
        request,
        "staffing",
        {
            "day": which,
            "date": f"{planned.day:%d-%m-%Y}",
            "is_today": "page" if which == DAYS[0] else "false",
            "is_tomorrow": "page" if which == DAYS[1] else "false",
            "breaks_hint": said.breaks_hint(at),
            "assumed": said.assumed(planned.needs),
        },
        {
            "breaks": said.breaks(outlooks, live=desk.board.live),
            "moves": said.moves(planned),
            "shortfalls": said.shortfalls(planned.needs),
            "needs": said.needs(planned),
        },
    )


async def if_away(request: web.Request) -> web.Response:
    """Answer what the queues of an operator come to without them; none when nobody knows."""
    extension = request.query.get("operator", "")
    if not (extension.isascii() and extension.isdigit() and len(extension) <= MOST_EXTENSION):
        raise web.HTTPBadRequest(text="operator is an extension")
    outlooks = await request.app[DESK].breaks.if_away(extension)
    return web.json_response(
        {
            "queues": [
                {
                    "queue": queue,
                    "now": round(one.now.service_level, 3),
                    "then": round(one.then.service_level, 3),
                    "target": one.target,
                    "enough": one.enough,
                }
                for queue, one in outlooks.items()
            ]
        }
    )


class _Said:
    """The parts of the page in one language. What is made of names is escaped."""

    def __init__(self, desk: Desk, language: str) -> None:
        self._desk, self._language = desk, language
        self._words = desk.pages.words[language]

    def breaks_hint(self, at: datetime) -> str:
        target = f"{self._desk.house.service_level_goal:.0%}"
        return self._word("staffing_breaks_hint", time=f"{at:%H:%M:%S}", target=target)

    def breaks(self, outlooks: Mapping[str, tuple[Outlook, ...]], *, live: bool) -> str:
        """Write the table of outlooks, a row for each queue of the district."""
        if not live:
            return f'<p class="lead">{_shape("unknown")} {self._text("staffing_not_live")}</p>'
        more = (self._word("staffing_more", count=str(n + 1)) for n in range(MOST_AWAY))
        heads = (self._word("queue"), self._word("staffing_now"), *more)
        rows = (self._row(queue, outlooks.get(queue)) for queue in self._desk.house.queues)
        return _table("breaks-title", heads, rows)

    def moves(self, planned: StaffingDay) -> str:
        """Write who should serve one queue only, and when."""
        if not planned.moves:
            return f"<p>{self._text('staffing_no_moves')}</p>"
        said = (f"<li>{html.escape(self._move(planned, move))}</li>" for move in planned.moves)
        return f'<ul class="moves">{"".join(said)}</ul>'

    def shortfalls(self, needs: Iterable[Need]) -> str:
        """Say in how many half-hours somebody is missing."""
        halves = {need.half_hour for need in needs if need.short > ENOUGH}
        if not halves:
            return (
                f'<p class="enough">{_shape("available")} {self._text("staffing_no_shortfall")}</p>'
            )
        said = self._text("staffing_shortfalls", count=str(len(halves)))
        return f'<p class="short">{_shape("alert")} {said}</p>'

    def needs(self, planned: StaffingDay) -> str:
        """Write the table of needed and rostered, a row for each half-hour."""
        queues = list(dict.fromkeys(need.queue for need in planned.needs))
        by_half: dict[int, dict[str, Need]] = {}
        for need in planned.needs:
            by_half.setdefault(need.half_hour, {})[need.queue] = need
        rows = (
            f'<tr><th scope="row">{planned.starts(half):%H:%M}</th>'
            + "".join(self._need(of_half[queue]) for queue in queues)
            + "</tr>"
            for half, of_half in sorted(by_half.items())
        )
        heads = (self._word("staffing_from"), *map(self._queue, queues))
        levels = planned.levels()
        all_day = "".join(self._levels(levels.get(queue)) for queue in queues)
        foot = f'<tr><th scope="row">{self._text("staffing_all_day")}</th>{all_day}</tr>'
        return _table("needs-title", heads, rows, foot)

    def assumed(self, needs: Iterable[Need]) -> str:
        """Say for which queues usual figures stand; "" for none."""
        queues = dict.fromkeys(need.queue for need in needs if not need.demand.foretold)
        if not queues:
            return ""
        return self._word("staffing_assumed", queues=", ".join(map(self._queue, queues)))

    def _row(self, queue: str, outlooks: tuple[Outlook, ...] | None) -> str:
        head = f'<tr><th scope="row">{html.escape(self._queue(queue))}</th>'
        if not outlooks:
            unknown = f"{_shape('unknown')} {self._text('staffing_unknown')}"
            return f'{head}<td colspan="{MOST_AWAY + 1}" class="unknown">{unknown}</td></tr>'
        first = outlooks[0]
        now = (first.now.service_level, first.now.service_level >= first.target)
        levels = (now, *((one.then.service_level, one.enough) for one in outlooks))
        return head + "".join(self._level(*level) for level in levels) + "</tr>"

    def _level(self, level: float, enough: bool) -> str:
        shape, word = ("available", "staffing_enough") if enough else ("alert", "staffing_below")
        kind = "enough" if enough else "short"
        said = f"<b>{int(level * 100)}%</b> <small>{self._text(word)}</small>"
        return f'<td class="{kind}">{_shape(shape)} {said}</td>'

    def _need(self, need: Need) -> str:
        said = f"<b>{need.needed}</b> / {need.rostered:g}"
        if need.short <= ENOUGH:
            return f"<td>{said}</td>"
        short = self._text("staffing_short", count=f"{need.short:.2g}")
        return f'<td class="short">{_shape("alert")} {said} <small>{short}</small></td>'

    def _levels(self, own: Levels | None) -> str:
        if own is None:
            return "<td>–</td>"
        return f"<td><b>{int(own.erlang_a * 100)}%</b> / {int(own.erlang_c * 100)}%</td>"

    def _move(self, planned: StaffingDay, move: Move) -> str:
        in_hindi = planned.names_hi.get(move.extension) if self._language == "hi" else ""
        return self._word(
            "staffing_move",
            name=in_hindi or move.name,
            extension=move.extension,
            queue=self._queue(move.queue),
            begins=f"{planned.starts(move.half_hour):%H:%M}",
            ends=f"{planned.starts(move.until):%H:%M}",
        )

    def _queue(self, queue: str) -> str:
        return self._desk.house.queues.get(queue, {}).get(self._language, queue)

    def _text(self, word: str, **values: str) -> str:
        return html.escape(self._word(word, **values))

    def _word(self, word: str, **values: str) -> str:
        return self._words[word].format(**values)


def _table(title: str, heads: Iterable[str], rows: Iterable[str], foot: str = "") -> str:
    said = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-labelledby="{title}">'
        f"<table><thead><tr>{said}</tr></thead><tbody>{''.join(rows)}</tbody>"
        f"{foot and f'<tfoot>{foot}</tfoot>'}</table></div>"
    )


def _shape(name: str) -> str:
    return f'<svg aria-hidden="true"><use href="#s-{name}"/></svg>'
