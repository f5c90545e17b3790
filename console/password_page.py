"""The page on which somebody changes their own password."""

from __future__ import annotations

import math
from typing import Final

from aiohttp import web

from console.desk import DESK
from console.door import Later
from console.guard import SESSION, address_of, device_cookie, form_mark, session_cookie
from console.own_password import Said
from console.page import language_of, page_of
from console.passwords import TooBusy

FIELDS: Final = ("old", "new", "again")


async def show(request: web.Request) -> web.Response:
    """Answer the form."""
    return _page(request)


async def change(request: web.Request) -> web.Response:
    """Take the form."""
    desk = request.app[DESK]
    form = await request.post()
    old, new, again = (form.get(field) for field in FIELDS)
    if not (isinstance(old, str) and isinstance(new, str) and isinstance(again, str)):
        raise web.HTTPBadRequest(text="the old password and the new one twice are wanted")
    device = request.cookies.get(device_cookie(desk.transport), "")
    try:
        said = await desk.own_password.change(
            request[SESSION], (old, new, again), address_of(request), device
        )
    except TooBusy:
        return _page(request, fault="login_busy", status=503)
    match said:
        case Later(wait_s):
            return _page(request, fault="login_later", status=429, wait_s=wait_s)
        case Said.CHANGED:
            return _page(request, done=said.value)
        case _:
            return _page(request, fault=said.value, status=422)


def _page(
    request: web.Request,
    *,
    fault: str = "",
    done: str = "",
    status: int = 200,
    wait_s: float = 0.0,
) -> web.Response:
    desk = request.app[DESK]
    words = desk.pages.words[language_of(request)]
    seconds = str(math.ceil(wait_s))
    return page_of(
        request,
        "password",
        {
            "user": request[SESSION].user.name,
            "form": form_mark(request.cookies.get(session_cookie(desk.transport), "")),
            "fault": words[fault].replace("{seconds}", seconds) if fault else "",
            "done": words[done] if done else "",
        },
        status=status,
    )
