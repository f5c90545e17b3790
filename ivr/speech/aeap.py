"""The messages of Asterisk's external application protocol for speech. Pure.

Asterisk is the client. It asks ``setup`` once, ``set`` for each setting and ``get`` for results
that it missed; each is answered within its one second. We ask ``set`` with the results.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

PROTOCOL: Final = "speech_to_text"
GRAMMAR: Final = "grammar"
MAX_MESSAGE: Final = 16_384


class BadMessage(ValueError):
    """The text is no message of the protocol."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something Asterisk asks for."""

    name: str
    """``setup``, ``set`` or ``get``; another is answered as unknown."""
    id: str
    settings: dict[str, str] = field(default_factory=dict)
    """Of ``set``: what it sets."""
    codecs: tuple[Any, ...] = ()
    """Of ``setup``: as they came, to be given back."""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to what we asked."""

    id: str


def read(text: str) -> Request | Response:
    """Read a message. Raises ``BadMessage``; what it holds is bounded by its length."""
    if len(text) > MAX_MESSAGE:
        raise BadMessage("too long")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise BadMessage("no JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        raise BadMessage("no message")
    identity = message.get("id", "")[:128]
    if "response" in message:
        return Response(identity)
    name = message.get("request")
    if not isinstance(name, str):
        raise BadMessage("neither asks nor answers")
    given = message.get("params")
    settings = given.items() if isinstance(given, dict) else ()
    codecs = message.get("codecs")
    return Request(
        name,
        identity,
        {key: value for key, value in settings if isinstance(value, str)},
        tuple(codecs) if isinstance(codecs, list) else (),
        str(message.get("version", ""))[:16],
    )


def answer(request: Request) -> str:
    """Answer a request; what is not known is answered, too, as silence would cost a second."""
    body: dict[str, Any] = {"response": request.name, "id": request.id}
    match request.name:
        case "setup":
            body |= {"codecs": list(request.codecs), "version": request.version}
        case "set":
            pass
        case "get":
            body["params"] = {"results": []}
        case _:
            body["error_msg"] = "not known here"
    return _text(body)


def results(identity: str, text: str, score: int, grammar: str) -> str:
    """Tell what was heard: this ends Asterisk's listening."""
    found = {"text": text, "score": score, "grammar": grammar, "best": 0}
    return _text({"request": "set", "id": identity, "params": {"results": [found]}})


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False)
