"""The board: what changed is told once, a wait never jumps, and a lost room is never live."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.board import Board, View, Why
from queue_manager.room.wire import Beat, Change, Whole
from tests.support.room_server import operator, queue


def whole(*operators: Any, queues: tuple[Any, ...] = ()) -> Whole:
    said = {"live": True, "age_s": 0.5, "gap_s": None}
    return Whole.model_validate({**said, "operators": operators, "queues": queues})


def change(*operators: Any, queues: tuple[Any, ...] = (), gone: tuple[str, ...] = ()) -> Change:
    said = {"live": True, "age_s": 0.0, "operators": operators, "queues": queues, "gone": gone}
    return Change.model_validate(said)


def shown(board: Board, at: float = 0.0, view: View = View.WALL) -> dict[str, Any]:
    return {one["extension"]: one for one in board.whole(at, view)["operators"]}


def test_spans_become_moments_of_our_clock() -> None:
    board = Board()
    board.apply(whole(operator("201", "talking", 30.0), queues=(queue("food", 12.0, 4.0),)), 100.0)
    assert shown(board)["201"]["since"] == 70.0
    (food,) = board.whole(0.0, View.WALL)["queues"]
    assert food == {"name": "food", "waiting": 2, "longest": 88.0}
    assert board.heard == 99.5


def test_what_is_told_again_later_is_no_change() -> None:
    board = Board()
    board.apply(whole(operator("201", "talking", 30.0), queues=(queue("food", 12.0),)), 100.0)
    board.told()
    # Ten seconds on, and 0.3 s longer on its way.
    board.apply(change(operator("201", "talking", 39.7), queues=(queue("food", 21.7),)), 110.0)
    assert not board.dirty
    assert shown(board)["201"]["since"] == 70.0


def test_a_new_call_in_the_same_state_is_a_change() -> None:
    board = Board()
    board.apply(whole(operator("201", "talking", 30.0)), 100.0)
    board.told()
    board.apply(change(operator("201", "talking", 0.1)), 110.0)
    told = board.change(110.0, View.WALL)
    assert [one["since"] for one in told["operators"]] == [109.9]


def test_what_is_not_in_the_whole_is_gone() -> None:
    board = Board()
    board.apply(whole(operator("201"), operator("202"), queues=(queue("food", 1.0),)), 1.0)
    board.told()
    board.apply(whole(operator("202", state_s=6.0)), 2.0)
    told = board.change(2.0, View.WALL)
    assert (told["gone"], told["queues_gone"], told["operators"]) == (["201"], ["food"], [])


def test_the_wall_shows_no_ticket_and_no_caller() -> None:
    board = Board()
    call = operator("201", "talking", 3.0, ticket="7123456780", caller="********42")
    board.apply(whole(call, queues=(queue("food", 1.0),)), 1.0)
    assert "7123456780" not in str(board.whole(2.0, View.WALL))
    assert "42" not in str(board.whole(2.0, View.WALL)["queues"])
    assert shown(board, view=View.DESK)["201"]["ticket"] == "7123456780"


def test_a_lost_room_and_a_lost_asterisk_are_not_live() -> None:
    board = Board()
    assert (board.live, board.heard) == (False, None)
    board.apply(whole(operator("201")), 10.0)
    board.room_lost()
    assert board.pulse(20.0) == {"at": 20.0, "live": False, "why": "room", "heard": 9.5}
    board.apply(Beat(live=False, age_s=42.0, gap_s=40.0), 60.0)
    assert (board.why, board.heard) == (Why.ASTERISK, 20.0)


states = st.sampled_from(["talking", "available", "paused", "offline"])
messages = st.lists(
    st.tuples(
        st.booleans(),
        st.dictionaries(st.sampled_from(["201", "202", "203"]), states, max_size=3),
        st.sets(st.sampled_from(["201", "202", "203"]), max_size=2),
    ),
    max_size=12,
)


@given(messages)
def test_a_browser_that_follows_sees_what_one_that_comes_now_sees(
    told: list[tuple[bool, dict[str, str], set[str]]],
) -> None:
    board, seen = Board(), dict[str, Any]()
    for at, (anew, operators, gone) in enumerate(told):
        said = [operator(extension, state) for extension, state in operators.items()]
        left = tuple(gone - operators.keys())
        board.apply(whole(*said) if anew else change(*said, gone=left), float(at))
        message = board.change(float(at), View.DESK)
        board.told()
        seen |= {one["extension"]: one for one in message["operators"]}
        for extension in message["gone"]:
            seen.pop(extension, None)
    assert seen == shown(board, view=View.DESK)
