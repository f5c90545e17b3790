"""A night without us: all of ours is dead, citizens call, and in the morning we are back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.hindi import day_and_time
from sahayata.stores import open_database
from sahayata.telephone.call import HeardCall
from sahayata.telephone.outgoing import Ending
from tests.pbx.alone import dial_all, left_alone, prompts, records
from tests.pbx.citizens import Caller, Told, dial, hear, told
from tests.pbx.instance import Instance
from tests.support.waiting import hold_until
from tickets.call_events import CallBackWished, CallEnded, Opened, QueueEnded
from tickets.number import is_well_formed
from tickets.queries import CallFound, find_ticket
from tickets.spool import SpoolKind, SpoolRecord

SERVED = {
    "food": Caller("w2 1 w1 122001 h:pin_right 1", "9810000201"),
    "pin_skipped": Caller("w2 2 w1 # h:number_is 0", "9810000202"),
    "pin_with_hash": Caller("w2 1 w1 122001# h:pin_is 1 h:number_is 0", "9810000203"),
    "pin_changed": Caller(
        "w2 1 w1 999999 h:pin_wrong 122001 h:pin_is 2 w1 123005 h:pin_is 1 h:number_is 0",
        "9810000204",
    ),
    "pin_never": Caller("w2 1 h:number_is 0", "9810000205"),
    "typed_ahead": Caller("w0.3 1122001#1 h:number_is 0", "9810000206"),
    "law": Caller("w2 7 w1 1 h:number_is 9 h:number_is 0", "9810000207"),
    "operator": Caller("w2 0", "9810000208"),
    "status": Caller("w2 5 w1 1234567890", "9810000209"),
    "letters": Caller("w2 AB w1 CDA w1 2 w1 B w1 # h:number_is 0", "9810000210"),
    "two_hundred_digits": Caller(f"w2 {'8' * 200}", "9810000211"),
    "withheld": Caller("w2 0", "anonymous"),
}
LEFT = {
    "at_once": Caller("h:greeting !", "9810000221"),
    "welcome": Caller("h:welcome_text !", "9810000222"),
    "menu": Caller("w2 7 w1 * h:main_menu_food !", "9810000223"),
    "pin": Caller("w2 1 h:pin_ask !", "9810000224"),
    "pin_read_back": Caller("w2 1 w1 122001 h:pin_is !", "9810000225"),
    "promise": Caller("w2 1 w1 122001 h:pin_is 1 h:promise_is !", "9810000226"),
    "information": Caller("w2 6 w1 1 w1 9 w2 * h:information_infection !", "9810000227"),
}
SLOW_TO_HANG_UP = {
    "welcome": ("helpline_name", "privacy"),
    "privacy": ("privacy_notice", "main_menu"),
}
"""Node -> its last words, and the node after it: two dozen callers listen in one process, and who
hears the last words of a short node before the phone is down may be in the next."""
# Who chose a matter "at once" waits in the queue when the number was told; a key leads out of it.
WAIT = "h:number_is w14"
OUT = f"{WAIT} 1"
SPEAK = f"w2 3 {OUT} h:wait_leave_message 1 w:message_ask"
WAITED = {
    "message": Caller(f"{SPEAK} s2 #", "9810000231"),
    "wish": Caller(f"w2 4 {OUT} h:wait_call_me 1", "9810000232"),
    "waits_on": Caller(f"w2 3 {OUT} h:wait_leave_message 2 h:wait_on_text w3 !", "9810000233"),
    "cut_off": Caller(f"{SPEAK} s4 !", "9810000234"),
    "pressed_on": Caller(f"w2 3 w1 5 {WAIT} !", "9810000235"),
}


@dataclass(frozen=True)
class Night:
    """What happened while we were dead."""

    instance: Instance
    calls: dict[str, HeardCall]
    written: dict[str, list[SpoolRecord]]

    def of(self, name: str, kind: SpoolKind) -> SpoolRecord:
        """The one record of a kind that a call left."""
        (record,) = [r for r in self.written[name] if r.kind is kind]
        return record

    def path(self, name: str) -> list[str]:
        return [f"{s.node}: {s.did}" for s in self.of(name, SpoolKind.CALL_ENDED).steps]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with left_alone(tmp_path_factory.mktemp("night")) as instance:
        calls = asyncio.run(dial_all(instance, SERVED | LEFT | WAITED))
        yield Night(instance, calls, {name: records(instance, c) for name, c in calls.items()})


@pytest.mark.parametrize(
    ("name", "category", "queue", "answers"),
    [
        ("food", "food", "food", {"pin": "122001"}),
        ("pin_skipped", "ration", "ration", {}),
        ("pin_with_hash", "food", "food", {"pin": "122001"}),
        ("pin_changed", "food", "food", {"pin": "123005"}),
        ("pin_never", "food", "food", {}),
        ("typed_ahead", "food", "food", {"pin": "122001"}),
        ("law", "law", "general", {}),
        ("operator", "other", "general", {}),
        ("status", "other", "general", {"asked_number": "1234567890"}),
        ("letters", "ration", "ration", {}),
        ("two_hundred_digits", "other", "general", {}),
        ("withheld", "other", "general", {}),
    ],
)
def test_a_caller_chooses_gets_a_number_and_an_operator(
    night: Night, name: str, category: str, queue: str, answers: dict[str, str]
) -> None:
    ticket = night.of(name, SpoolKind.TICKET)
    assert is_well_formed(ticket.number)
    assert (ticket.category, dict(ticket.answers)) == (category, answers)
    visit = night.of(name, SpoolKind.QUEUE_ENDED)
    assert (visit.queue, visit.how, visit.number) == (queue, "served", ticket.number)
    assert visit.operator.startswith("PJSIP/20")
    ended = night.of(name, SpoolKind.CALL_ENDED)
    assert (ended.ending, ended.queue, ended.number) == ("to_queue", queue, ticket.number)
    assert night.calls[name].ending is Ending.FAR_END


def test_the_path_of_keys_is_that_of_the_conversation(night: Night) -> None:
    assert night.path("food") == [
        "main_menu: key 1",
        "pin: answered pin",
        "pin_read_back: key 1",
        "ticket: ticket issued",
        "number_told: silence",
    ]
    assert night.path("pin_changed")[1:4] == [
        "pin: wrong keys",
        "pin: answered pin",
        "pin_read_back: key 2",
    ]
    assert night.path("pin_never")[1:4] == ["pin: silence"] * 3
    assert night.path("letters")[:2] == ["main_menu: key 2", "pin: skipped"]
    assert night.path("two_hundred_digits")[:3] == ["main_menu: wrong key 8"] * 3
    assert night.path("law")[2:] == [
        "ticket: ticket issued",
        "number_told: key 9",
        "number_told: key 0",
    ]


def test_what_is_heard_is_what_is_written(night: Night) -> None:
    """The number heard is the number on disk, and the promise is said by the clock of the place."""
    heard = prompts(night.calls["food"].samples)
    ticket = night.of("food", SpoolKind.TICKET)
    zone = night.instance.settings.district.helpline.zone
    deadline = day_and_time(ticket.at + timedelta(hours=2), ticket.at, zone).prompts
    digits = [f"n_{digit}" for digit in ticket.number]
    promise = ["promise_is", "n_2", "t_ghante", "promise_within", *deadline, "promise_until"]
    number = ["number_is", *digits, "number_again", *digits]
    told = [*promise, *number, "number_repeat", "number_go_on", "connecting"]
    begin = heard.index("promise_is")
    assert list(heard[begin : begin + len(told)]) == told
    assert heard[-1] == "operator_hello"
    read_back = heard.index("pin_is")
    assert heard[read_back + 1 : read_back + 7] == tuple(f"n_{digit}" for digit in "122001")


def test_who_presses_on_is_told_the_number_on_the_way(night: Night) -> None:
    """A key that ends what is said before it does not end the number, as with our server."""
    heard = prompts(night.calls["pressed_on"].samples)
    number = night.of("pressed_on", SpoolKind.TICKET).number
    begin = heard.index("connecting_now")
    told = ("connecting_now", "number_is", *(f"n_{digit}" for digit in number))
    assert heard[begin : begin + len(told)] == told
    assert night.of("pressed_on", SpoolKind.CALL_ENDED).queue == "medical"


@pytest.mark.parametrize(
    ("name", "node", "category", "number"),
    [
        ("at_once", "welcome", "", False),
        ("welcome", "privacy", "", False),
        ("menu", "main_menu", "", False),
        ("pin", "pin", "food", False),
        ("pin_read_back", "pin_read_back", "food", False),
        ("promise", "promise_told", "food", True),
        ("information", "information", "information", False),
    ],
)
def test_whoever_hangs_up_leaves_a_record(
    night: Night, name: str, node: str, category: str, number: bool
) -> None:
    ended = night.of(name, SpoolKind.CALL_ENDED)
    assert (ended.ending, ended.category) == ("caller_hung_up", category)
    assert bool(ended.number) is number
    last_words, following = SLOW_TO_HANG_UP.get(node, ("", ""))
    if following and ended.last_node == following:
        assert last_words in prompts(night.calls[name].samples)
    else:
        assert ended.last_node == node


def test_who_waits_can_leave_a_message(night: Night) -> None:
    message = night.of("message", SpoolKind.MESSAGE)
    assert Path(message.message).stat().st_size > 16_000
    assert 1.0 < message.seconds < 10.0
    assert message.number == night.of("message", SpoolKind.TICKET).number
    assert night.path("message")[-2:] == ["wait_message: key 1", "message_speak: message left"]
    assert night.of("message", SpoolKind.CALL_ENDED).ending == "completed"
    assert "message_thanks" in prompts(night.calls["message"].samples)


def test_a_message_is_kept_when_the_caller_hangs_up_while_speaking(night: Night) -> None:
    message = night.of("cut_off", SpoolKind.MESSAGE)
    assert message.seconds > 2.0
    assert night.of("cut_off", SpoolKind.CALL_ENDED).last_node == "message_speak"


def test_where_nothing_may_be_recorded_only_the_wish_is_kept(night: Night) -> None:
    wish = night.of("wish", SpoolKind.CALL_BACK)
    assert (wish.category, wish.message) == ("psych", "")
    assert SpoolKind.MESSAGE not in {r.kind for r in night.written["wish"]}
    assert night.of("wish", SpoolKind.CALL_ENDED).ending == "completed"


def test_who_waits_on_is_put_back_into_the_queue(night: Night) -> None:
    visits = [r for r in night.written["waits_on"] if r.kind is SpoolKind.QUEUE_ENDED]
    assert [(v.queue, v.how) for v in visits] == [("medical", "left"), ("medical", "abandoned")]


# --- The morning: from here on our processes run again, and the spool is empty.


@pytest.fixture(scope="module")
def morning(night: Night) -> dict[str, Told]:
    state = night.instance.settings.state
    # One record was committed, and we were killed before its file was gone.
    copied = sorted(state.spool.glob("*.record"))[0]
    shutil.copy2(copied, state.root / "copied.record")
    night.instance.said.clear()
    night.instance.start()
    hold_until(lambda: not list(state.spool.glob("*.record")), "the spool is taken in", 60.0)
    (state.root / "copied.record").replace(copied)
    hold_until(lambda: not copied.exists(), "the record that came twice is gone")
    return {
        name: told(night.instance, call, listening=False)
        for name, call in night.calls.items()
        if name != "at_once"
    }


def test_every_number_leads_to_its_ticket(night: Night, morning: dict[str, Told]) -> None:
    engine = open_database(night.instance.settings)
    given = [r for rs in night.written.values() for r in rs if r.kind is SpoolKind.TICKET]
    assert len({r.number for r in given}) == len(given)
    for record in given:
        file = find_ticket(engine, record.number)
        assert file is not None
        assert (file.ticket.number, file.ticket.category) == (record.number, record.category)
        assert file.ticket.opened_at == record.at
    engine.dispose()


def test_everything_is_taken_in_exactly_once(night: Night, morning: dict[str, Told]) -> None:
    for name, one in morning.items():
        assert one.file is not None or name == "information", name
        if one.file is None:
            continue
        events = [entry.event for entry in one.file.history]
        kinds = [r.kind for r in night.written[name]]
        for event, kind in (
            (CallEnded, SpoolKind.CALL_ENDED),
            (QueueEnded, SpoolKind.QUEUE_ENDED),
        ):
            assert sum(isinstance(e, event) for e in events) == kinds.count(kind), name
        assert sum(isinstance(e, Opened) for e in events) == 1, name
    assert not (night.instance.settings.state.spool / "damaged").exists()


def test_messages_and_wishes_wait_for_a_call(night: Night, morning: dict[str, Told]) -> None:
    for name in ("message", "wish", "cut_off"):
        file = morning[name].file
        assert file is not None
        assert len(file.call_backs) == 1, name
        assert bool(file.call_backs[0].recording) is (name != "wish")
        assert sum(isinstance(entry.event, CallBackWished) for entry in file.history) == 1


def test_whoever_chose_a_matter_and_hung_up_has_a_ticket(morning: dict[str, Told]) -> None:
    for name in ("pin", "pin_read_back"):
        file = morning[name].file
        assert file is not None
        assert file.ticket.category == "food"
    found: CallFound = morning["information"].found
    assert found.ticket == ""


def test_the_next_caller_is_served_by_us(night: Night, morning: dict[str, Told]) -> None:
    """And hears of the ticket that was given in the night."""
    caller = Caller("h:open_ticket_found !", "9810000201")
    call = asyncio.run(dial(night.instance, caller))
    assert "open_ticket_found" in [item.prompt for item in hear(call.samples)]
