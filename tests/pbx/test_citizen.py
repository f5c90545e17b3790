"""What citizens live through on a real Asterisk: every branch of the menu, with real SIP calls."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sahayata.telephone.outgoing import Ending
from tests.pbx.citizens import Caller, Told, call_all, told
from tests.pbx.instance import Instance, running
from tests.support.trial_project import trial_project
from tickets.number import check_digit

WELCOME = ("greeting", "helpline_name", "welcome_text", "privacy_notice")

FOOD = "h:main_menu_food 1"
"""Keys are pressed on what was heard, in the next pause: a busy machine changes nothing."""
MENU = {
    "food": Caller(f"{FOOD} h:pin_skip 122001 h:pin_right 1", "9810000101"),
    "food_without_pin": Caller(f"{FOOD} h:pin_skip #", "9810000102"),
    "ration": Caller("h:main_menu_ration 2 h:pin_ask 123401# h:pin_right 1", "9810000103"),
    "medical": Caller("h:main_menu_medical 3", "9810000104"),
    "psych": Caller("h:main_menu_psych 4", "9810000105"),
    "law": Caller("h:main_menu_needs 7 h:needs_law 1 h:number_is 0", "9810000106"),
    "essentials": Caller("h:main_menu_food 7 h:needs_essentials 2", "9810000107"),
    "operator": Caller("h:main_menu_operator 0", "9810000108"),
    "back_and_repeat": Caller(
        "h:main_menu_food 7 h:to_go_back * h:main_menu_food 9 h:main_menu_medical 3", "9810000109"
    ),
    "pin_changed": Caller(
        f"{FOOD} h:pin_skip 999999 h:pin_skip 122002 h:pin_change 2"
        " h:pin_skip 122003 h:pin_right 1",
        "9810000110",
    ),
    "wrong_keys": Caller("h:main_menu_food 8 h:main_menu_food # h:main_menu_food 8", "9810000111"),
    "silent": Caller("", "9810000112"),
    "two_hundred_digits": Caller(f"h:main_menu_food {'8' * 200}", "9810000113"),
    "letters": Caller("h:main_menu_food ABCD h:main_menu_medical 3", "9810000114"),
    "number_again": Caller(f"{FOOD} h:pin_skip # h:number_repeat 9", "9810000115"),
}
INFORMATION = {
    "infection": Caller(
        "h:main_menu_information 6 h:information_infection 1 h:infection_text !", "9810000121"
    ),
    "travel": Caller(
        "h:main_menu_food 6 h:information_travel 2 h:travel_text * h:information_infection 3"
        " h:migrant_text !",
        "9810000122",
    ),
    "status_by_slip": Caller(
        "h:main_menu_status 5 h:status_ask 123# h:status_ask 1234567891 h:status_wrong_digit !",
        "9810000123",
    ),
}


DOCTOR = "h:main_menu_food 3"
ODD = {
    "empty": Caller(DOCTOR, ""),
    "anonymous": Caller(DOCTOR, "anonymous"),
    "sixty": Caller(DOCTOR, "9" * 60),
    "quotes": Caller(DOCTOR, "9\"8'7;6"),
    "control": Caller(DOCTOR, "98\r\nX-Evil: 1\x01\x7f"),
    "hindi": Caller(DOCTOR, "नमस्ते"),
}
RATION = "h:main_menu_food 2"
AT_PIN = f"{RATION} h:pin_ask"
PIN_READ = f"{RATION} h:pin_skip 122001 h:pin_right"
LEAVE = {
    "at_the_answer": Caller("w0.1 !", "9810000200"),
    "while_greeted": Caller("w1 !", "9810000201"),
    "before_the_menu": Caller("h:welcome_text !", "9810000202"),
    "in_the_menu": Caller("h:main_menu_medical !", "9810000203"),
    "in_silence": Caller("w:main_menu_operator !", "9810000204"),
    "after_a_key": Caller(f"{RATION} !", "9810000205"),
    "when_asked": Caller(f"{AT_PIN} !", "9810000206"),
    "with_half_a_pin": Caller(f"{AT_PIN} 122 !", "9810000207"),
    "when_read_back": Caller(f"{PIN_READ} !", "9810000208"),
    "at_the_promise": Caller(f"{PIN_READ} 1 h:promise_is !", "9810000209"),
    "before_the_number": Caller(f"{PIN_READ} 1 h:number_is !", "9810000210"),
    "after_the_number": Caller(f"{PIN_READ} 1 h:number_go_on !", "9810000211"),
}


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance with the roster of simulated operators, each free at once after a call."""
    folder = tmp_path_factory.mktemp("citizen")
    project = trial_project(folder / "project", "")
    with running(folder / "state", demo=True, project=project) as one:
        yield one


def command(instance: Instance, *words: str) -> list[str]:
    state = ("--state", str(instance.settings.state.root))
    return [sys.executable, "-m", "sahayata.cli", *words, *state]


