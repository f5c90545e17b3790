"""What the staff may do by telephone, whatever the flow says; and what is on record of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from database.engine import StoreUnavailable
from ivr import hindi
from ivr.room import DEEDS, OF_A_SUPERVISOR, RoomUnavailable
from queue_manager.duty.door import Admitted, NotAdmitted, TooManyTrials
from queue_manager.metrics.tally import Tally
from queue_manager.room.orders import Deed, Order, Outcome, Result
from queue_manager.room.wire import Whole
from sahayata.staff.notices import Notices
from sahayata.staff.ports import LastCall
from sahayata.staff.room import StaffRoom
from sahayata.staff.studio import StudioByTelephone
from tests.support.fake_call import make_facts
from tests.support.studio import FakeSounds, small_booth

OWN = Admitted("201", supervisor=False)
CALL = LastCall("17.1@0", "cell-1-17.1", "4821377777", "food", datetime(2026, 6, 1, tzinfo=UTC))
GIVEN = {
    "pin": "2468",
    "reason": "tea",
    "code": "helped",
    "mark": "blank",
    "operator": "202",
    "queue": "food",
    "number": "101",
}


def operator(extension: str, state: str, **more: Any) -> dict[str, Any]:
    said = {"extension": extension, "state": state, "state_s": 1.0, "queues": {"food": 0}}
    return {**said, "device": "not_in_use", **more}


@dataclass
class House:
    """Everything the room is asked of, in memory; ``away`` takes the database down."""

    folder: Path
    live: bool = True
    away: bool = False
    outcome: Outcome = Outcome.CONFIRMED
    trial: Admitted | NotAdmitted | TooManyTrials = OWN
    call: LastCall | None = CALL
    operators: list[dict[str, Any]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    written: list[tuple[str, ...]] = field(default_factory=list)
    ends: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.operators = [operator("201", "available"), operator("202", "talking", queue="food")]

    @cached_property
    def studio(self) -> StudioByTelephone:
        booth = small_booth(self.folder)
        return StudioByTelephone(booth, self.folder / "lobby", FakeSounds(), self, lambda: CALL.at)

    @property
    def room(self) -> StaffRoom:
        return StaffRoom(
            self,
            self,
            self,
            self,
            today=lambda: Tally(offered=10, answered=8, answered_in_time=8, abandoned=2),
            if_away=lambda whole, who: {},
            notices=Notices(self.folder),
            studio=self.studio,
            numbers=hindi,
            queues=("food", "psych"),
            pause_reasons=("tea", "meal"),
            named=lambda: {"202"},
        )

    async def picture(self) -> Whole:
        return Whole.model_validate(
            {"live": self.live, "age_s": 0.1, "operators": self.operators, "queues": []}
        )

    async def do(self, order: Order) -> Result:
        self.orders.append(order)
        return Result(self.outcome)

    async def close(self) -> None:
        self.live = False

    def admit(
        self, telephone: str, extension: str, pin: str
    ) -> Admitted | NotAdmitted | TooManyTrials:
        self._up()
        assert (telephone, extension, pin) == ("201", "201", "2468")
        return self.trial

    def supervisors(self) -> Mapping[str, bool]:
        self._up()
        return {"201": False, "202": False, "301": True, "302": True}

    def last_call(self, operator: str) -> LastCall | None:
        self._up()
        return self.call

    def note(self, call: LastCall, operator: str, kind: str, code: str) -> None:
        self.written.append((call.ticket, operator, kind, code))

    def break_told(self, who: str, reason: str, queue: str, said: str) -> int:
        self._up()
        self.written.append((who, reason, queue, said))
        return len(self.written)

    def break_chosen(self, number: int, who: str, *, went: bool) -> None:
        self.written.append((who, "went" if went else "stayed", str(number), ""))

    def audit(self, who: str, what: str, whom: str, queue: str, outcome: str) -> int:
        self._up()
        self.written.append((who, what, whom, queue))
        return len(self.written)

    def ended(self, number: int, who: str, what: str, outcome: str) -> None:
        self._up()
        self.ends.append((who, what, outcome))

    def _up(self) -> None:
        if self.away:
            raise StoreUnavailable("locked")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def ask(house: House, do: str, who: str = "", **given: str) -> str:
    needed = {need: given.get(need, GIVEN[need]) for need in DEEDS[do].needs}
    facts = make_facts(entry="staff", caller="201")
    return (await house.room.ask(facts, who, do, needed)).outcome


@pytest.mark.parametrize("do", sorted(OF_A_SUPERVISOR))
@pytest.mark.parametrize("who", ["", "201", "999"])
async def test_only_a_supervisor_does_what_is_a_supervisors(
    house: House, do: str, who: str
) -> None:
    assert await ask(house, do, who) == "refused"
    assert (house.orders, house.written) == ([], [])


@pytest.mark.parametrize("do", sorted(DEEDS))
async def test_every_answer_is_one_that_the_flows_know(house: House, do: str) -> None:
    who = "301" if do in OF_A_SUPERVISOR else "201"
    assert await ask(house, do, who) in DEEDS[do].outcomes


@pytest.mark.parametrize(
    ("trial", "outcome"),
    [
        (Admitted("201", supervisor=False), "operator"),
        (Admitted("201", supervisor=True), "supervisor"),
        (NotAdmitted(), "wrong"),
        (TooManyTrials(), "too_many"),
    ],
)
async def test_a_pin(house: House, trial: Any, outcome: str) -> None:
    house.trial = trial
    assert await ask(house, "identify") == outcome


async def test_whose_telephone_it_is_says_whether_there_is_a_pin(house: House) -> None:
    seat = make_facts(entry="staff", caller="208")
    assert await ask(house, "telephone") == "rostered"
    assert (await house.room.ask(seat, "", "telephone", {})).outcome == "seat"
    house.away = True
    with pytest.raises(RoomUnavailable):
        await ask(house, "telephone")


@pytest.mark.parametrize("do", ["sign_on", "sign_off", "pause", "resume"])
async def test_coming_going_and_pauses_need_the_pin(house: House, do: str) -> None:
    assert await ask(house, do) == "refused"
    assert house.orders == []
    assert await ask(house, do, "201") == "done"
    (order,) = house.orders
    assert (order.deed, order.operator, order.by) == (Deed(do), "201", "201")
    assert order.reason == ("tea" if do == "pause" else "")


async def test_an_unknown_reason_or_code_does_nothing(house: House) -> None:
    assert await ask(house, "pause", "201", reason="nap") == "unknown_reason"
    assert await ask(house, "disposition", code="drop table") == "unknown_code"
    assert await ask(house, "mark", mark="asleep") == "unknown_code"
    assert (house.orders, house.written) == ([], [])


async def test_what_was_not_seen_to_happen_is_not_called_done(house: House) -> None:
    house.outcome = Outcome.UNKNOWN
    with pytest.raises(RoomUnavailable, match="not seen"):
        await ask(house, "ready")
    house.outcome = Outcome.REFUSED
    assert await ask(house, "ready") == "refused"


@pytest.mark.parametrize(
    ("state", "reason", "queues", "outcome"),
    [
        ("available", "", {"food": 0}, "available"),
        ("paused", "tea", {"food": 0}, "paused"),
        ("paused", "missed_calls", {"food": 0}, "missed_calls"),
        ("wrap_up", "wrap_up", {"food": 0}, "wrap_up"),
        ("talking", "", {"food": 0}, "on_call"),
        ("offline", "", {}, "signed_off"),
    ],
)
async def test_an_operator_asks_for_their_own_state(
    house: House, state: str, reason: str, queues: dict[str, int], outcome: str
) -> None:
    house.operators = [operator("201", state, pause_reason=reason, queues=queues)]
    assert await ask(house, "my_state") == outcome
    house.operators = []
    assert await ask(house, "my_state") == "signed_off"


async def test_a_disposition_lands_on_the_ticket_of_the_last_call(house: House) -> None:
    assert await ask(house, "disposition", code="to_officer") == "done"
    assert await ask(house, "mark", mark="abusive") == "done"
    assert house.written == [
        ("4821377777", "201", "disposition", "to_officer"),
        ("4821377777", "201", "mark", "abusive"),
    ]
    house.call = None
    assert await ask(house, "disposition") == "no_call"


@pytest.mark.parametrize(("heard", "became"), [(True, "confirmed"), (False, "refused")])
async def test_listening_in_has_its_end_on_record_once(
    house: House, heard: bool, became: str
) -> None:
    facts, room = make_facts(entry="staff", caller="201"), house.room
    await room.talk_left(facts)
    assert (await room.ask(facts, "301", "may_barge", {"operator": "202"})).outcome == "done"
    assert house.ends == []
    await room.talk_left(make_facts(call_id="another"))
    assert house.ends == []
    await room.talk_left(facts, heard=heard)
    await room.talk_left(facts)
    assert house.ends == [("301", "barge", became)]


async def test_the_end_of_listening_in_costs_nobody_the_call(house: House) -> None:
    facts, room = make_facts(entry="staff", caller="201"), house.room
    await room.ask(facts, "301", "may_listen", {"operator": "202"})
    house.away = True
    await room.talk_left(facts)
    assert house.ends == []


async def test_nobody_listens_without_a_record_of_it(house: House) -> None:
    assert await ask(house, "may_whisper", "301") == "done"
    assert house.written == [("301", "whisper", "202", "food")]
    house.away = True
    with pytest.raises(RoomUnavailable):
        await ask(house, "may_listen", "301")


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [(Outcome.CONFIRMED, "confirmed"), (Outcome.REFUSED, "refused"), (Outcome.UNKNOWN, "unknown")],
)
async def test_what_became_of_a_deed_by_telephone_is_on_record(
    house: House, outcome: Outcome, ended: str
) -> None:
    house.outcome = outcome
    if outcome is Outcome.UNKNOWN:
        with pytest.raises(RoomUnavailable):
            await ask(house, "bring_back", "301")
    else:
        await ask(house, "bring_back", "301")
    assert (house.written, house.ends) == (
        [("301", "bring_back", "202", "")],
        [("301", "bring_back", ended)],
    )


async def test_nobody_is_listened_to_who_is_not_talking_or_not_there(house: House) -> None:
    assert await ask(house, "may_listen", "301", operator="201") == "not_talking"
    assert await ask(house, "may_listen", "301", operator="777") == "no_such_operator"
    assert await ask(house, "bring_back", "301", operator="777") == "no_such_operator"
    assert house.written == []


async def test_nothing_old_is_told_as_true(house: House) -> None:
    house.live = False
    facts = make_facts(entry="staff", caller="301")
    for do in ("briefing", "queues", "operators"):
        answer = await house.room.ask(facts, "301", do, {})
        assert answer.prompts == ("room_blind",)
    with pytest.raises(RoomUnavailable):
        await ask(house, "may_listen", "301")


async def test_a_free_supervisor_is_called_and_never_oneself(house: House) -> None:
    facts = make_facts(entry="staff", caller="201")
    house.operators = [
        operator("301", "talking", device="in_use"),
        operator("302", "available"),
    ]
    assert (await house.room.ask(facts, "", "call_supervisor", {})).value == "302"
    house.operators[1]["device"] = "unavailable"
    assert (await house.room.ask(facts, "", "call_supervisor", {})).outcome == "nobody"
    own = replace(facts, caller="302")
    house.operators = [operator("301", "talking", device="in_use")]
    assert (await house.room.ask(own, "", "call_supervisor", {})).outcome == "nobody"


async def test_a_notice_is_put_in_one_step_and_taken_away(house: House, tmp_path: Path) -> None:
    spoken = tmp_path / "spoken.wav"
    spoken.write_bytes(b"RIFF")
    facts = make_facts(entry="staff", caller="301")
    await house.room.notice(facts, "301", "food", spoken)
    assert (tmp_path / "food.wav").read_bytes() == b"RIFF"
    assert not spoken.exists()
    assert await ask(house, "clear_notice", "301") == "done"
    assert not (tmp_path / "food.wav").exists()
    assert [line[1] for line in house.written] == ["notice", "clear_notice"]


@pytest.mark.parametrize(("who", "queue"), [("201", "food"), ("301", "../../etc/x"), ("", "food")])
async def test_no_notice_from_others_or_for_no_queue(
    house: House, tmp_path: Path, who: str, queue: str
) -> None:
    with pytest.raises(RoomUnavailable):
        await house.room.notice(make_facts(), who, queue, tmp_path / "spoken.wav")
    assert house.written == []
