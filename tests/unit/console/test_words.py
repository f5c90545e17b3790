"""Both languages say everything, and every word the page asks for is there."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from console.template import HERE, Pages, data_block
from queue_manager.live.picture import OperatorState
from queue_manager.room.orders import Deed, Outcome

PAGES = Pages()
HINDI, ENGLISH = PAGES.words["hi"], PAGES.words["en"]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    assert HINDI.keys() == ENGLISH.keys()
    assert {k: places(v) for k, v in HINDI.items()} == {k: places(v) for k, v in ENGLISH.items()}


def test_every_state_deed_and_outcome_has_a_word() -> None:
    wanted = {f"state_{state.value}" for state in OperatorState}
    wanted |= {f"deed_{deed.value}" for deed in Deed}
    wanted |= {f"outcome_{outcome.value}" for outcome in Outcome}
    assert wanted <= HINDI.keys()


def asked() -> set[str]:
    found: set[str] = set()
    for script in (HERE / "static").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\bt\(\s*["'](\w+)["']""", text))
    for page in (HERE / "pages").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        found |= {a or b for a, b in re.findall(r"\{\{t:(\w+)\}\}|data-t=\"(\w+)\"", text)}
    return found


def test_every_word_that_is_asked_for_is_there() -> None:
    assert len(asked()) > 60
    assert asked() <= HINDI.keys()


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    for page in (HERE / "pages").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style", text), page.name
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*(HERE / "static").glob("*.*"), *(HERE / "pages").glob("*")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn", text), path.name


def test_values_are_escaped_and_words_found() -> None:
    page = _page('<p title="{{name}}">{{t:close}}{{{raw}}}</p>')
    filled = page.fill("x", "en", {"name": '"><script>'}, {"raw": "<b></b>"})
    assert filled == '<p title="&quot;&gt;&lt;script&gt;">Close<b></b></p>'
    with pytest.raises(KeyError):
        page.fill("x", "en", {}, {"raw": ""})


@pytest.mark.parametrize("page", sorted(path.stem for path in (HERE / "pages").glob("*.html")))
def test_what_pages_share_is_in_its_place(page: str) -> None:
    text = PAGES._pages[page]
    assert "{{>" not in text
    assert (text.count("<!doctype html>"), text.count("base.css")) == (1, 1)
    assert page == "head" or text.count('<symbol id="s-mark"') == 1


def test_a_block_of_data_cannot_end_its_script() -> None:
    assert "</script>" not in data_block({"name": "</script><script>"})


def _page(text: str) -> Pages:
    pages = Pages(Path(HERE))
    pages._pages["x"] = text
    return pages
