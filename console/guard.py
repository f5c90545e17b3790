"""What every request passes: headers that browsers obey, who asks, and that a form is ours."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from console.desk import DESK, Transport
from console.users import Role, Session
from database.engine import StoreUnavailable

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SESSION: Final = web.RequestKey("session", Session)
FORM_FIELD: Final = "form"
HEADER: Final = "X-Sahayata-Form"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        " img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE: Final = frozenset({"GET", "HEAD"})


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put on every answer what browsers have to obey."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.app[DESK].transport.https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


@web.middleware
async def from_our_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site makes a browser send."""
    if request.method not in SAFE and not _same_site(request):
        raise web.HTTPForbidden(text="not from a page of this console")
    return await handler(request)


@web.middleware
async def while_the_store_is_there(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say that the store is away; the wallboard itself does not need it once it is open."""
    try:
        return await handler(request)
    except StoreUnavailable as fault:
        log.warning("the store is away", extra={"for": request.path, "fault": str(fault)})
        raise web.HTTPServiceUnavailable(text="the database is away; try again") from fault


def needs(role: Role, handler: Handler) -> Handler:
    """Let a handler be reached by those of a role, and by those above it."""
    order = list(Role)

    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await session_of(request)
        if session is None:
            if request.method in SAFE and "text/html" in request.headers.get("Accept", ""):
                raise web.HTTPSeeOther("/login")
            raise web.HTTPUnauthorized(text="log in first")
        if order.index(session.user.role) < order.index(role):
            raise web.HTTPForbidden(text="this is not for your role")
        if request.method not in SAFE:
            require_form(request, request.headers.get(HEADER, "") or await _form_field(request))
        request[SESSION] = session
        return await handler(request)

    return guarded


async def _form_field(request: web.Request) -> str:
    """Read the mark out of a form; a script sends it in a header instead."""
    if request.content_type != "application/x-www-form-urlencoded":
        return ""
    brought = (await request.post()).get(FORM_FIELD)
    return brought if isinstance(brought, str) else ""


async def session_of(request: web.Request) -> Session | None:
    """Find who asks."""
    desk = request.app[DESK]
    token = request.cookies.get(session_cookie(desk.transport), "")
    return await asyncio.to_thread(desk.accounts.session, token) if token else None


def session_cookie(transport: Transport) -> str:
    """Name the cookie of the session."""
    return _of_ours("sahayata", transport)


def device_cookie(transport: Transport) -> str:
    """Name the cookie that makes a browser known."""
    return _of_ours("sahayata-device", transport)


def before_cookie(transport: Transport) -> str:
    """Name the cookie that ties a log-in form to its browser."""
    return _of_ours("sahayata-form", transport)


def _of_ours(name: str, transport: Transport) -> str:
    """Tell it from that of another instance of the machine; with TLS it is of this host only."""
    return f"{'__Host-' if transport.https else ''}{name}-{transport.port}"


def set_cookie(
    response: web.StreamResponse, transport: Transport, name: str, value: str, seconds: int
) -> None:
    """Give a cookie that no script can read and no other site can send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        secure=transport.https,
        samesite="Lax",
        path="/",
    )


def form_mark(token: str) -> str:
    """Return what a form of this session must bring."""
    return hashlib.sha256(f"form:{token}".encode()).hexdigest()


def require_form(request: web.Request, brought: str) -> None:
    """Refuse a form that is not of this session."""
    transport = request.app[DESK].transport
    token = request.cookies.get(session_cookie(transport), "")
    if not token or not hmac.compare_digest(form_mark(token).encode(), brought.encode()):
        raise web.HTTPForbidden(text="the page is too old; load it again")


def new_form_token() -> str:
    """Make a token for a form of somebody who is not logged in."""
    return secrets.token_urlsafe(24)


def address_of(request: web.Request) -> str:
    """Tell where a request comes from; a proxy of ours is believed, nobody else.

    Of IPv6 the network: one subscriber has all its addresses.
    """
    peer = request.remote or ""
    if peer in request.app[DESK].transport.proxies:
        peer = request.headers.get("X-Forwarded-For", peer).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    if address.version == 6 and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address.ipv4_mapped or address) if address.version == 6 else str(address)


def _same_site(request: web.Request) -> bool:
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("Host", "")
