"""The room in words: worst first, in twenty seconds, and nothing told that is not known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import hindi
from ivr.briefing import (
    FIXED_PROMPTS,
    SPOKEN_STATES,
    FiguresToday,
    QueueNow,
    RoomNow,
    briefing,
    every_operator,
    every_queue,
    figures,
)
from ivr.voice.catalogue import FILE_NAME, load_catalogue
from ivr.voice.masters import FOLDER, read_masters
from queue_manager.live.picture import OperatorState
from tests.support.helpline import view

HINDI = Path(__file__).parents[2] / "prompts" / "hi"
CATALOGUE = load_catalogue(HINDI / FILE_NAME).prompts
SECONDS = {name: master.seconds for name, master in read_masters(HINDI / FOLDER).items()}
QUEUES = tuple(view().queues)

queues = st.builds(
    QueueNow,
    name=st.sampled_from(QUEUES),
    waiting=st.integers(0, 99),
    longest=st.integers(0, 3600).map(lambda s: timedelta(seconds=s)),
)
rooms = st.builds(
    RoomNow,
    live=st.booleans(),
    queues=st.lists(queues, unique_by=lambda q: q.name, max_size=len(QUEUES)),
    operators=st.dictionaries(
        st.sampled_from(SPOKEN_STATES),
        st.lists(st.integers(200, 299).map(str), unique=True, max_size=40),
    ),
)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def test_the_worst_queue_comes_first() -> None:
    room = RoomNow(
        True,
        [
            QueueNow("ration", 9, minutes(2)),
            QueueNow("food", 7, minutes(4)),
            QueueNow("psych"),
        ],
        {"available": ["201"], "talking": ["202", "203"], "paused": []},
    )
    assert briefing(room, hindi) == (
        *("queue_food", "n_7", "room_waiting", "room_longest", "n_4", "t_minute"),
        *("queue_ration", "n_9", "room_waiting", "n_2", "t_minute"),
        "room_elsewhere_nobody",
        *("n_1", "room_available", "n_2", "room_talking", "n_0", "room_paused"),
    )


def test_a_quiet_room_is_said_to_be_quiet() -> None:
    said = briefing(RoomNow(True, [QueueNow("food")], {"available": ["201"]}), hindi)
    assert said[0] == "room_nobody_waits"


def test_a_room_that_is_not_heard_has_no_figures() -> None:
    blind = RoomNow(False, [QueueNow("food", 7, minutes(4))], {"talking": ["201"]})
    for say in (briefing, every_queue, every_operator):
        assert say(blind, hindi) == ("room_blind",)


@given(rooms)
def test_the_briefing_takes_twenty_seconds_at_most_and_every_word_is_recorded(
    room: RoomNow,
) -> None:
    said = briefing(room, hindi)
    assert sum(SECONDS[prompt] for prompt in said) <= 20.0
    for prompt in (*said, *every_queue(room, hindi), *every_operator(room, hindi)):
        assert prompt in SECONDS


def slowest(counts: range) -> int:
    """The count that takes longest to say."""
    return max(counts, key=lambda n: sum(SECONDS[word] for word in hindi.number(n).prompts))


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_longest_briefing_takes_no_longer(elsewhere: bool) -> None:
    names = sorted(QUEUES, key=lambda name: SECONDS[f"queue_{name}"], reverse=True)
    wait = minutes(slowest(range(46, 60)))
    queues = [QueueNow(name, slowest(range(1, 100)), wait) for name in names[:2]]
    if elsewhere:
        queues.append(QueueNow(names[2], slowest(range(1, 298)), minutes(1)))
    free = [str(extension) for extension in range(slowest(range(41)))]
    room = RoomNow(True, queues, {"available": free, "talking": free, "paused": free})
    assert sum(SECONDS[prompt] for prompt in briefing(room, hindi)) <= 20.0


def test_with_people_waiting_elsewhere_the_second_wait_is_left_out() -> None:
    waits = [QueueNow("food", 7, minutes(4)), QueueNow("ration", 9, minutes(2))]
    said = briefing(RoomNow(True, [*waits, QueueNow("general", 3, minutes(1))]), hindi)
    assert said[6:13] == (
        *("queue_ration", "n_9", "room_waiting"),
        *("room_elsewhere", "n_3", "room_waiting", "n_0"),
    )


@given(
    st.builds(
        FiguresToday,
        offered=st.integers(0, 10**12),
        answered=st.integers(0, 40_000),
        abandoned=st.integers(0, 40_000),
        service_level=st.none() | st.floats(0, 1),
        mean_wait=st.none() | st.integers(0, 9000).map(lambda s: timedelta(seconds=s)),
    )
)
def test_figures_can_always_be_said(today: FiguresToday) -> None:
    assert all(prompt in SECONDS for prompt in figures(today, hindi))


def test_operators_are_told_by_state_and_only_counted_when_they_are_many() -> None:
    few = every_operator(RoomNow(True, (), {"paused": ["204"], "talking": ["202"]}), hindi)
    assert few == (
        *("n_1", "room_talking", "room_operator", "n_2", "n_0", "n_2"),
        *("n_1", "room_paused", "room_operator", "n_2", "n_0", "n_4"),
    )
    named = RoomNow(True, (), {"talking": ["202", "203"]}, named=["202"])
    assert every_operator(named, hindi) == (
        *("n_2", "room_talking", "name_202", "n_2", "n_0", "n_2"),
        *("room_operator", "n_2", "n_0", "n_3"),
    )
    many = RoomNow(True, (), {"available": [str(n) for n in range(200, 240)]})
    assert every_operator(many, hindi) == ("n_40", "room_available")
    assert every_operator(RoomNow(True), hindi) == ("room_no_operator",)


def test_every_queue_and_state_has_its_prompt() -> None:
    assert set(FIXED_PROMPTS) <= set(CATALOGUE)
    assert {f"queue_{name}" for name in QUEUES} <= set(CATALOGUE)
    assert set(SPOKEN_STATES) == {state.value for state in OperatorState}
