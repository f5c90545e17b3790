"""Whatever is said, each of its recordings says exactly the words of its text."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ivr import hindi
from ivr.hindi.grouped import PAUSE
from ivr.hindi.numbers import LARGEST
from ivr.hindi.ordinals import Form
from ivr.hindi.vocabulary import VOCABULARY
from ivr.phrase import Phrase

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
DIGITS = "0123456789"
PHRASES = st.one_of(
    st.builds(hindi.number, st.integers(0, LARGEST)),
    st.builds(hindi.year, st.integers(0, 9999)),
    st.builds(hindi.digits, st.text(DIGITS, min_size=1, max_size=20)),
    st.builds(hindi.ticket_number, st.text(DIGITS, min_size=10, max_size=10)),
    st.builds(hindi.pin_code, st.text(DIGITS, min_size=6, max_size=6)),
    st.builds(hindi.telephone, st.text(DIGITS, min_size=2, max_size=15)),
    st.builds(hindi.ordinal, st.integers(1, LARGEST), st.sampled_from(Form)),
    st.builds(hindi.quarters, st.integers(0, 398)),
    st.builds(hindi.money, st.integers(0, LARGEST), st.integers(0, 99)),
    st.builds(hindi.clock_time, st.times()),
    st.builds(hindi.duration, st.timedeltas(dt.timedelta(), dt.timedelta(days=9_999))),
    st.builds(lambda d: hindi.date(d, weekday=True, year=True), DAYS),
    st.builds(lambda d, n: hindi.relative_day(d, n, verb_tells=False), DAYS, DAYS),
    st.builds(hindi.spelled, st.text("abcXYZ0123456789/.-कगच", min_size=1, max_size=8)),
)


@given(PHRASES)
def test_recordings_and_text_say_the_same(phrase: Phrase) -> None:
    words = [VOCABULARY[prompt] for prompt in phrase.prompts if prompt != PAUSE]
    # An ordinal above ten is one word of two recordings.
    assert phrase.text.replace(", ", " ").replace(" ", "") == "".join(words).replace(" ", "")


@given(PHRASES)
def test_pauses_stand_only_between_groups(phrase: Phrase) -> None:
    assert phrase.prompts.count(PAUSE) == phrase.text.count(", ")
    assert PAUSE not in (phrase.prompts[0], phrase.prompts[-1])


def test_no_two_recordings_say_the_same_word() -> None:
    words = list(VOCABULARY.values())
    assert not [word for word in words if words.count(word) > 1]
