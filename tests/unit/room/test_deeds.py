"""What a person asks: seen to happen, refused, or honestly not known."""

from __future__ import annotations

import asyncio

import pytest

from queue_manager.ami.outcomes import Refused, Unknown
from queue_manager.live.picture import OperatorState
from queue_manager.room import deeds, standing, tending
from queue_manager.room.deeds import Confirmed, NotDone, NotSeen
from tests.support.small_room import SmallRoom, small_room


async def test_each_deed_is_confirmed_by_what_asterisk_shows() -> None:
    async with small_room() as one:
        assert await one.ask("sign_on", why="early shift") == Confirmed()
        assert one.operator("201").queues == {"food": 0, "medical": 1}
        assert await one.ask("pause", reason="tea") == Confirmed()
        assert one.operator("201").pause_reason == "tea"
        assert await one.ask("pause", reason="meal") == Confirmed()
        assert one.operator("201").pause_reason == "meal"
        assert await one.ask("resume") == Confirmed()
        assert one.operator("201").state is OperatorState.AVAILABLE
        assert await one.ask("move", queue="medical") == Confirmed()
        assert one.operator("201").queues == {"medical": 1}
        assert await one.ask("sign_off") == Confirmed()
        assert one.operator("201").state is OperatorState.OFFLINE
        assert one.duty.told[0] == ("201", "sign_on", "rekha", "early shift")


async def test_a_deed_done_already_is_confirmed_and_asks_nothing() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        asked = list(one.actions.done)
        assert await one.ask("sign_on") == Confirmed()
        assert one.actions.done == asked


@pytest.mark.parametrize(
    ("deed", "more", "says"),
    [
        ("pause", {"reason": "tea"}, "not signed on"),
        ("pause", {"reason": "gossip"}, "there is no reason 'gossip'"),
        ("move", {"queue": "nowhere"}, "there is no queue 'nowhere'"),
        ("ready", {}, "not signed on"),
        ("listen", {"ear": "301"}, "talks with nobody"),
        ("whisper", {}, "say which other telephone"),
        ("barge", {"ear": "201"}, "say which other telephone"),
        ("listen", {"ear": "777"}, "777 is no telephone of this helpline"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    deed: deeds.Kind, more: dict[str, str], says: str
) -> None:
    async with small_room() as one:
        result = await one.ask(deed, **more)
        assert isinstance(result, NotDone)
        assert says in result.words
        assert one.actions.done == []
        assert one.rung == []


@pytest.mark.parametrize(
    ("operator", "queue", "says"),
    [
        ("202", "medical", "medical is confidential, and not among the queues of 202: food"),
        ("203", "food", "food is not among the queues of 203: medical"),
        ("241", "medical", "medical is confidential, and not among the queues of 241: food"),
        ("299", "food", "nobody on the roster has the extension 299"),
    ],
)
async def test_nobody_is_moved_to_a_queue_that_is_not_theirs(
    operator: str, queue: str, says: str
) -> None:
    roster = {"202": {"food": 0}, "203": {"medical": 0}}
    async with small_room(roster, before=lambda one: _seat(one, "241")) as one:
        await one.ask("sign_on", "202")
        await one.ask("sign_on", "203")
        asked = list(one.actions.done)
        assert await one.ask("move", operator, queue=queue) == NotDone(says)
        assert one.actions.done == asked


async def test_one_moved_has_the_penalty_of_the_roster_and_may_come_back() -> None:
    async with small_room({"201": {"food": 2, "medical": 1}}) as one:
        await one.ask("sign_on")
        assert await one.ask("move", queue="medical") == Confirmed()
        assert await one.ask("move", queue="food") == Confirmed()
        assert one.operator("201").queues == {"food": 2}


async def test_nobody_is_moved_while_the_roster_cannot_be_read() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        one.lines_away = "the disk is gone"
        assert await one.ask("move", queue="medical") == NotDone(
            "the roster cannot be read now; nothing was changed"
        )
        assert one.operator("201").queues == {"food": 0, "medical": 1}


def _seat(one: SmallRoom, extension: str) -> None:
    one.truth.sit(0.0, extension, "food", 0)


async def test_nobody_signs_on_who_is_not_on_the_roster() -> None:
    async with small_room() as one:
        assert isinstance(await one.ask("sign_on", "299"), NotDone)


async def test_what_asterisk_does_not_show_is_not_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tending, "SHOWN_WITHIN_S", 0.1)
    async with small_room() as one:
        await one.ask("sign_on")
        one.actions.silent = True
        assert await one.ask("pause", reason="tea") == NotSeen(
            "declared; Asterisk has not shown it in time"
        )
        one.actions.refuses = "no such thing"
        assert await one.ask("pause", reason="meal") == NotSeen(
            "declared; Asterisk refused: no such thing"
        )


async def test_a_deed_while_asterisk_is_away_is_done_when_it_is_back() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        one.link.lose()
        result = await one.ask("pause", reason="tea")
        assert result == NotSeen("declared; Asterisk is not heard now")
        one.link.find()
        await one.until_state("paused")


async def test_a_supervisor_listens_to_a_talk() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        await one.talk()
        assert await one.ask("whisper", ear="301") == Confirmed()
        assert one.rung == [("301", "201", "whisper")]


async def test_nobody_is_said_to_listen_whom_asterisk_does_not_show() -> None:
    async with small_room() as one:
        await one.ask("sign_on")
        await one.talk()
        one.listens = Refused("it is not registered")
        assert await one.ask("listen", ear="301") == NotDone(
            "301 does not listen: it is not registered"
        )
        one.listens = Unknown("the line went")
        assert await one.ask("listen", ear="301") == NotSeen("the line went")


async def test_a_database_that_hangs_keeps_nobody_waiting_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing, "LIMIT_S", 0.1)
    async with small_room() as one:
        await one.ask("sign_on")
        one.duty.slow_s = 1.0
        async with asyncio.timeout(0.8):
            assert await one.ask("pause", reason="tea") == Confirmed()
        one.duty.slow_s = 0.0
