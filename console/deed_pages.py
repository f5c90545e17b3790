"""Deeds as the page sends them, and the record of them as an administrator reads it."""

from __future__ import annotations

import asyncio
import html
from dataclasses import asdict
from zoneinfo import ZoneInfo

from aiohttp import web

from console.audit import PAGE, Line
from console.deeds import NotAllowed, Unclear
from console.desk import DESK, Desk
from console.guard import SESSION, address_of
from console.page import language_of, page_of


async def do(request: web.Request) -> web.Response:
    """Do a deed and answer what became of it: ``{"outcome", "said"}``."""
    desk = request.app[DESK]
    try:
        order = desk.deeds.order(await request.read(), request[SESSION].user)
        result = await desk.deeds.do(order, address_of(request))
    except NotAllowed:
        raise web.HTTPForbidden(text="this is not for your role") from None
    except Unclear as fault:
        return web.json_response({"fault": str(fault)}, status=422)
    return web.json_response(asdict(result))


async def record(request: web.Request) -> web.Response:
    """Answer a page of the record, the newest first."""
    desk, language = request.app[DESK], language_of(request)
    before = request.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise web.HTTPBadRequest(text="before is a number")
    lines = await _lines(desk, int(before) if before else None)
    rows = "".join(_row(desk, line, language) for line in lines)
    older = f"/audit?before={lines[-1].id}" if len(lines) == PAGE else ""
    return page_of(
        request,
        "audit",
        {"older": older, "older_class": "" if older else "hidden"},
        {"rows": rows},
    )


async def _lines(desk: Desk, before: int | None) -> list[Line]:
    return await asyncio.to_thread(desk.audit.page, before)


def _row(desk: Desk, line: Line, language: str) -> str:
    words = desk.pages.words[language]
    what, _, reason = line.what.partition(":")
    named = words.get(f"deed_{what}", what)
    if reason:
        named = f"{named} ({desk.house.reasons.get(reason, {}).get(language, reason)})"
    if line.queue:
        named = f"{named} → {desk.house.queues.get(line.queue, {}).get(language, line.queue)}"
    at = line.at.astimezone(ZoneInfo(desk.house.timezone))
    cells = (
        ("audit_when", at.strftime("%d-%m-%Y %H:%M:%S")),
        ("audit_who", line.who),
        ("audit_what", named),
        ("audit_whom", line.whom),
        ("audit_why", line.why),
        ("audit_outcome", words[f"outcome_{line.outcome}"]),
        ("audit_said", line.said),
        ("audit_where", line.address),
    )
    filled = "".join(
        f'<td data-label="{html.escape(words[label])}">{html.escape(text)}</td>'
        for label, text in cells
    )
    return f'<tr class="outcome-{html.escape(line.outcome)}">{filled}</tr>'
