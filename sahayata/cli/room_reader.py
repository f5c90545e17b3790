"""Reading the room of a running instance (docs/adr/0060-the-room.md), for the commands."""

from __future__ import annotations

import argparse
import http.client
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from sahayata.cli.words import Refused, answer_json, running_settings

if TYPE_CHECKING:
    from rich.table import Table

    from sahayata.settings import Settings

LIMIT_S: Final = 3.0
"""How long the room may take to answer; once it tells changes, a beat comes each second."""

Document = dict[str, Any]
Shape = Callable[[Document], "Table"]


def add_watch(parser: argparse.ArgumentParser) -> None:
    """Add ``--watch``."""
    parser.add_argument("--watch", action="store_true", help="go on showing it until Ctrl-C")


def show_room(args: argparse.Namespace, part: str, shape: Shape) -> int:
    """Show a part of the picture: as a table, as one JSON document, or as it changes."""
    from rich.console import Console

    found = running_settings(args)
    if args.watch and not args.json:
        return _watch(found, shape)
    picture = read_picture(found)
    if args.json:
        answer_json({key: picture[key] for key in ("live", "age_s", "gap_s", part)})
        return 0
    console = Console()
    console.print(heading(picture), markup=False)
    console.print(shape(picture))
    return 0


def read_picture(found: Settings) -> Document:
    """Return the whole picture. Raises ``Refused``."""
    with closing(_ask(found, "/picture")) as answer:
        picture: Document = json.load(answer)
    return picture


def heading(picture: Mapping[str, Any]) -> str:
    """Say whether what is shown is so now."""
    if picture["live"]:
        return f"live, {picture['age_s']:.1f} s old"
    gap = picture["gap_s"]
    return "NOT LIVE: Asterisk is not heard" + ("" if gap is None else f" since {span(gap)}")


def span(seconds: float | None) -> str:
    """Write a span as ``4:05`` or ``1:02:03``; "" for none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _watch(found: Settings, shape: Shape) -> int:
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    with closing(_ask(found, "/changes")) as answer, Live(auto_refresh=False) as screen:
        for picture in pictures(answer):
            style = "" if picture["live"] else "bold red"
            head = Text(heading(picture), style=style)
            screen.update(Group(head, shape(picture)), refresh=True)
    raise Refused("the room tells nothing any more; is the instance stopped?")


def pictures(lines: Iterator[bytes]) -> Iterator[Document]:
    """Give the whole picture after each event of ``/changes``."""
    picture: Document = {}
    event = ""
    try:
        for line in lines:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                picture = _changed(picture, event, json.loads(value))
                yield picture
    except (OSError, http.client.HTTPException) as fault:
        raise Refused(f"the room tells nothing any more: {fault}") from fault


def _changed(picture: Document, event: str, told: Document) -> Document:
    if event == "picture" or not picture:
        return told
    if event == "beat":
        passed = 1.0 if told["live"] else 0.0
        return {
            **picture,
            **told,
            "operators": [_older(o, passed) for o in picture["operators"]],
            "queues": [_older(q, passed) for q in picture["queues"]],
        }
    gone = set(told["gone"])
    return {
        **{key: told[key] for key in ("live", "age_s", "gap_s")},
        "operators": [
            o
            for o in _merged(picture["operators"], told["operators"], "extension")
            if o["extension"] not in gone
        ],
        "queues": _merged(picture["queues"], told["queues"], "name"),
    }


def _older(row: Document, by: float) -> Document:
    """Let the spans of a row go on; a beat comes each second."""
    spans = {k: v + by for k, v in row.items() if k.endswith("_s") and v is not None}
    return {**row, **spans}


def _merged(rows: Sequence[Document], told: Sequence[Document], key: str) -> list[Document]:
    merged = {row[key]: row for row in rows} | {row[key]: row for row in told}
    return (
        sorted(merged.values(), key=lambda row: str(row[key]))
        if key == "extension"
        else [*merged.values()]
    )


def _ask(found: Settings, path: str) -> http.client.HTTPResponse:
    from sahayata.secrets import SecretsUnreadable
    from sahayata.stores import load_secrets

    try:
        token = load_secrets(found).room
        connection = http.client.HTTPConnection("127.0.0.1", found.ports.room, timeout=LIMIT_S)
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
    except (SecretsUnreadable, OSError, http.client.HTTPException) as fault:
        raise Refused(
            f"the room does not answer: {fault}; `sahayata status` says what runs"
        ) from fault
    if answer.status != http.client.OK:
        raise Refused(f"the room refuses to tell: {answer.status} {answer.reason}")
    return answer
