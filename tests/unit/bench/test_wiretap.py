"""What is heard on the wire becomes the same conversation as native dialplan."""

from __future__ import annotations

import pytest

from benchmarks.wiretap import Said, conversation, dialplan

FROM_ASTERISK = (
    b"agi_network: yes\nagi_request: agi://here\n\n"
    b"200 result=1\n200 result=0\n200 result=49\n200 result=35 (x) endpos=7\nHANGUP\n"
)
FROM_SERVER = (
    b"SET VARIABLE TIMEOUT(absolute) 45.0\n"
    b"EXEC Background hi/welcome&hi/menu\n"
    b"WAIT FOR DIGIT 5000\n"
    b"EXEC Background hi/pin\n"
    b'EXEC MSet "A=1,B=two words"\n'
)


def test_each_command_is_paired_with_the_key_that_ended_it() -> None:
    said = conversation(FROM_SERVER, FROM_ASTERISK)
    assert [step.key for step in said] == ["", "", "1", "#", ""]
    assert said[-1].words == ("EXEC", "MSet", "A=1,B=two words")


def test_a_key_leads_to_what_was_said_after_it() -> None:
    assert dialplan(conversation(FROM_SERVER, FROM_ASTERISK), "bench") == (
        "[bench]\n"
        "exten => s,1,Set(TIMEOUT(absolute)=45.0)\n"
        " same => n,Background(hi/welcome&hi/menu)\n"
        " same => n,WaitExten(5)\n"
        " same => n,WaitExten(10)\n"
        "exten => 1,1,Goto(bench-1,s,1)\n"
        "\n"
        "[bench-1]\n"
        "exten => s,1,Background(hi/pin)\n"
        " same => n,WaitExten(10)\n"
        "exten => #,1,Goto(bench-2,s,1)\n"
        "\n"
        "[bench-2]\n"
        "exten => s,1,MSet(A=1,B=two words)\n"
        " same => n,WaitExten(10)\n"
    )


def test_an_unknown_command_is_a_fault_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="CONTROL STREAM FILE"):
        dialplan([Said(("CONTROL", "STREAM", "FILE", "x"), "")], "bench")
