"""What the room says, read: cut anywhere, wrong, newer than we know, or without an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_manager.room.wire import Beat, Frames, Nonsense, read


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("picture", b"not json"),
        ("picture", b'{"operators": []}'),
        ("change", b'{"live": true, "operators": [{"extension": "x", "state": "talking"}]}'),
        ("change", b'{"live": true, "operators": [{"extension": "201", "state": "?"}]}'),
        ("beat", b'{"live": true, "age_s": -1}'),
        ("beat", b'{"live": true, "age_s": 1e400}'),
    ],
)
def test_what_is_not_in_the_agreement_is_nonsense(kind: str, data: bytes) -> None:
    with pytest.raises(Nonsense):
        read(kind, data)


def test_a_newer_room_may_say_more() -> None:
    assert read("weather", b"{}") is None
    assert read("beat", b'{"live": true, "age_s": 1, "mood": "good"}') == Beat(live=True, age_s=1)


@given(st.lists(st.integers(1, 40), max_size=8))
def test_events_cut_anywhere_are_put_together(cuts: list[int]) -> None:
    stream = (
        'event: beat\ndata: {"क": 1}\n\n: a comment\n\nevent: change\r\ndata: 2\r\n\r\n'.encode()
    )
    frames, found = Frames(), []
    for cut in [*cuts, len(stream)]:
        found += frames.feed(stream[:cut])
        stream = stream[cut:]
    assert [event for event in found if event[1]] == [
        ("beat", '{"क": 1}'.encode()),
        ("change", b"2"),
    ]


def test_an_event_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_manager.room.wire.MOST_FRAME", 100)
    with pytest.raises(Nonsense, match="without an end"):
        Frames().feed(b"x" * 101)
