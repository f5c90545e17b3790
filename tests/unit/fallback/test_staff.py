"""The codes of the staff with no server of ours there."""

from __future__ import annotations

from ivr.fallback.generator import generate
from ivr.fallback.staff import codes
from sahayata.dialplan import source_of
from sahayata.settings import PROJECT
from tests.unit.fallback.dialplans import contexts

BACK = ["Set(FILE(", "UnpauseQueueMember(,PJSIP/${SAHAYATA_CALLER})", "staff_back"]


def test_coming_back_from_a_pause_and_a_wrap_up_are_what_asterisk_does_alone() -> None:
    source = source_of(PROJECT)
    assert source.codes_back == ("*14", "*15")
    body = contexts(generate(source))["staff-without-us"]
    assert '"${SAHAYATA_DIALLED}" = "*14" | "${SAHAYATA_DIALLED}" = "*15"' in body
    _, _, back = body.partition("(back)")
    assert [body.index(step) for step in BACK] == sorted(body.index(step) for step in BACK)
    assert all(step in back for step in BACK)


def test_a_district_without_such_codes_says_that_nothing_can_be_done_now() -> None:
    first = codes((), "hi").splitlines()[3]
    assert first == "exten => s,1,Playback(hi/staff_not_now_text)"
