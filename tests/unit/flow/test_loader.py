"""The loader: every fault with its line, all at once, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flow.loader import FlowFaults, load_flows
from tests.support.helpline import PROJECT
from tests.unit.flow.flows_in import TEXTS, VIEW, document, faults, load

GOOD = """
start: {kind: say, prompts: [hello], next: menu}
menu:
  kind: menu
  options:
    "1": {prompt: press_one, goto: food}
  exhausted: rescue
food: {kind: join_queue, about: food}
"""


def test_a_good_flow_loads(tmp_path: Path) -> None:
    assert set(load(tmp_path, document(GOOD)).flows.nodes) >= {"start", "menu", "food"}


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("kind: say", "kind: sey"), 5, "there is no kind 'sey'; did you mean 'say'?"),
        (("kind: say, ", ""), 5, "has no kind"),
        (("next: menu", "next: mneu"), 5, "there is no node 'mneu'; did you mean 'menu'?"),
        (("next: menu", "nxt: menu"), 5, "next: is missing"),
        (("next: menu", "nxt: menu"), 5, "nxt: is no field here; check the spelling; did you"),
        (("[hello]", "[helo]"), 5, "there is no prompt 'helo' in the catalogue; did you mean"),
        (("[hello]", "hello"), 5, "must be a list"),
        (("[hello]", "[12]"), 5, 'write it in quotes: "12"'),
        (("[hello]", "['{ticket}']"), 5, "there is no spoken value {ticket}; did you mean"),
        (("[hello]", "['{digits}']"), 5, "write {digits:…}"),
        (("[hello]", "['{status:x}']"), 5, "write {status}"),
        (("[hello]", "['{digits:pin}']"), 5, "there is no answer 'pin'"),
        (("[hello]", "['{waiting:fod}']"), 5, "there is no queue 'fod'; did you mean 'food'?"),
        (("[hello]", "[HELLO]"), 5, "'HELLO' is not a prompt id"),
        (('"1":', "1:"), 9, 'write it in quotes: "1"'),
        (('"1":', '"12":'), 9, "'12' is not a key of a telephone"),
        (('"1":', '"A":'), 9, "'A' is not a key of a telephone"),
        (("exhausted: rescue", "exhausted: rescu"), 10, "did you mean 'rescue'?"),
        (("exhausted: rescue", "tries: 99"), 6, "exhausted: is missing"),
        (("exhausted: rescue", "tries: 99"), 10, "tries: should be less than or equal to 9"),
        (("exhausted: rescue", "wait_s: soon"), 10, "wait_s: should be a valid number"),
        (("about: food", "about: fod"), 11, "there is no category 'fod'; did you mean 'food'?"),
        (("about: food", "queue: fod"), 11, "there is no queue 'fod'; did you mean 'food'?"),
        (("about: food}", "about: food, about: psych}"), 11, "duplicate key"),
    ],
)
def test_a_fault_is_told_with_line_and_remedy(
    tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    assert change[0] in GOOD
    told = faults(tmp_path, document(GOOD.replace(*change)))
    assert [one for one in told if one.startswith(f"{line}:") and words in one], told


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ("{kind: branch, fact: huors, cases: {}, otherwise: back}", "did you mean 'hours'?"),
        ("{kind: branch, fact: hours, cases: {opn: back}, otherwise: back}", "is never 'opn'"),
        ("{kind: branch, fact: hours, of: fod, cases: {}, otherwise: back}", "no queue 'fod'"),
        ("{kind: branch, fact: answered, cases: {}, otherwise: back}", "say which answer"),
        ("{kind: branch, fact: answered, of: x, cases: {}, otherwise: back}", "no answer 'x'"),
        ("{kind: branch, fact: promised, of: x, cases: {}, otherwise: back}", "leave this out"),
        ("{kind: branch, fact: category, cases: {fod: back}, otherwise: back}", "is never 'fod'"),
        ("{kind: issue_ticket, category: information, next: back, unavailable: back}", "ticket"),
        ("{kind: issue_ticket, category: fod, next: back, unavailable: back}", "mean 'food'"),
        ("{kind: menu, options: {}, exhausted: back}", "a menu needs at least one key"),
        (
            "{kind: collect, min_keys: 5, max_keys: 4, next: back, exhausted: back}",
            "5 is more than max_keys",
        ),
        (
            "{kind: collect, min_keys: 1, max_keys: 4, check: pin_code, next: back, "
            "exhausted: back}",
            "a pin code has 6 digits",
        ),
        (
            "{kind: collect, min_keys: 1, max_keys: 1, finish_key: '', skip: back, next: back, "
            "exhausted: back}",
            "only a finishing key can skip",
        ),
        (
            "{kind: collect, min_keys: 1, max_keys: 1, alone: {'#': back}, next: back, "
            "exhausted: back}",
            "this is the finishing key",
        ),
        (
            "{kind: ticket_status, number: asked, found: back, not_found: back, "
            "wrong_number: back, too_many: back, unavailable: back}",
            "there is no answer 'asked'",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, node: str, words: str) -> None:
    told = faults(tmp_path, document(f"start: {node}"))
    assert [one for one in told if words in one], told


def test_all_faults_are_told_at_once_even_within_a_node_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    text = document(
        """
        start: {kind: say, prompts: [helo], nxt: menu, about: fod}
        menu:
          kind: menu
          trys: 3
          options:
            1: {prompt: pres_one, goto: fodd}
            "2": {prompt: press_two, goto: food}
          silence: {say: [silent], goto: nowhere}
          exhausted: resue
        twice: {kind: goto, to: food, to: menu}
        twice: {kind: hangup}
        pin: {kind: collect, alone: {"*": mneu}, cases: {x: nothing}}
        food: {kind: join_queue, queue: fod}
        """
    )
    told = "\n".join(faults(tmp_path, text.replace("queue_key: back", "queue_key: bak")))
    assert told.count("duplicate key") == 2
    for word in (
        *("'helo'", "nxt", "'fod'", "trys", 'in quotes: "1"', "'pres_one'", "'fodd'", "'silent'"),
        *("'nowhere'", "'resue'", "'mneu'", "'nothing'", "'bak'", "min_keys: is missing"),
    ):
        assert word in told, (word, told)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be a table"),
        ("- a\n- b\n", "must be a table"),
        ("format: 1\n", "entries: is missing"),
        (document(GOOD).replace("format: 1", "format: 2"), "format"),
        (document(GOOD).replace("rescue: rescue", "rescue: menu"), "must be a join_queue"),
        (document(GOOD).replace(", queue: general", ""), "the rescue must name its queue"),
        (document(GOOD).replace("queue_key: back, ", ""), "queue_key is missing"),
        (document(GOOD).replace("inbound: start", "inbound: strat"), "did you mean 'start'?"),
        (document(GOOD).replace("start: {", "start: &a {"), "anchors and aliases"),
        (document(GOOD).replace("format: 1", "<<: {format: 1}"), "merge keys"),
        (document(GOOD).replace("format: 1", "format: !!int 1"), "tags"),
        (document(GOOD).replace("format: 1", "{format: 1}: 1"), "a name must be a single word"),
        ("nodes: [\n", ""),
    ],
)
def test_a_file_that_is_no_flow_at_all(tmp_path: Path, text: str, words: str) -> None:
    told = faults(tmp_path, text)
    assert told and [one for one in told if words in one], told


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "callflows.yaml"
    path.write_bytes(b"format: 1\nnodes: \xff\xfe\n")
    with pytest.raises(FlowFaults) as error:
        load_flows(path, VIEW, TEXTS)
    assert str(error.value).startswith("callflows.yaml:2:")


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path) -> None:
    path = tmp_path / "callflows.yaml"
    with pytest.raises(FlowFaults, match="cannot be read"):
        load_flows(path, VIEW, TEXTS)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(FlowFaults, match="larger than"):
        load_flows(path, VIEW, TEXTS)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flows") / "callflows.yaml"


def loads_or_tells(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        load_flows(path, VIEW, TEXTS)
    except FlowFaults as error:
        assert error.faults
        assert all(str(fault) for fault in error.faults)


@settings(max_examples=150)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_load_or_are_told(scratch: Path, content: bytes) -> None:
    loads_or_tells(scratch, content)


YAML_BITS = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "\n",
            "  ",
            "&a",
            "*a",
            "!!int",
            "!!set",
            "? ",
            "|",
            "<<: ",
        ),
        *("'", '"', "kind: menu", "null", "012", "on", "1.5e999", "2026-01-01", "~", "%YAML 1.1"),
        *("---", "\t", "0x", "1_0", "\x85", "\x00"),
    ]
)


@settings(max_examples=250)
@given(
    at=st.integers(min_value=0, max_value=len(document(GOOD))),
    cut=st.integers(min_value=0, max_value=40),
    bits=st.lists(YAML_BITS, max_size=4),
)
def test_a_damaged_flow_loads_or_is_told(scratch: Path, at: int, cut: int, bits: list[str]) -> None:
    good = document(GOOD)
    loads_or_tells(scratch, (good[:at] + "".join(bits) + good[at + cut :]).encode())


def test_deep_nesting_and_alias_bombs_are_refused_quickly(scratch: Path) -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(40))
    for content in ("[" * 5_000, "{a: " * 5_000, "- " * 5_000, bomb):
        with pytest.raises(FlowFaults):
            scratch.write_text(content)
            load_flows(scratch, VIEW, TEXTS)


def test_our_own_flows_speak_of_another_catalogue_and_district_as_faults() -> None:
    with pytest.raises(FlowFaults) as error:
        load_flows(PROJECT / "callflows.yaml", VIEW, TEXTS)
    assert len(error.value.faults) > 50