@pytest.fixture(scope="module")
def by_command(
    helpline: Instance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[subprocess.Popen[str]]:
    """A call placed by the command line, which goes on beside the others."""
    wav = tmp_path_factory.mktemp("heard") / "heard.wav"
    words = ("dial", "1950", "--from", "9810000301", "--keys", "h:main_menu_food 4")
    dialling = command(helpline, *words, "--record", str(wav), "--json")
    with subprocess.Popen(dialling, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def calls(helpline: Instance, by_command: subprocess.Popen[str]) -> dict[str, Told]:
    """Place every call that needs no other before it, beside ``by_command``: most is waiting."""
    placed = call_all(helpline, MENU | INFORMATION | ODD | LEAVE)
    return {
        name: told(helpline, call, listening=name not in LEAVE) for name, call in placed.items()
    }


@pytest.mark.parametrize(
    ("name", "category", "queue"),
    [
        ("food", "food", "food"),
        ("food_without_pin", "food", "food"),
        ("ration", "ration", "ration"),
        ("medical", "medical", "medical"),
        ("psych", "psych", "psych"),
        ("law", "law", "general"),
        ("essentials", "essentials", "general"),
        ("operator", "other", "general"),
        ("back_and_repeat", "medical", "medical"),
        ("pin_changed", "food", "food"),
        ("wrong_keys", "other", "general"),
        ("silent", "other", "general"),
        ("two_hundred_digits", "other", "general"),
        ("letters", "medical", "medical"),
        ("number_again", "food", "food"),
    ],
)
def test_each_key_leads_to_a_ticket_and_an_operator(
    calls: dict[str, Told], name: str, category: str, queue: str
) -> None:
    call = calls[name]
    assert call.heard[:2] == WELCOME[:2]
    assert call.file is not None
    assert (call.file.ticket.category, call.found.queue) == (category, queue)
    assert call.found.queue_how == "served"
    assert "operator_hello" in call.heard
    number = call.file.ticket.number
    if name in ("law", "two_hundred_digits"):
        # Who presses on goes on at once, and does not hear the number twice.
        assert call.numbers in ((), (number,)), call.heard
    else:
        assert set(call.numbers) == {number}, (call.heard, call.call.lost)


def test_a_caller_for_food_hears_the_promise_and_the_number_twice(calls: dict[str, Told]) -> None:
    call = calls["food"]
    assert call.file is not None
    assert call.numbers == (call.file.ticket.number,) * 2
    heard = list(call.heard)
    assert heard[heard.index("promise_is") : heard.index("promise_within")] == [
        "promise_is",
        "n_2",
        "t_ghante",
    ]
    assert heard.index("promise_until") < heard.index("number_is") < heard.index("number_again")
    assert call.answers == {"pin": "122001"}


def test_the_number_is_said_again_for_a_key(calls: dict[str, Told]) -> None:
    assert len(calls["number_again"].numbers) > 2


def test_the_pin_code_is_checked_read_back_and_may_be_changed(calls: dict[str, Told]) -> None:
    call = calls["pin_changed"]
    assert "pin_wrong" in call.heard, "999999 is no PIN code of the district"
    assert call.heard.count("pin_is") == 2
    assert call.answers == {"pin": "122003"}


def test_medical_and_psych_go_at_once_and_hear_the_number_on_the_way(
    calls: dict[str, Told],
) -> None:
    for name, said in (("medical", "medical_now"), ("psych", "psych_now")):
        call = calls[name]
        heard = list(call.heard)
        assert heard.index(said) < heard.index("connecting_now") < heard.index("number_is")
        assert "pin_ask" not in heard
        assert len(call.numbers) == 1


def test_psych_is_never_recorded_and_food_is(calls: dict[str, Told], helpline: Instance) -> None:
    talks = [path.name for path in helpline.settings.state.talks.iterdir()]
    assert any(name.startswith(calls["food"].found.call_id) for name in talks)
    assert not any(name.startswith(calls["psych"].found.call_id) for name in talks)


def test_silence_leads_to_an_operator_and_never_to_a_hang_up(calls: dict[str, Told]) -> None:
    call = calls["silent"]
    assert call.heard.count("main_menu_food") == 1
    assert "stay_for_operator" in call.heard
    assert call.found.queue_how == "served"


def test_wrong_keys_lead_to_an_operator(calls: dict[str, Told]) -> None:
    assert calls["wrong_keys"].heard.count("wrong_key") == 2
    assert "help_is_near" in calls["wrong_keys"].heard


@pytest.mark.parametrize(
    ("name", "text"), [("infection", "infection_text"), ("travel", "migrant_text")]
)
def test_information_needs_no_operator_and_no_ticket(
    calls: dict[str, Told], name: str, text: str
) -> None:
    call = calls[name]
    assert text in call.heard
    assert call.file is None
    assert call.numbers == ()
    assert call.found.queue == ""


def test_a_slip_in_a_ticket_number_is_told_apart(calls: dict[str, Told]) -> None:
    heard = calls["status_by_slip"].heard
    assert heard.index("status_ten_digits") < heard.index("status_wrong_digit")
    assert calls["status_by_slip"].file is None


@pytest.fixture(scope="module")
def status_calls(helpline: Instance, calls: dict[str, Told]) -> dict[str, Told]:
    food, psych = calls["food"].file, calls["psych"].file
    assert food is not None
    assert psych is not None
    nobody = "987654321" + check_digit("987654321")
    ask = "h:main_menu_food 5 h:status_ask {} h:to_main_menu !"
    # After the refusal the question comes again.
    refused = "h:main_menu_food 5 h:status_ask {} h:status_ask !"
    callers = {
        "own": Caller(
            f"h:open_ticket_found 5 h:status_ask {food.ticket.number} h:to_main_menu !",
            MENU["food"].number,
        ),
        "own_by_key": Caller("h:open_ticket_status 8 h:to_main_menu !", MENU["ration"].number),
        "stranger": Caller(ask.format(food.ticket.number), "9810000131"),
        "stranger_psych": Caller(refused.format(psych.ticket.number), "9810000132"),
        "nobody": Caller(refused.format(nobody), "9810000133"),
        "withheld": Caller(ask.format(food.ticket.number), "anonymous"),
    }
    placed = call_all(helpline, callers)
    return {name: told(helpline, call) for name, call in placed.items()}


def test_the_owner_hears_what_became_of_the_ticket(status_calls: dict[str, Told]) -> None:
    heard = status_calls["own"].heard
    assert {"state_open", "status_about", "category_food", "status_opened"} <= set(heard)
    assert status_calls["own"].file is None, "asking makes no second ticket"


def test_a_caller_with_an_open_ticket_is_offered_its_status_first(
    status_calls: dict[str, Told],
) -> None:
    heard = status_calls["own_by_key"].heard
    assert "welcome_text" not in heard, "who called in the last days hears the short welcome"
    assert {"state_open", "category_ration"} <= set(heard)


@pytest.mark.parametrize("name", ["stranger", "withheld"])
def test_a_stranger_hears_the_state_only(status_calls: dict[str, Told], name: str) -> None:
    heard = set(status_calls[name].heard)
    assert "state_open" in heard
    assert not heard & {"status_about", "category_food", "status_opened", "status_promised"}


def test_no_such_number_and_not_yours_cannot_be_told_apart(status_calls: dict[str, Told]) -> None:
    nobody, psych = status_calls["nobody"], status_calls["stranger_psych"]
    assert "status_no_such_number" in nobody.heard
    assert answer(nobody) == answer(psych)


def answer(call: Told) -> tuple[str, ...]:
    """What is said to a number: from the question to the next one, whenever keys fell."""
    first, second, *_ = (place for place, said in enumerate(call.heard) if said == "status_ask")
    return call.heard[first : second + 1]


@pytest.mark.parametrize("name", ODD)
def test_whatever_the_network_says_of_the_caller_the_call_is_served(
    calls: dict[str, Told], name: str, helpline: Instance
) -> None:
    call = calls[name]
    assert call.found.queue_how == "served"
    assert call.file is not None
    assert set(call.numbers) == {call.file.ticket.number}
    for log in ("answering", "ticketing"):
        assert "Evil" not in helpline.log(log)


def test_what_is_dialled_is_keys_only(helpline: Instance) -> None:
    """Anything else would be told in events as it is, line ends too, before it can be cleaned."""
    odd = Caller("", "9810000141", dials="1950\r\nagi_network: yes")
    with_a_note = Caller("w1 !", "9810000142", dials="1950;npdi=yes")
    refused, taken = call_all(helpline, {"odd": odd, "with a note": with_a_note}).values()
    assert (refused.answered, refused.ending) == (False, Ending.DECLINED)
    assert taken.answered


def test_no_telephone_number_is_in_any_log_of_ours(
    calls: dict[str, Told], helpline: Instance
) -> None:
    assert calls["food"].found.call_id in helpline.log("answering")
    for log in helpline.settings.state.logs.iterdir():
        text = log.read_text(errors="replace")
        assert not [one.number for one in MENU.values() if one.number in text], log.name


@pytest.mark.parametrize("name", LEAVE)
def test_who_hangs_up_anywhere_leaves_a_ticket_with_the_path_of_keys(
    calls: dict[str, Told], name: str
) -> None:
    call = calls[name]
    assert call.found.ending == "caller_hung_up"
    assert call.file is not None
    assert call.path[-1].endswith("hung up")
    pressed = any("key 2" in step for step in call.path)
    assert call.file.ticket.category == ("ration" if pressed else "other")


def test_the_command_line_tells_the_same_as_the_database(
    by_command: subprocess.Popen[str], helpline: Instance
) -> None:
    told_us, _ = by_command.communicate(timeout=180)
    assert by_command.returncode == 0
    result = json.loads(told_us)
    assert result["outcome"] == "answered"
    assert result["queue"] == "psych"
    assert Path(result["recording"]).stat().st_size > 8000
    words = ("ticket", "show", str(result["ticket"]), "--json")
    shown = subprocess.run(command(helpline, *words), capture_output=True, check=True, timeout=60)
    ticket = json.loads(shown.stdout)
    assert (ticket["category"], ticket["call_id"]) == ("psych", result["call_id"])
