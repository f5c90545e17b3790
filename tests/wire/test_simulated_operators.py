"""Simulated operators against a SIP peer that the test plays."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiosipua import SipRequest, build_sdp
from aiosipua.transaction import T1

from sahayata.telephone import sign_on, sip
from sahayata.telephone.operator import Manner
from sahayata.telephone.staff import staff
from tests.support.sip_peer import (
    Address,
    RtpPeer,
    SipPeer,
    digest_response,
    sip_peer,
)
from tests.support.waiting import until

HELLO = bytes(range(160)) * 4
AT_ONCE = Manner(answer_after_s=(0, 0), talk_for_s=(60, 60))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ANSWER_S", 0.3), ("FIRST_WAIT_S", 0.02), ("LONGEST_WAIT_S", 0.1)):
        monkeypatch.setattr(sign_on, name, value)
    monkeypatch.setattr(sign_on, "SIGN_OFF_S", 0.5)
    monkeypatch.setattr(sip, "FIRST_REPEAT_S", T1)


@asynccontextmanager
async def room(
    address: Address, manner: Manner = AT_ONCE, *extensions: str, wait: bool = True
) -> AsyncIterator[asyncio.Event]:
    """Operators at their telephones; yields the event that tells that all are registered."""
    stop, ready = asyncio.Event(), asyncio.Event()
    passwords = {extension: f"word-{extension}" for extension in extensions or ("201",)}
    working = asyncio.create_task(
        staff(
            address,
            passwords,
            HELLO,
            manner,
            random.Random(1),
            stop=stop,
            on_ready=ready.set,
        )
    )
    try:
        if wait:
            async with asyncio.timeout(5):
                await ready.wait()
        yield ready
    finally:
        stop.set()
        await working


async def test_registers_with_its_own_password_and_signs_off(pbx: SipPeer) -> None:
    def registrar(request: SipRequest) -> None:
        said = request.get_header("Authorization")
        if said is None:
            challenge = 'Digest realm="asterisk", nonce="n1", algorithm=MD5'
            pbx.reply(request, 401, WWW_Authenticate=challenge)
            return
        user = (request.to_addr and request.to_addr.uri.user) or ""
        right = digest_response(f"word-{user}", said, "REGISTER")
        pbx.reply(request, 200 if f'response="{right}"' in said else 403)

    pbx.answers["REGISTER"] = registrar
    async with room(pbx.address, AT_ONCE, "201", "202"):
        users = {r.contact[0].uri.user for r in pbx.of("REGISTER")}
        assert users == {"201", "202"}
    leaving = [r for r in pbx.of("REGISTER") if r.get_header("Expires") == "0"]
    assert len([r for r in leaving if r.get_header("Authorization")]) == 2


async def test_answers_greets_and_hangs_up(pbx: SipPeer, voice: RtpPeer) -> None:
    async with room(pbx.address, Manner((0.1, 0.1), (0.3, 0.3))):
        invite = pbx.invite("201", voice.sdp())
        await pbx.response(180, "INVITE")
        answer = await pbx.response(200, "INVITE")
        pbx.follow(invite, "ACK", answer.get_header("To"))
        bye = await pbx.request("BYE")
    assert bye.call_id == "call-1"
    assert b"".join(voice.payloads[:4]) == HELLO
    assert len(voice.payloads) > 4


async def test_the_caller_may_hang_up_first_and_the_operator_is_free_again(
    pbx: SipPeer, voice: RtpPeer
) -> None:
    async with room(pbx.address):
        for number in ("call-1", "call-2"):
            invite = pbx.invite("201", voice.sdp(), number)
            await pbx.until(partial(said_ok, pbx, "INVITE", number))
            to = next(r for r in pbx.responses if r.status_code == 200 and r.call_id == number)
            pbx.follow(invite, "ACK", to.get_header("To"))
            pbx.follow(invite, "BYE", to.get_header("To"), cseq=2)
            await pbx.until(partial(said_ok, pbx, "BYE", number))
    assert pbx.count("BYE") == 0


def said_ok(pbx: SipPeer, method: str, call_id: str) -> bool:
    return any(
        r.status_code == 200 and r.call_id == call_id and r.cseq and r.cseq.method == method
        for r in pbx.responses
    )


async def test_a_caller_who_gives_up_leaves_the_operator_free(pbx: SipPeer, voice: RtpPeer) -> None:
    async with room(pbx.address, Manner(answers=False)):
        invite = pbx.invite("201", voice.sdp())
        await pbx.response(180, "INVITE")
        pbx.follow(invite, "CANCEL", None)
        refusal = await pbx.response(487, "INVITE")
        pbx.follow(invite, "ACK", refusal.get_header("To"))
        pbx.invite("201", voice.sdp(), "call-2")
        await pbx.until(
            lambda: [r for r in pbx.responses if r.status_code == 180 and r.call_id == "call-2"]
        )


async def test_busy_unknown_and_unspeakable_calls_are_refused(pbx: SipPeer, voice: RtpPeer) -> None:
    async with room(pbx.address):
        pbx.invite("999", voice.sdp(), "call-0")
        await pbx.response(404, "INVITE")
        pbx.invite("201", build_sdp("127.0.0.1", 9, 18, "G729"), "call-1")
        await pbx.response(488, "INVITE")
        first = pbx.invite("201", voice.sdp(), "call-2")
        answer = await pbx.response(200, "INVITE")
        pbx.follow(first, "ACK", answer.get_header("To"))
        pbx.invite("201", voice.sdp(), "call-3")
        assert (await pbx.response(486, "INVITE")).call_id == "call-3"


async def test_a_repeated_invite_is_one_call(pbx: SipPeer, voice: RtpPeer) -> None:
    async with room(pbx.address, Manner((0.1, 0.1), (60, 60))):
        invite = pbx.invite("201", voice.sdp())
        pbx.send(invite)
        answer = await pbx.response(200, "INVITE")
        pbx.follow(invite, "ACK", answer.get_header("To"))
        tags = {r.to_addr.tag for r in pbx.responses if r.to_addr and r.status_code == 180}
        assert len(tags) == 1


async def test_closing_the_room_hangs_up(pbx: SipPeer, voice: RtpPeer) -> None:
    async with room(pbx.address):
        invite = pbx.invite("201", voice.sdp())
        answer = await pbx.response(200, "INVITE")
        pbx.follow(invite, "ACK", answer.get_header("To"))
        await voice.until(lambda: voice.packets)
    assert pbx.count("BYE") == 1
    assert pbx.of("REGISTER")[-1].get_header("Expires") == "0"


async def test_a_silent_pbx_is_asked_until_it_answers(
    pbx: SipPeer, caplog: pytest.LogCaptureFixture
) -> None:
    del pbx.answers["REGISTER"]
    async with room(pbx.address, wait=False) as ready:
        await pbx.request("REGISTER", 2)
        assert not ready.is_set()
        pbx.answers["REGISTER"] = pbx.ok
        async with asyncio.timeout(5):
            await ready.wait()
    assert "extension 201 is not registered: no answer within 0.3 s" in caplog.text


async def test_a_pbx_that_restarts_is_told_again(
    pbx: SipPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_on, "REFRESH_S", 0.05)
    async with room(pbx.address):
        pbx.answers["REGISTER"] = lambda request: pbx.reply(request, 503)
        before = pbx.count("REGISTER")
        await pbx.request("REGISTER", before + 2)
        pbx.answers["REGISTER"] = pbx.ok
        before = pbx.count("REGISTER")
        await pbx.request("REGISTER", before + 2)


async def test_a_pbx_that_is_gone_is_not_waited_for(
    pbx: SipPeer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sign_on, "SIGN_OFF_S", 60.0)
    async with asyncio.timeout(5):
        with caplog.at_level(logging.INFO):
            async with room(pbx.address, AT_ONCE, "201", "202"):
                await pbx.close()
    assert "did not answer the leaving of 2 operators" in caplog.text


async def test_a_pbx_that_is_not_there_yet_is_asked_again(
    pbx: SipPeer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sign_on, "ANSWER_S", 60.0)
    address = pbx.address
    await pbx.close()
    async with asyncio.timeout(5), room(address, wait=False) as ready:
        await until(lambda: "nobody listens there" in caplog.text)
        async with sip_peer(address[1]):
            await ready.wait()


async def test_a_wrong_password_is_said_and_nobody_is_ready(
    pbx: SipPeer, caplog: pytest.LogCaptureFixture
) -> None:
    challenge = 'Digest realm="asterisk", nonce="n1", algorithm=MD5'
    pbx.answers["REGISTER"] = lambda r: pbx.reply(r, 401, WWW_Authenticate=challenge)
    with caplog.at_level(logging.WARNING):
        async with room(pbx.address, wait=False) as ready:
            await pbx.request("REGISTER", 4)
            assert not ready.is_set()
    assert "extension 201 is not registered: 401" in caplog.text
    assert "word-201" not in caplog.text
