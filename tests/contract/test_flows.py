"""The conversations, the catalogue, the district and the tickets agree, in another district too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.conversation import converse
from ivr.flow import lexicon, model
from ivr.flow.checks import Remark, lint
from ivr.flow.graph import edges
from ivr.flow.loader import KINDS, FlowFaults, load_flows, load_with_source
from ivr.flow.speech import FINISHED, STATES
from ivr.strict_yaml import Fault, read_yaml
from sahayata.checks import flow
from sahayata.checks.check import check
from sahayata.district.model import District
from sahayata.district.view import view_of
from tests.support.fake_call import FakeCall, make_facts
from tests.support.fake_desk import FakeDesk
from tests.support.helpline import PROJECT, catalogue, flows, view
from tickets.model import TicketState

TEXTS = {name: prompt.text for name, prompt in catalogue().prompts.items()}


def test_the_lint_has_nothing_to_say_about_our_conversations() -> None:
    loaded = load_with_source(PROJECT / "callflows.yaml", view(), TEXTS)
    assert lint(loaded, TEXTS) == ()


@pytest.mark.parametrize(("remarks", "told"), [(0, "0 remarks"), (1, "1 remark"), (2, "2 remarks")])
def test_check_says_that_a_good_file_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remarks: int, told: str
) -> None:
    look = Remark(Fault("callflows.yaml", 1, "worth a look"), grave=False)
    monkeypatch.setattr(flow, "lint", lambda *_: (look,) * remarks)
    *_, last = check(["flow"], state=str(tmp_path))
    assert (last.weight, last.text.split(";")[0]) == ("ok", f"callflows.yaml: no fault, {told}")


def test_where_silence_leads_at_last_is_as_the_page_says() -> None:
    """docs/callflows.md: an operator, on without the answer, or the end of a call of the staff."""
    leads = {node.exhausted for node in flows().nodes.values() if isinstance(node, model.Question)}
    on = {"ticket", "to_queue", "wait_on", "work_chosen"}
    assert leads <= {"help_by_operator", "staff_goodbye"} | on


def test_every_state_of_a_ticket_has_a_sentence() -> None:
    assert {state.value for state in TicketState} == STATES
    assert {state.value for state in TicketState if state.is_over} == FINISHED
    assert {f"state_{state}" for state in STATES} <= set(TEXTS)


def test_every_category_of_the_district_has_a_name_to_be_said() -> None:
    assert {f"category_{category}" for category in view().categories} <= set(TEXTS)


def test_the_greeting_names_the_district_and_its_helpline() -> None:
    helpline = District.model_validate(read_yaml(PROJECT / "district.yaml").data).helpline
    assert f"{helpline.district['hi']} {helpline.name['hi']}" in TEXTS["helpline_name"]


def test_the_privacy_notice_is_one_sentence() -> None:
    assert TEXTS["privacy_notice"].count("।") == 1


def test_every_prompt_of_the_conversations_is_used() -> None:
    """What no flow says any more is taken out of the first part of the catalogue."""
    text = (PROJECT / "prompts" / "hi" / "catalogue.yaml").read_text(encoding="utf-8")
    part = text.split("# === Sentences")[1].split("# === ")[0]
    written = [line.split(":")[0].strip() for line in part.splitlines() if ": {" in line]
    used = (PROJECT / "callflows.yaml").read_text(encoding="utf-8")
    spoken = ("state_", "category_", "status_", "did_you_say")
    assert len(written) > 50
    unused = [name for name in written if name not in used and not name.startswith(spoken)]
    assert unused == []


def test_the_main_menu_is_the_one_that_was_promised() -> None:
    announced: dict[str, str] = {}
    for name in ("main_menu", "main_menu_again"):
        menu = flows().nodes[name]
        assert isinstance(menu, model.Menu)
        announced |= {key: option.goto for key, option in menu.options.items() if option.prompt}
    assert announced == {
        "1": "food",
        "2": "ration",
        "3": "medical",
        "4": "psych",
        "5": "status",
        "6": "information",
        "7": "needs",
        "9": "main_menu",
        "0": "operator",
    }


@pytest.mark.parametrize("category", ["medical", "psych"])
def test_who_needs_help_at_once_is_asked_nothing_more(category: str) -> None:
    seen: set[str] = set()
    coming = [category]
    while coming:
        name = coming.pop()
        node = flows().nodes[name]
        assert not isinstance(node, model.Question | model.Record), name
        seen.add(name)
        coming += [edge.to for edge in edges(node) if edge.to not in seen]
    assert "join_at_once" in seen


def test_the_language_is_described_in_full() -> None:
    described = (PROJECT / "docs" / "callflows.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"| `{kind}` |" in described, kind
    for fact, values in lexicon.FACTS.items():
        (line,) = [one for one in described.splitlines() if one.startswith(f"| `{fact}`")]
        assert all(f"`{value}`" in line for value in values), fact
    for value in lexicon.SPOKEN_VALUES:
        assert f'`"{{{value}' in described, value


def test_a_category_at_once_whose_callers_are_asked_something_is_a_fault() -> None:
    """Our flows fit the district; food asks for a PIN code, so it could not be at once."""
    district = District.model_validate(read_yaml(PROJECT / "district.yaml").data)
    at_once = {name for name, category in district.categories.items() if category.at_once}
    assert at_once == {"medical", "psych"}
    loaded = load_with_source(PROJECT / "callflows.yaml", view(), TEXTS)
    assert lint(loaded, TEXTS, at_once=at_once) == ()
    (remark,) = lint(loaded, TEXTS, at_once={"food"})
    lines = (PROJECT / "callflows.yaml").read_text(encoding="utf-8").splitlines()
    assert remark.grave
    assert lines[remark.fault.line - 1].strip() == "about: food"
    assert "food is at_once in district.yaml, but pin asks the caller" in remark.fault.message


OTHER_DISTRICT = """
format: 1
helpline:
  name: {hi: "जन सेवा", en: "People's Service"}
  district: {hi: "श्रीनगर", en: "Srinagar"}
  short_code: "1077"
  languages: [hi]
  timezone: Asia/Kolkata
  country: IN
  pin_codes: ["19"]
