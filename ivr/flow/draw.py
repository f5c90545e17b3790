"""Draws the conversations: as Mermaid text, and as an SVG picture that needs no other program."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

from ivr.flow import model
from ivr.flow.cards import Card, Way, card
from ivr.flow.graph import edges
from ivr.flow.layout import Box, Line, arrange

SHAPES: Final = {
    "menu": ("{{", "}}"),
    "collect": ("{{", "}}"),
    "branch": ("{", "}"),
    "issue_ticket": ("[(", ")]"),
    "ticket_status": ("[(", ")]"),
    "listen_in": ("([", "])"),
    "join_queue": ("([", "])"),
    "rejoin_queue": ("([", "])"),
    "hangup": ("([", "])"),
}
"""How Mermaid brackets each kind; every other is a box."""
COLOURS: Final = {
    "menu": "#1d4e89",
    "collect": "#1d4e89",
    "branch": "#6b7280",
    "issue_ticket": "#8a5a00",
    "ticket_status": "#8a5a00",
    "record": "#8a5a00",
    "call_back": "#8a5a00",
    "room": "#5b2a86",
    "notice": "#5b2a86",
    "take": "#5b2a86",
    "listen_in": "#1b6e3c",
    "join_queue": "#1b6e3c",
    "rejoin_queue": "#1b6e3c",
    "hangup": "#7f1d1d",
}
PLAIN: Final = "#374151"

WIDTH, COLUMN = 400.0, 540.0
TITLE, LINE, ROW, MARGIN = 26.0, 19.0, 20.0, 40.0
MANY: Final = 4
"""More lines than this into one card are named and not drawn: the picture stays readable."""


def mermaid(flows: model.Flows, texts: Mapping[str, str] | None = None) -> str:
    """Draw the flows as a Mermaid flowchart; ``texts`` (id → Hindi) are put into the nodes."""
    lines = ["flowchart TD"]
    for entry, name in flows.entries.items():
        lines.append(f"    entry_{entry}((({entry}))) --> {name}")
    for name, node in flows.nodes.items():
        opening, closing = SHAPES.get(node.kind, ("[", "]"))
        shown = card(name, node, texts or {}).lines if texts else ()
        label = "<br/>".join([f"<b>{name}</b>", *(_quoted(line) for line in shown)])
        lines.append(f'    {name}{opening}"{label}"{closing}')
        options = node.options if isinstance(node, model.Menu) else {}
        for edge in edges(node):
            said = options[edge.pressed].words if edge.pressed in options else ()
            on = " / ".join((edge.on, *said))
            arrow = f'-- "{_quoted(on)}" -->' if on else "-->"
            lines.append(f"    {name} {arrow} {edge.to}")
    return "\n".join(lines) + "\n"


def svg(flows: model.Flows, texts: Mapping[str, str]) -> str:
    """Draw the flows as a picture, the Hindi text of every prompt in it."""
    cards = {name: card(name, node, texts) for name, node in flows.nodes.items()}
    column = _columns(flows)
    columns: list[list[Box]] = [[] for _ in range(max(column.values(), default=0) + 1)]
    for name, shown in cards.items():
        columns[column[name]].append(Box(name, _height(shown)))
    lines = _lines(flows, cards, column)
    layout = arrange(columns, lines)
    corner = {
        name: (MARGIN + column[name] * COLUMN, MARGIN + TITLE + layout.top[name]) for name in cards
    }
    width, height = len(columns) * COLUMN + MARGIN, layout.height + 2 * MARGIN + TITLE
    begins = {name: entry for entry, name in flows.entries.items()}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" '
        'font-family="Noto Sans Devanagari, Nirmala UI, Mangal, Noto Sans, sans-serif" '
        'font-size="14">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#f8fafc"/>',
        *(_curve(line, corner) for line in lines),
    ]
    for name, shown in cards.items():
        parts += _card(shown, *corner[name], begins.get(name, ""))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _columns(flows: model.Flows) -> dict[str, int]:
    """Count the steps from the nearest entry; nodes no call comes to stand in the first column."""
    column = dict.fromkeys((*flows.entries.values(), flows.rescue), 0)
    coming = deque(column)
    while coming:
        name = coming.popleft()
        for edge in edges(flows.nodes[name]):
            if edge.to not in column:
                column[edge.to] = column[name] + 1
                coming.append(edge.to)
    return {name: column.get(name, 0) for name in flows.nodes}


def _lines(flows: model.Flows, cards: Mapping[str, Card], column: Mapping[str, int]) -> list[Line]:
    """Choose the lines that are drawn: those to the next column, unless very many meet there.

    Every other way is named on its card and can be clicked.
    """
    lines = [
        Line(name, _row(cards[name], at), edge.to)
        for name, node in flows.nodes.items()
        for at, edge in enumerate(edges(node))
        if column[edge.to] == column[name] + 1
    ]
    meeting = Counter(line.target for line in lines)
    first = {line.target: line for line in reversed(lines)}
    return [line for line in lines if meeting[line.target] <= MANY or first[line.target] is line]


def _height(shown: Card) -> float:
    return TITLE + LINE * len(shown.lines) + ROW * len(shown.ways) + 12


def _row(shown: Card, at: int) -> float:
    """How far below the top of a card the middle of one of its ways is."""
    return TITLE + LINE * len(shown.lines) + ROW * (at + 0.5) + 6


def _curve(line: Line, corner: Mapping[str, tuple[float, float]]) -> str:
    left, top = corner[line.source]
    x, y = left + WIDTH, top + line.below
    end_x, end_y = corner[line.target][0], corner[line.target][1] + TITLE / 2
    middle = (x + end_x) / 2
    return (
        f'<path d="M{x:.0f} {y:.0f}C{middle:.0f} {y:.0f} {middle:.0f} {end_y:.0f} '
        f'{end_x:.0f} {end_y:.0f}" fill="none" stroke="#94a3b8" stroke-width="1.6"/>'
    )


def _card(shown: Card, x: float, y: float, entry: str) -> Iterator[str]:
    colour = COLOURS.get(shown.kind, PLAIN)
    height = _height(shown)
    yield f'<g id="{shown.name}">'
    if entry:
        yield f'<text x="{x:.0f}" y="{y - 8:.0f}" font-weight="bold">▶ {escape(entry)}</text>'
    yield (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH:.0f}" height="{height:.0f}" rx="6" '
        f'fill="#ffffff" stroke="{colour}"/>'
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH:.0f}" height="{TITLE:.0f}" rx="6" '
        f'fill="{colour}"/>'
        f'<text x="{x + 10:.0f}" y="{y + 18:.0f}" fill="#ffffff" font-weight="bold">{shown.name}'
        f'<tspan dx="8" font-weight="normal" opacity="0.75">{shown.kind.replace("_", " ")}</tspan>'
        "</text>"
    )
    at = y + TITLE + 16
    for text in shown.lines:
        yield f'<text x="{x + 10:.0f}" y="{at:.0f}">{escape(text)}</text>'
        at += LINE
    at = y + TITLE + LINE * len(shown.lines) + 20
    for way in shown.ways:
        yield _way(way, x, at)
        at += ROW
    yield "</g>"


def _way(way: Way, x: float, y: float) -> str:
    return (
        f'<text x="{x + 10:.0f}" y="{y:.0f}" font-size="13" fill="#1f2937">'
        f'<tspan font-weight="bold">{escape(way.on)}</tspan>'
        f'<tspan dx="6" fill="#4b5563">{escape(way.says)}</tspan></text>'
        f'<a href="#{way.to}"><text x="{x + WIDTH - 8:.0f}" y="{y:.0f}" font-size="12" '
        f'text-anchor="end" fill="#1d4e89">{way.to} →</text></a>'
    )


def _quoted(text: str) -> str:
    return escape(text).replace('"', "#quot;")
