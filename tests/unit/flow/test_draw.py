"""The drawings: every node and every way is in them, and no card covers another."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

from ivr.flow.cards import card
from ivr.flow.draw import mermaid, svg
from ivr.flow.graph import edges
from ivr.flow.layout import GAP, Box, Line, arrange
from ivr.flow.model import Menu
from tests.support.helpline import catalogue, flows

TEXTS = {name: prompt.text for name, prompt in catalogue().prompts.items()}


def test_mermaid_has_every_node_and_every_way() -> None:
    drawn = mermaid(flows(), TEXTS)
    assert drawn.startswith("flowchart TD\n")
    assert "entry_inbound(((inbound))) --> welcome" in drawn
    for name, node in flows().nodes.items():
        assert f"    {name}" in drawn
        options = node.options if isinstance(node, Menu) else {}
        for edge in edges(node):
            words = options[edge.pressed].words if edge.pressed in options else ()
            on = " / ".join((edge.on, *words))
            label = f'-- "{on}" -->' if on else "-->"
            assert f"    {name} {label} {edge.to}" in drawn
    assert "मन परेशान" not in mermaid(flows())


def test_the_picture_has_every_card_its_hindi_text_and_its_ways() -> None:
    root = ElementTree.fromstring(svg(flows(), TEXTS))
    space = "{http://www.w3.org/2000/svg}"
    cards = {group.get("id"): group for group in root.iter(f"{space}g")}
    assert set(cards) == set(flows().nodes)
    text = "".join(cards["main_menu"].itertext())
    assert "भोजन के लिए एक दबाएँ।" in text
    links = [link.get("href") for link in cards["main_menu"].iter(f"{space}a")]
    assert links == [f"#{edge.to}" for edge in edges(flows().nodes["main_menu"])]


def test_what_a_person_wrote_cannot_break_the_picture() -> None:
    texts = {**TEXTS, "greeting": '<script>"&', "main_menu_food": '<b title="x">&'}
    ElementTree.fromstring(svg(flows(), texts))
    assert "<script>" not in svg(flows(), texts)
    assert "&lt;script&gt;#quot;&amp;" in mermaid(flows(), texts)


def test_cards_of_a_column_do_not_overlap_and_stand_near_their_neighbours() -> None:
    columns = [
        [Box("a", 40), Box("b", 400), Box("c", 40)],
        [Box("d", 100), Box("e", 100), Box("f", 100)],
        [],
    ]
    lines = [Line("a", 20, "f"), Line("b", 20, "e"), Line("c", 20, "d")]
    layout = arrange(columns, lines)
    for column in columns:
        placed = sorted((layout.top[box.name], box.height) for box in column)
        for (top, height), (below, _) in itertools.pairwise(placed):
            assert below >= top + height + GAP - 1e-6
    # The order of the second column follows the first: no two lines cross.
    first = sorted("abc", key=layout.top.__getitem__)
    second = sorted("def", key=layout.top.__getitem__)
    assert [{"a": "f", "b": "e", "c": "d"}[name] for name in first] == second
    assert min(layout.top.values()) == 0
    assert layout.height >= max(layout.top.values())


def test_nothing_to_draw_is_drawn_as_nothing() -> None:
    assert arrange([[]], []).height == 0


def test_spoken_values_are_shown_in_words() -> None:
    shown = card("number_told", flows().nodes["number_told"], TEXTS)
    assert "‹ticket number›" in " ".join(shown.lines)