categories:
  snow: {name: {hi: "बर्फ़"}, queue: roads, limit: {l1: 3 h, l2: 6 h}, recorded: true}
  grief: {name: {hi: "मन"}, queue: care, limit: none, recorded: false, confidential: true}
  other: {name: {hi: "अन्य"}, queue: roads, limit: none, recorded: false}
queues:
  roads: {name: {hi: "सड़क"}, strategy: ringall, ring: 20 s, wait_limit: 5 min, long_wait: 10}
  care: {name: {hi: "देखभाल"}, strategy: ringall, ring: 20 s, wait_limit: 5 min, long_wait: 10}
hours: {default: ["00:00-24:00"]}
status_limits:
  per_call: 3
  per_caller: {count: 10, within: 1 h}
  overall: {count: 600, within: 1 h}
"""
OTHER_FLOWS = """
format: 1
entries: {inbound: hello, queue_key: care, queue_limit: care}
rescue: rescue
nodes:
  hello: {kind: say, prompts: [greeting], next: list}
  list:
    kind: menu
    options:
      "1": {prompt: snow_one, goto: snow}
      "2": {prompt: grief_two, goto: grief}
    exhausted: rescue
  snow: {kind: collect, about: snow, prompts: [pin_ask], answer: pin, check: pin_code, min_keys: 6,
         max_keys: 6, next: ticket, exhausted: ticket}
  grief: {kind: goto, about: grief, to: ticket}
  ticket: {kind: issue_ticket, next: join, unavailable: rescue}
  join: {kind: join_queue, prompts: ["{ticket_number}"]}
  care: {kind: rejoin_queue}
  rescue: {kind: join_queue, queue: care}
"""


async def test_another_district_changes_no_code(tmp_path: Path) -> None:
    (tmp_path / "district.yaml").write_text(OTHER_DISTRICT, encoding="utf-8")
    (tmp_path / "callflows.yaml").write_text(OTHER_FLOWS, encoding="utf-8")
    district = District.model_validate(read_yaml(tmp_path / "district.yaml").data)
    srinagar = view_of(district)
    texts = {
        **TEXTS,
        "snow_one": "बर्फ़ के लिए एक दबाएँ।",
        "grief_two": "मन की बात के लिए दो दबाएँ।",
    }
    loaded = load_with_source(tmp_path / "callflows.yaml", srinagar, texts)
    assert lint(loaded, texts) == ()
    now = datetime(2026, 6, 1, 10, 10, tzinfo=UTC)
    assert srinagar.timezone == ZoneInfo("Asia/Kolkata")

    desk = FakeDesk(now)
    snow = FakeCall(make_facts(), "1 122001 190001", tmp_path)
    record = await converse(snow, desk, loaded.flows, srinagar, lambda: now)
    assert record.answers == {"pin": "190001"}
    assert snow.joined is not None
    assert (snow.joined.queue, snow.joined.recorded) == ("roads", True)
    assert desk.tickets[snow.facts.call_id].category == "snow"

    grief = FakeCall(make_facts(call_id="cell-a.1-2"), "2", tmp_path)
    await converse(grief, desk, loaded.flows, srinagar, lambda: now)
    assert grief.joined is not None
    assert (grief.joined.queue, grief.joined.recorded) == ("care", False)


def test_the_conversations_of_one_district_in_another_are_faults_with_lines(
    tmp_path: Path,
) -> None:
    path = tmp_path / "district.yaml"
    path.write_text(OTHER_DISTRICT, encoding="utf-8")
    srinagar = view_of(District.model_validate(read_yaml(path).data))
    with pytest.raises(FlowFaults) as error:
        load_flows(PROJECT / "callflows.yaml", srinagar, TEXTS)
    said = str(error.value)
    assert "there is no category 'food'" in said
    assert "there is no queue 'general'" in said
    assert all(fault.line > 0 for fault in error.value.faults)
