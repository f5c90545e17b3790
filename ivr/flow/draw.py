"""Draws the conversations: as Mermaid text, and as an SVG picture that needs no other program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape

from ivr.flow import model
from ivr.flow.cards import Card, Way, card
from ivr.flow.graph import edges
from ivr.flow.layout import Box, Layout, Line, arrange

SHAPES: Final = {
    "menu": ("{{", "}}"),
    "collect": ("{{", "}}"),
    "branch": ("{", "}"),
    "issue_ticket": ("[(", ")]"),
    "ticket_status": ("[(", ")]"),
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
    "join_queue": "#1b6e3c",
    "rejoin_queue": "#1b6e3c",
    "hangup": "#7f1d1d",
}
PLAIN: Final = "#374151"

WIDTH, COLUMN = 400.0, 540.0
TITLE, LINE, ROW, MARGIN = 26.0, 19.0, 20.0, 40.0
MANY: Final = 3
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
        for edge in edges(node):
            arrow = f'-- "{_quoted(edge.on)}" -->' if edge.on else "-->"
            lines.append(f"    {name} {arrow} {edge.to}")
    return "\n".join(lines) + "\n"


def svg(flows: model.Flows, texts: Mapping[str, str]) -> str:
    """Draw the flows as a picture, the Hindi text of every prompt in it."""
    cards = {name: card(name, node, texts) for name, node in flows.nodes.items()}
    lines = _lines(flows, cards)
    layout = arrange([Box(name, _height(shown)) for name, shown in cards.items()], lines)
    width = (max(layout.column.values(), default=0) + 1) * COLUMN + 2 * MARGIN
    height = layout.height + 2 * MARGIN + TITLE
    begins = {name: entry for entry, name in flows.entries.items()}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" '
        'font-family="Noto Sans Devanagari, Nirmala UI, Mangal, Noto Sans, sans-serif" '
        'font-size="14">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#f8fafc"/>',
        *(_curve(line, bends, layout) for line, bends in zip(lines, layout.bends, strict=True)),
    ]
    for name, shown in cards.items():
        parts += _card(shown, *_corner(name, layout), begins.get(name, ""))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lines(flows: model.Flows, cards: Mapping[str, Card]) -> list[Line]:
    """Choose the lines that are drawn: no way back, and not the many ways into one card."""
    sources: dict[str, set[str]] = {}
    for name, node in flows.nodes.items():
        for edge in edges(node):
            sources.setdefault(edge.to, set()).add(name)
    lines: list[Line] = []
    seen: set[str] = set()
    for start in (*flows.entries.values(), *flows.nodes):
        if start in seen:
            continue
        seen.add(start)
        # A walk in depth: a way to a node that is on the path to here leads back.
        path = [(start, _ways(flows, start))]
        while path:
            name, further = path[-1]
            at, to = next(further, (0, ""))
            if not to:
                path.pop()
                continue
            back = any(to == above for above, _ in path)
            if not back and (to not in seen or len(sources[to]) <= MANY):
                lines.append(Line(name, _row(cards[name], at), to))
            if to not in seen:
                seen.add(to)
                path.append((to, _ways(flows, to)))
    return lines


def _ways(flows: model.Flows, name: str) -> Iterator[tuple[int, str]]:
    return iter([(at, edge.to) for at, edge in enumerate(edges(flows.nodes[name]))])


def _height(shown: Card) -> float:
    return TITLE + LINE * len(shown.lines) + ROW * len(shown.ways) + 12


def _row(shown: Card, at: int) -> float:
    """How far below the top of a card the middle of one of its ways is."""
    return TITLE + LINE * len(shown.lines) + ROW * (at + 0.5) + 6


def _corner(name: str, layout: Layout) -> tuple[float, float]:
    return MARGIN + layout.column[name] * COLUMN, MARGIN + TITLE + layout.top[name]


def _curve(line: Line, bends: tuple[tuple[int, float], ...], layout: Layout) -> str:
    left, top = _corner(line.source, layout)
    x, y = left + WIDTH, top + line.below
    path = [f"M{x:.0f} {y:.0f}"]
    stops = [(MARGIN + at * COLUMN, MARGIN + TITLE + height, True) for at, height in bends]
    end_x, end_y = _corner(line.target, layout)
    for stop_x, stop_y, passing in [*stops, (end_x, end_y + TITLE / 2, False)]:
        middle = (x + stop_x) / 2
        path.append(f"C{middle:.0f} {y:.0f} {middle:.0f} {stop_y:.0f} {stop_x:.0f} {stop_y:.0f}")
        x, y = stop_x, stop_y
        if passing:
            x += WIDTH
            path.append(f"L{x:.0f} {y:.0f}")
    return f'<path d="{" ".join(path)}" fill="none" stroke="#94a3b8" stroke-width="1.6"/>'


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
