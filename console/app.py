"""The console as one aiohttp application: which address is answered by what, and for whom."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from console import deed_pages, health, login, password_page, staffing_page, wall
from console.desk import DESK, Desk
from console.guard import (
    from_our_pages,
    needs,
    set_headers,
    while_the_store_is_there,
)
from console.users import Role

MOST_BODY: Final = 16 * 1024


def application(desk: Desk) -> web.Application:
    """Build the application; who starts it also starts ``viewers.tell`` and the feeds."""
    app = web.Application(
        middlewares=[while_the_store_is_there, from_our_pages], client_max_size=MOST_BODY
    )
    app[DESK] = desk
    app.on_response_prepare.append(set_headers)
    app.add_routes(
        [
            web.get("/", needs(Role.VIEWER, wall.page)),
            web.get("/stream", needs(Role.VIEWER, wall.stream), allow_head=False),
            web.get("/session", needs(Role.VIEWER, wall.still_in)),
            web.post("/deeds", needs(Role.SUPERVISOR, deed_pages.do)),
            web.get("/staffing", needs(Role.VIEWER, staffing_page.page)),
            web.get("/outlook", needs(Role.SUPERVISOR, staffing_page.if_away)),
            web.get("/password", needs(Role.VIEWER, password_page.show)),
            web.post("/password", needs(Role.VIEWER, password_page.change)),
            web.get("/audit", needs(Role.ADMIN, deed_pages.record)),
            web.get("/login", login.show),
            web.post("/login", login.enter),
            web.post("/logout", needs(Role.VIEWER, login.leave)),
            web.get("/static/{digest}/{name:.+}", desk.statics.serve),
            web.get("/healthz", health.alive),
            web.get("/readyz", health.ready),
            web.get("/metrics", health.metrics),
        ]
    )
    return app
