"""Telephone numbers: one spelling, encrypted, found again, and never whole in a log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ticketing import phone_book
from tickets.phone_number import PhoneBook, WrongKey, masked, normalise

SAME = ["9811012345", "09811012345", "+919811012345", "919811012345", "00919811012345"]


@pytest.mark.parametrize("raw", [*SAME, "+91 98110 12345", "(098110)-12345"])
def test_one_telephone_has_one_spelling(raw: str) -> None:
    assert normalise(raw, "IN") == "+919811012345"


def test_another_country_reads_numbers_its_own_way() -> None:
    assert normalise("02079460000", "GB") == "+442079460000"
    assert normalise("+44 20 7946 0000", "IN") == "+442079460000"
    assert normalise("01242345678", "IN") == "+911242345678"


@pytest.mark.parametrize(
    "raw",
    [
        *("", "anonymous", "+", "201", "1950", "9" * 60, "0000000000", "९८११०१२३४५", "सीता"),
        *("9811012345;ext=1", '"9811012345"', "98110\r\n12345", "++", "\x00", "-" * 10, "nan"),
    ],
)
def test_what_is_no_number_is_none_and_never_an_error(raw: str) -> None:
    assert normalise(raw, "IN") is None
    assert phone_book().seal(raw) is None
    assert phone_book().index(raw) is None


@given(st.text())
def test_whatever_the_network_sends_is_never_an_error(raw: str) -> None:
    found = normalise(raw, "IN")
    assert found is None or (found.startswith("+") and found[1:].isdigit())
    assert isinstance(masked(raw), str)


def test_a_sealed_number_can_be_opened_and_looks_different_every_time() -> None:
    book = phone_book()
    sealed = [book.seal(raw) for raw in SAME]
    assert None not in sealed
    texts = {s.sealed for s in sealed if s}
    assert len(texts) == len(SAME)
    assert {book.open(text) for text in texts} == {"+919811012345"}
    assert {s.index for s in sealed if s} == {book.index("9811012345")}
    assert not any("98110" in text for text in texts)


def test_an_index_tells_nothing_without_its_key() -> None:
    other = PhoneBook({"k1": b"e" * 32}, current="k1", index_key=b"x" * 32, region="IN")
    assert other.index(SAME[0]) != phone_book().index(SAME[0])


def test_keys_can_be_replaced_while_old_numbers_are_still_read() -> None:
    old = phone_book().seal(SAME[0])
    keys = {"k1": b"e" * 32, "k2": b"f" * 32}
    book = PhoneBook(keys, current="k2", index_key=b"i" * 32, region="IN")
    new = book.seal(SAME[0])
    assert old is not None
    assert new is not None
    assert new.sealed.startswith("k2.")
    assert book.open(old.sealed) == book.open(new.sealed) == "+919811012345"
    assert old.index == new.index


@pytest.mark.parametrize("damage", ["wrong key", "unknown key", "changed", "cut", "rubbish"])
def test_what_the_key_does_not_open_is_a_wrong_key(damage: str) -> None:
    sealed = phone_book().seal(SAME[0])
    assert sealed is not None
    text = {
        "wrong key": sealed.sealed,
        "unknown key": "k9" + sealed.sealed[2:],
        "changed": sealed.sealed[:-4] + ("AAA=" if sealed.sealed[-4:] != "AAA=" else "BBB="),
        "cut": sealed.sealed[:9],
        "rubbish": "!",
    }[damage]
    key = b"x" * 32 if damage == "wrong key" else b"e" * 32
    with pytest.raises(WrongKey):
        PhoneBook({"k1": key}, current="k1", index_key=b"i" * 32, region="IN").open(text)


@pytest.mark.parametrize(
    ("keys", "current", "index"),
    [
        ({"k1": b"e" * 32}, "k2", b"i" * 32),
        ({"k1": b"short"}, "k1", b"i" * 32),
        ({"k1": b"e" * 32}, "k1", b"short"),
        ({"k.1": b"e" * 32}, "k.1", b"i" * 32),
    ],
)
def test_keys_that_cannot_be_used_are_refused(
    keys: dict[str, bytes], current: str, index: bytes
) -> None:
    with pytest.raises(ValueError, match="key"):
        PhoneBook(keys, current=current, index_key=index, region="IN")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+919811012345", "…345"), ("", "withheld"), ("anonymous", "withheld"), ("201", "…")],
)
def test_a_log_never_holds_a_whole_number(number: str, shown: str) -> None:
    assert masked(number) == shown
