"""Scripts of keys: what a newcomer types works, and what cannot be understood says where."""

import pytest

from ivr.keys import (
    BadKeys,
    Pause,
    Press,
    PutDown,
    Speak,
    UntilHeard,
    UntilSaid,
    UntilSilent,
    Utter,
    parse_keys,
)


def test_groups_wait_for_silence_unless_a_wait_is_written() -> None:
    assert parse_keys("1 122001# w5 #") == (
        UntilSilent(),
        Press("1"),
        UntilSilent(),
        Press("122001#"),
        Pause(5.0),
        Press("#"),
    )


def test_a_wait_of_nothing_presses_into_the_prompt() -> None:
    assert parse_keys("w0 1 w0.25 2") == (Pause(0.0), Press("1"), Pause(0.25), Press("2"))


def test_waits_may_touch_keys_and_one_another() -> None:
    assert parse_keys("w2# w~w1 0 w:main_menu 3") == (
        Pause(2.0),
        Press("#"),
        UntilSilent(),
        Pause(1.0),
        Press("0"),
        UntilHeard("main_menu"),
        Press("3"),
    )


def test_a_message_is_spoken_after_the_beep_and_ended_by_a_key() -> None:
    assert parse_keys("1 s2.5 #") == (
        UntilSilent(),
        Press("1"),
        UntilSilent(),
        Speak(2.5),
        Press("#"),
    )
    assert parse_keys("w1 s2 s1") == (Pause(1.0), Speak(2.0), UntilSilent(), Speak(1.0))


def test_a_key_may_follow_a_prompt_while_the_next_one_plays() -> None:
    assert parse_keys("h:main_menu_food 1 h:pin_ask !") == (
        UntilSaid("main_menu_food"),
        Press("1"),
        UntilSaid("pin_ask"),
        PutDown(),
    )


def test_words_are_said_into_silence() -> None:
    assert parse_keys("say:राशन say:जी_हाँ@40 #") == (
        UntilSilent(),
        Utter("राशन"),
        UntilSilent(),
        Utter("जी हाँ", 0.4),
        UntilSilent(),
        Press("#"),
    )
    assert parse_keys("h:main_menu_food say:एक") == (UntilSaid("main_menu_food"), Utter("एक"))


def test_letters_of_the_wire_are_keys_too() -> None:
    assert parse_keys("w0 aD*") == (Pause(0.0), Press("AD*"))


def test_nothing_is_an_empty_script() -> None:
    assert parse_keys("  ") == ()


def test_two_hundred_keys_are_fine() -> None:
    assert parse_keys("7" * 200) == (UntilSilent(), Press("7" * 200))


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("1 x", "'x'"),
        ("12e", "'e'"),
        ("w", "'w'"),
        ("w:Main", "w:Main"),
        ("h:", "'h:'"),
        ("w900", "w900: the longest is 600 seconds"),
        ("s601", "s601: the longest is 600 seconds"),
        ("s", "'s'"),
        ("w-1", "'w-1'"),
        ("१", "no key"),
        ("1" * 1001, "1001 keys"),
    ],
)
def test_what_cannot_be_understood_says_where(script: str, shown: str) -> None:
    with pytest.raises(BadKeys, match=r".") as caught:
        parse_keys(script)
    assert shown in str(caught.value)
