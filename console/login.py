"""The pages of logging in and out."""

from __future__ import annotations

import hmac
import math
from typing import Final

from aiohttp import web

from console.desk import DESK
from console.door import Entered, Later, Refused
from console.guard import (
    FORM_FIELD,
    SESSION,
    address_of,
    before_cookie,
    device_cookie,
    new_form_token,
    session_cookie,
    session_of,
    set_cookie,
)
from console.page import language_of, page_of
from console.passwords import TooBusy
from console.users import WALL

FORM_S: Final = 3600
DEVICE_S: Final = 180 * 24 * 3600


async def show(request: web.Request) -> web.Response:
    """Answer the form; who is logged in goes on to the wallboard."""
    if await session_of(request) is not None:
        raise web.HTTPSeeOther("/")
    return _form(request, "")


async def enter(request: web.Request) -> web.Response:
    """Take the form."""
    desk = request.app[DESK]
    given = await request.post()
    brought, held = given.get(FORM_FIELD), request.cookies.get(before_cookie(desk.transport), "")
    name, password = given.get("name"), given.get("password")
    if not isinstance(name, str) or not isinstance(password, str) or not isinstance(brought, str):
        raise web.HTTPBadRequest(text="name and password are wanted")
    if not held or not hmac.compare_digest(held.encode(), brought.encode()):
        return _form(request, "login_old_form")
    device = request.cookies.get(device_cookie(desk.transport), "")
    try:
        found = await desk.door.enter(name[:200], password, address_of(request), device)
    except TooBusy:
        return _form(request, "login_busy", status=503, wait_s=2)
    match found:
        case Entered(token, known, role):
            response = web.Response(status=303, headers={"Location": "/"})
            transport = desk.transport
            seconds = int(min(role.lasts, WALL).total_seconds())
            set_cookie(response, transport, session_cookie(transport), token, seconds)
            set_cookie(response, transport, device_cookie(transport), known, DEVICE_S)
            return response
        case Later(wait_s):
            return _form(request, "login_later", status=429, wait_s=wait_s)
        case Refused():
            return _form(request, "login_refused", status=401)


async def leave(request: web.Request) -> web.Response:
    """End the session. The browser stays known."""
    desk = request.app[DESK]
    await desk.door.leave(request[SESSION], address_of(request))
    response = web.Response(status=204)
    response.del_cookie(session_cookie(desk.transport), path="/", secure=desk.transport.https)
    return response


def _form(
    request: web.Request, fault: str, *, status: int = 200, wait_s: float = 0.0
) -> web.Response:
    desk, language = request.app[DESK], language_of(request)
    words = desk.pages.words[language]
    seconds = math.ceil(wait_s)
    token = new_form_token()
    response = page_of(
        request,
        "login",
        {
            "district": desk.house.district[language],
            "short_code": desk.house.short_code,
            "form": token,
            "fault": words[fault].replace("{seconds}", str(seconds)) if fault else "",
        },
        status=status,
    )
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    set_cookie(response, desk.transport, before_cookie(desk.transport), token, FORM_S)
    return response
