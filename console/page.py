"""How a page is answered: in the language that was chosen, with what every page shows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiohttp import web

from console.desk import DESK
from console.template import LANGUAGES

LANGUAGE_COOKIE: Final = "sahayata-language"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def language_of(request: web.Request) -> str:
    """Tell the language that was chosen; Hindi otherwise."""
    asked = request.query.get("language") or request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def page_of(
    request: web.Request,
    page: str,
    values: Mapping[str, str],
    raw: Mapping[str, str] = _NOTHING,
    *,
    status: int = 200,
) -> web.Response:
    """Answer a page with ``values``, which are escaped, and ``raw``, made by this package."""
    desk, language = request.app[DESK], language_of(request)
    of_every_page = {
        "language": language,
        "other": next(other for other in LANGUAGES if other != language),
        "static": desk.statics.prefix,
        "name": desk.house.name[language],
    }
    text = desk.pages.fill(page, language, {**of_every_page, **values}, raw)
    return web.Response(text=text, content_type="text/html", status=status)
