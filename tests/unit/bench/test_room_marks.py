"""What is late is not lost from the figures, and what nobody saw is infinitely late."""

from __future__ import annotations

import math

from benchmarks.page import late_ms
from benchmarks.room_marks import Marks, mark


def test_a_mark_is_as_late_as_the_first_time_it_is_seen() -> None:
    text = mark(7_000_000_000, 3)
    marks = Marks({text: 7.5})
    marks.take(text, 9.0)
    marks.take("tea", 9.0)
    assert (len(marks), marks.late_ms(1.0)) == (1, 500.0)


def test_one_that_was_never_seen_counts() -> None:
    marks = Marks({mark(0, number): 0.1 for number in range(100) if number != 50})
    assert marks.missing == 1
    assert marks.late_ms(0.99) == 100.0
    assert marks.late_ms(1.0) == math.inf
    marks.take(mark(0, 101), 0.1)
    assert marks.missing == 2
    assert marks.late_ms(0.99) == math.inf


def test_those_before_the_beginning_do_not_count() -> None:
    marks = Marks({mark(0, 4): 0.1, mark(0, 2): 0.1})
    marks.clear()
    marks.take(mark(0, 3), 60.0)
    assert (len(marks), marks.missing, marks.late_ms(0.5)) == (0, 0, math.inf)
    marks.take(mark(0, 5), 0.2)
    assert (len(marks), marks.late_ms(0.99)) == (1, 200.0)


def test_a_mark_that_a_later_one_hid_is_as_late_as_that() -> None:
    sent = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
    assert late_ms(sent, {"a": 1010.0, "c": 3100.0}) == [math.inf, 100.0, 1100.0, 10.0]
