"""Out of the queue: a message by key, the wish to be called, the same offer at the limit."""

from __future__ import annotations

import signal
import subprocess
import sys
import wave
from collections.abc import Iterator

import pytest

from database.engine import open_store
from queue_manager.journal.entry import Kind
from sahayata.settings import PROJECT
from tests.pbx.citizens import Caller, Told, call_all, told
from tests.pbx.instance import Instance, running
from tests.pbx.room_beside import lines
from tests.support.trial_project import trial_project
from tests.support.waiting import hold_until
from tickets.call_events import QueueEnded

LIMITED = "ration:  {name: {hi: "
WAITING = {
    "message": Caller(
        "h:main_menu_food 3 h:q_youarenext 1 h:wait_leave_message 1 w:message_ask s8 #",
        "9830000003",
    ),
    "wish": Caller("h:main_menu_food 4 h:q_periodic 1 h:wait_call_me 1", "9830000004"),
    "limit": Caller(
        "h:main_menu_food 2 h:pin_skip # h:number_is 0"
        " h:wait_go_on 2 h:wait_on_text h:q_youarenext !",
        "9830000005",
    ),
    "withheld": Caller(
        "h:main_menu_medical 3 h:q_periodic 1 h:wait_number_withheld !", "anonymous"
    ),
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose operators ring and never answer; callers for ration wait 20 s at most."""
    folder = tmp_path_factory.mktemp("busy")
    project = trial_project(folder / "project", "")
    district = (PROJECT / "district.yaml").read_text(encoding="utf-8")
    line = next(one for one in district.splitlines() if one.strip().startswith(LIMITED))
    (project / "district.yaml").unlink()
    (project / "district.yaml").write_text(
        district.replace(line, line.replace("wait_limit: 5 min", "wait_limit: 20 s"))
    )
    with running(folder / "state", project=project) as instance:
        settings = instance.settings
        words = ("--state", str(settings.state.root), "--port-base", str(settings.ports.base))
        room = subprocess.Popen(
            [sys.executable, "-m", "sahayata.processes.demo", *words, "--never-answer"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=PROJECT,
        )
        assert room.stdout is not None
        assert room.stdout.readline() == "ready\n"
        yield instance
        room.send_signal(signal.SIGTERM)
        room.wait(20)
        room.stdout.close()


@pytest.fixture(scope="module")
def calls(busy: Instance) -> dict[str, Told]:
    return {name: told(busy, call) for name, call in call_all(busy, WAITING).items()}


def test_a_message_is_recorded_attached_to_the_ticket_and_the_wish_stored(
    calls: dict[str, Told],
) -> None:
    call = calls["message"]
    assert {"wait_leave_message", "message_ask", "message_thanks"} <= set(call.heard)
    assert call.file is not None
    (wish,) = call.file.call_backs
    with wave.open(wish.recording) as message:
        assert message.getnframes() / message.getframerate() == pytest.approx(wish.seconds, abs=1.0)
    assert wish.seconds > 5, "eight seconds were spoken"
    assert set(call.numbers) == {call.file.ticket.number}


def test_psych_callers_leave_the_wish_and_nothing_is_recorded(
    calls: dict[str, Told], busy: Instance
) -> None:
    call = calls["wish"]
    assert "message_ask" not in call.heard
    assert {"wait_call_me", "wish_thanks"} <= set(call.heard)
    assert call.file is not None
    (wish,) = call.file.call_backs
    assert wish.recording == ""
    here = call.found.call_id.lower().replace(".", "-")
    assert not [path for path in busy.settings.state.messages.iterdir() if here in path.name]


def test_past_the_limit_the_same_is_offered_and_one_may_wait_on(calls: dict[str, Told]) -> None:
    call = calls["limit"]
    heard = list(call.heard)
    assert heard.index("wait_sorry_text") < heard.index("wait_leave_message")
    assert heard.index("wait_leave_message") < heard.index("wait_on_text")
    assert call.found.queue_how == "abandoned", "back in the queue until he hung up"


def test_who_was_let_go_at_the_limit_has_not_abandoned(
    calls: dict[str, Told], busy: Instance
) -> None:
    call = calls["limit"]
    assert call.file is not None
    events = [entry.event for entry in call.file.history]
    assert [event.how for event in events if isinstance(event, QueueEnded)] == [
        "timed_out",
        "abandoned",
    ]
    engine = open_store(busy.settings.database_url)

    def ends() -> list[Kind]:
        told = lines(engine, Kind.LEFT, Kind.ABANDONED)
        return [row.kind for row in told if row.ticket == call.found.ticket]

    hold_until(lambda: Kind.ABANDONED in ends(), lambda: f"the journal has the end: {ends()}")
    assert sorted(ends()) == [Kind.ABANDONED, Kind.LEFT, Kind.LEFT]
    engine.dispose()


def test_nobody_is_called_back_whose_number_is_withheld(calls: dict[str, Told]) -> None:
    call = calls["withheld"]
    assert "wait_number_withheld" in call.heard
    assert call.file is not None
    assert call.file.call_backs == ()


def test_without_any_operator_a_message_is_offered_at_once(instance: Instance) -> None:
    callers = {
        "nobody": Caller(
            "h:main_menu_food 1 h:pin_skip # h:number_is 0 h:wait_leave_message 1"
            " w:message_ask s8 #",
            "9830000011",
        )
    }
    call = told(instance, call_all(instance, callers)["nobody"])
    assert "no_operator_now" in call.heard
    assert call.file is not None
    assert len(call.file.call_backs) == 1
