"""The wallboard: its page, and the stream of changes to one browser."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from typing import Final

from aiohttp import web

from console.board import View
from console.desk import DESK, Desk
from console.guard import SESSION, form_mark, session_cookie, session_of, set_headers
from console.page import language_of, page_of
from console.template import data_block
from console.users import Role, Session
from console.viewers import Full, Viewer
from database.engine import StoreUnavailable

log = logging.getLogger(__name__)

LOOK_AGAIN_S: Final = 15.0
"""How often it is seen whether the session of an open stream still holds."""
SLOWEST_S: Final = 120.0
"""A browser that took nothing for so long is let go; it may come again."""
UNSENT: Final = 128 * 1024
"""Bytes the system may hold for one browser that does not take them."""


async def page(request: web.Request) -> web.Response:
    """Answer the page; what it shows comes by the stream."""
    desk, session = request.app[DESK], request[SESSION]
    return page_of(
        request,
        "wall",
        {
            "form": form_mark(request.cookies.get(session_cookie(desk.transport), "")),
            "district": desk.house.district[language_of(request)],
            "short_code": desk.house.short_code,
            "user": session.user.name,
        },
        {"setup": data_block(_setup(desk, session))},
    )


def _setup(desk: Desk, session: Session) -> dict[str, object]:
    house = desk.house
    return {
        "acts": session.user.role.acts,
        "admin": session.user.role is Role.ADMIN,
        "name": dict(house.name),
        "district": dict(house.district),
        "queues": {key: dict(names) for key, names in house.queues.items()},
        "reasons": {key: dict(names) for key, names in house.reasons.items()},
        "limits": dict(house.limits),
        "long_wait_s": house.long_wait_s,
        "goal": house.service_level_goal,
        "timezone": house.timezone,
        "words": desk.pages.words,
    }


async def stream(request: web.Request) -> web.StreamResponse:
    """Send the board and then its changes, until the browser, the session or we end."""
    desk, session = request.app[DESK], request[SESSION]
    view = View.DESK if session.user.role.acts else View.WALL
    try:
        viewer = desk.viewers.join(view)
    except Full:
        raise web.HTTPServiceUnavailable(text="too many viewers") from None
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await set_headers(request, response)
    try:
        await response.prepare(request)
        _bound(request)
        await _send(request, response, viewer)
    except (ConnectionError, TimeoutError):
        pass  # A tab was closed, or took nothing for long: it comes again if it wants to.
    finally:
        desk.viewers.leave(viewer)
    return response


def _bound(request: web.Request) -> None:
    """Keep the system from holding megabytes for a browser that reads a byte a second."""
    line = request.transport.get_extra_info("socket") if request.transport else None
    if line is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)


async def _send(request: web.Request, response: web.StreamResponse, viewer: Viewer) -> None:
    looked = time.monotonic()
    while True:
        frame = await viewer.next()
        async with asyncio.timeout(SLOWEST_S):
            await response.write(frame)
        if time.monotonic() - looked > LOOK_AGAIN_S:
            looked = time.monotonic()
            try:
                if await session_of(request) is None:
                    return
            except StoreUnavailable as fault:
                # Who looks goes on looking: the picture needs no database.
                log.warning("a session was not looked at again", extra={"fault": str(fault)})


async def still_in(_: web.Request) -> web.Response:
    """Answer 204: the guard has found the session."""
    return web.Response(status=204)
