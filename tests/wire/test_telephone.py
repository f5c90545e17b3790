"""The citizen's telephone against a SIP peer that the test plays, byte by byte."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from aiortp.dtmf import DtmfEvent
from aiosipua import SipRequest
from aiosipua.sdp import serialize_sdp

from ivr.keys import Pause, Press, PutDown, Speak, UntilHeard, UntilSaid, UntilSilent
from ivr.voice.codecs import decode_alaw
from sahayata.telephone import fingers, outgoing, sip
from sahayata.telephone import voice as voice_module
from sahayata.telephone.alaw import loudness
from sahayata.telephone.call import HeardCall, Limits, place_call
from sahayata.telephone.outgoing import Ending
from sahayata.telephone.wav import read_wav
from tests.support.sip_peer import RtpPeer, SipPeer, rtp_peer, voice_of

SPEECH = np.random.default_rng(3).integers(0, 256, 1600).astype(np.uint8).tobytes()
QUICK = Limits(ring_s=5, call_s=10)


def answers(pbx: SipPeer, voice: RtpPeer) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 200, sdp=voice.sdp())


class Knows:
    """Hears these prompts, once it was asked so many times."""

    def __init__(self, *prompts: str, after: int = 0) -> None:
        self.prompts, self.after = prompts, after
        self.asked: list[str] = []

    def seconds(self, prompt: str) -> float:
        return 1.0

    def hears(self, samples: object, prompt: str) -> bool:
        self.asked.append(prompt)
        return prompt in self.prompts and len(self.asked) >= self.after


def begin(pbx: SipPeer, *steps: object, **options: object) -> asyncio.Task[HeardCall]:
    values = {"limits": QUICK, **options}
    return asyncio.create_task(
        place_call(pbx.address, "1950", "9812345678", steps, **values)  # type: ignore[arg-type]
    )


async def test_hears_what_is_said_and_keeps_it(
    pbx: SipPeer, voice: RtpPeer, tmp_path: Path
) -> None:
    answers(pbx, voice)
    call = begin(pbx, record=tmp_path / "heard.wav")
    invite = await pbx.request("INVITE")
    await pbx.request("ACK")
    voice.say(SPEECH, voice_of(invite))
    await voice.until(lambda: len(voice.packets) > 5)
    pbx.within(invite, "BYE")
    heard = await call
    assert (heard.ending, heard.answered, heard.reason) == (Ending.FAR_END, True, "")
    sound = decode_alaw(SPEECH)
    begins = int(np.flatnonzero(heard.samples)[0])
    assert np.array_equal(heard.samples[begins : begins + len(sound)], sound)
    assert np.array_equal(read_wav(tmp_path / "heard.wav"), heard.samples)
    assert heard.recording == tmp_path / "heard.wav"
    assert (await pbx.response(200, "BYE")).call_id == heard.sip_call_id


async def test_keys_arrive_in_order_and_voice_never_stops(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    call = begin(pbx, Pause(0), Press("1#"), Pause(0.1), Press("A"))
    invite = await pbx.request("INVITE")
    await voice.until(lambda: len(voice.packets) > 60)
    pbx.within(invite, "BYE")
    heard = await call
    events = [DtmfEvent.parse(p.payload) for p in voice.packets if p.payload_type == 101]
    assert [e.digit for e in events if e.end][::3] == ["1", "#", "A"]
    numbers = [p.sequence_number for p in voice.packets]
    assert all((b - a) % 65536 == 1 for a, b in pairwise(numbers))
    assert heard.keys == "1#A"


async def test_a_key_waits_for_the_end_of_what_is_said(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingers, "SILENT_FOR_S", 0.2)
    answers(pbx, voice)
    call = begin(pbx, UntilSilent(), Press("7"))
    invite = await pbx.request("INVITE")
    await voice.until(lambda: len(voice.packets) > 15)
    assert not [p for p in voice.packets if p.payload_type == 101]
    voice.say(SPEECH, voice_of(invite))
    said = len(voice.packets)
    await voice.until(lambda: [p for p in voice.packets if p.payload_type == 101])
    assert len(voice.packets) - said >= 5  # of 20 ms each, fewer when this process stalls
    pbx.within(invite, "BYE")
    assert (await call).keys == "7"


async def test_a_key_is_pressed_when_nothing_is_ever_said(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingers, "NOTHING_SAID_S", 0.1)
    answers(pbx, voice)
    call = begin(pbx, UntilSilent(), Press("7"))
    invite = await pbx.request("INVITE")
    await voice.until(lambda: [p for p in voice.packets if p.payload_type == 101])
    pbx.within(invite, "BYE")
    assert (await call).keys == "7"


async def test_a_key_is_pressed_into_music_that_never_ends(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingers, "TALK_LIMIT_S", 0.3)
    answers(pbx, voice)
    call = begin(pbx, UntilSilent(), Press("7"))
    invite = await pbx.request("INVITE")
    await pbx.request("ACK")

    def music() -> object:
        voice.say(SPEECH[:160], voice_of(invite), payload_type=8)
        return [p for p in voice.packets if p.payload_type == 101]

    await voice.until(music)
    pbx.within(invite, "BYE")
    assert (await call).keys == "7"


async def test_waits_for_a_prompt_and_says_when_it_did_not_come(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("SILENT_FOR_S", "NOTHING_SAID_S"):
        monkeypatch.setattr(fingers, limit, 0.05)
    monkeypatch.setattr(fingers, "HEARD_LIMIT_S", 0.3)
    answers(pbx, voice)
    steps = (UntilHeard("greeting"), Press("1"), UntilHeard("main_menu"), Press("2"))
    heard = await begin(pbx, *steps, ear=Knows("greeting"))
    assert (heard.keys, heard.ending) == ("1", Ending.CALLER)
    assert heard.reason == "main_menu was not heard within 0.3 s"
    assert pbx.count("BYE") == 1


async def test_a_key_follows_a_prompt_into_sound_that_goes_on_and_the_phone_is_put_down(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingers, "THINK_S", 0.05)
    answers(pbx, voice)
    ear = Knows("greeting", "main_menu", after=3)
    steps = (UntilSaid("greeting"), Press("1"), UntilSaid("main_menu"), PutDown(), Press("2"))
    call = begin(pbx, *steps, ear=ear)
    invite = await pbx.request("INVITE")
    await pbx.request("ACK")

    while not call.done():  # music, a packet every 20 ms
        voice.say(SPEECH[:160], voice_of(invite), payload_type=8)
        await asyncio.wait({call}, timeout=0.02)
    heard = await call
    assert (heard.keys, heard.ending, heard.reason) == ("1", Ending.CALLER, "")
    assert ear.asked == ["greeting"] * 3 + ["main_menu"]


@pytest.mark.parametrize(
    ("status", "ending"), [(486, Ending.BUSY), (600, Ending.BUSY), (404, Ending.DECLINED)]
)
async def test_a_refusal_is_told_and_acknowledged(
    pbx: SipPeer, status: int, ending: Ending
) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, status)
    heard = await begin(pbx)
    assert (heard.ending, heard.answered) == (ending, False)
    assert heard.reason == f"{status} As The Test Says"
    ack, invite = await pbx.request("ACK"), pbx.of("INVITE")[0]
    assert ack.via[0].branch == invite.via[0].branch
    assert (ack.uri, ack.to_addr and ack.to_addr.tag) == (invite.uri, "peer")


async def test_a_lost_invite_is_sent_again(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip, "FIRST_REPEAT_S", 0.02)

    def third_time(invite: SipRequest) -> None:
        if pbx.count("INVITE") == 3:
            pbx.reply(invite, 200, sdp=voice.sdp())

    pbx.answers["INVITE"] = third_time
    heard = await begin(pbx, limits=Limits(hang_up_after_s=0.05))
    assert heard.answered
    assert len({i.via[0].branch for i in pbx.of("INVITE")}) == 1


async def test_once_it_rings_the_invite_is_not_repeated(
    pbx: SipPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip, "FIRST_REPEAT_S", 0.02)
    pbx.answers["CANCEL"] = lambda _: pbx.reply(pbx.of("INVITE")[0], 487)
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 180)
    heard = await begin(pbx, limits=Limits(ring_s=0.3))
    assert heard.ending is Ending.NO_ANSWER
    assert pbx.count("INVITE") == 1


async def test_a_call_that_only_rings_is_cancelled(pbx: SipPeer) -> None:
    def cancelled(cancel: SipRequest) -> None:
        pbx.reply(cancel, 200)
        pbx.reply(pbx.of("INVITE")[0], 487)

    pbx.answers |= {"INVITE": lambda i: pbx.reply(i, 180), "CANCEL": cancelled}
    heard = await begin(pbx, limits=Limits(ring_s=0.1))
    assert (heard.ending, heard.reason) == (Ending.NO_ANSWER, "no answer within 0.1 s")
    assert (await pbx.request("CANCEL")).via[0].branch == pbx.of("INVITE")[0].via[0].branch
    await pbx.request("ACK")


async def test_an_answer_that_crosses_the_cancel_is_ended(pbx: SipPeer, voice: RtpPeer) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 180)
    pbx.answers["CANCEL"] = lambda _: pbx.reply(pbx.of("INVITE")[0], 200, sdp=voice.sdp())
    heard = await begin(pbx, limits=Limits(ring_s=0.1))
    assert heard.ending is Ending.NO_ANSWER
    ack, bye = await pbx.request("ACK"), await pbx.request("BYE")
    assert ack.cseq
    assert bye.cseq
    assert (ack.cseq.seq, bye.cseq.seq) == (1, 2)


async def test_nobody_at_the_address_is_noticed_at_once(pbx: SipPeer) -> None:
    address = pbx.address
    await pbx.close()
    async with asyncio.timeout(2):
        heard = await place_call(address, "1950", "")
    assert heard.ending is Ending.ABSENT
    assert heard.reason == f"nobody listens for calls at 127.0.0.1:{address[1]}"


async def test_an_answer_in_a_code_we_do_not_speak_is_ended(pbx: SipPeer, voice: RtpPeer) -> None:
    sdp = voice.sdp(18, "G729")
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 200, sdp=sdp)
    heard = await begin(pbx)
    assert (heard.ending, heard.answered) == (Ending.DECLINED, False)
    await pbx.request("BYE")


async def test_a_peer_that_is_gone_does_not_keep_us_on_the_line(
    pbx: SipPeer, voice: RtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip, "FIRST_REPEAT_S", 0.05)
    monkeypatch.setattr(outgoing, "BYE_LIMIT_S", 0.3)
    answers(pbx, voice)
    del pbx.answers["BYE"]
    heard = await begin(pbx, limits=Limits(hang_up_after_s=0.1))
    assert heard.ending is Ending.CALLER
    assert pbx.count("BYE") >= 2


async def test_a_peer_that_dies_in_the_call_is_noticed(
    pbx: SipPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_module, "GONE_S", 0.2)
    async with rtp_peer() as dying:
        answers(pbx, dying)
        call = begin(pbx)
        await dying.until(lambda: dying.packets)
    await pbx.close()
    async with asyncio.timeout(5):
        heard = await call
    assert (heard.ending, heard.answered) == (Ending.LOST, True)
    assert heard.reason == "the helpline's end of the line is gone"


async def test_we_hang_up_when_told_to(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    stop = asyncio.Event()
    call = begin(pbx, hang_up=stop)
    await pbx.request("ACK")
    stop.set()
    heard = await call
    assert (heard.ending, heard.reason) == (Ending.CALLER, "")
    assert pbx.count("BYE") == 1


async def test_the_longest_call_ends_and_says_so(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    heard = await begin(pbx, limits=Limits(call_s=0.1))
    assert (heard.ending, heard.reason) == (Ending.CALLER, "still going on after 0.1 s")


async def test_early_media_is_heard_too(pbx: SipPeer, voice: RtpPeer) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 183, sdp=voice.sdp())
    call = begin(pbx)
    invite = await pbx.request("INVITE")
    await voice.until(lambda: voice.packets)
    voice.say(SPEECH, voice_of(invite))
    await voice.until(lambda: len(voice.packets) > 5)
    pbx.reply(invite, 486)
    heard = await call
    assert heard.ending is Ending.BUSY
    assert np.array_equal(heard.samples[: len(SPEECH)], decode_alaw(SPEECH))


async def test_new_terms_for_the_voice_are_agreed_to(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    call = begin(pbx)
    invite = await pbx.request("INVITE")
    await pbx.request("ACK")
    async with rtp_peer() as other:
        pbx.within(invite, "INVITE", cseq=1, body=serialize_sdp(other.sdp()))
        agreed = await pbx.response(200, "INVITE")
        assert voice_of(agreed) == voice_of(invite)
        await other.until(lambda: len(other.packets) > 2)
    pbx.within(invite, "BYE", cseq=2)
    assert (await call).ending is Ending.FAR_END


async def test_rubbish_and_strangers_are_not_heard(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    call = begin(pbx)
    invite = await pbx.request("INVITE")
    ours = voice_of(invite)
    pbx.transport.sendto(b"\x00\xff no SIP at all", pbx.peer)
    for rubbish in (b"", b"\x80", b"\x80\x08" + b"\0" * 5000, b"\x80\xc8" + b"\0" * 26):
        voice.transport.sendto(rubbish, ours)
    async with rtp_peer("127.0.0.2") as stranger:
        stranger.say(SPEECH, ours)
    await voice.until(lambda: len(voice.packets) > 5)
    pbx.within(invite, "BYE")
    heard = await call
    assert heard.ending is Ending.FAR_END
    assert not heard.samples.any()


@pytest.mark.parametrize(
    "caller", ["", "anonymous", "9" * 60, "a\"b'c\\", "x\r\nTo: y\0", "भारत", "%0d <sip:a@b>"]
)
async def test_any_caller_arrives_as_it_was_given(pbx: SipPeer, caller: str) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 486)
    await place_call(pbx.address, "1950", caller)
    said = pbx.of("INVITE")[0].from_addr
    assert said is not None
    assert unquote(said.uri.user or "") == caller


async def test_a_test_may_send_what_nobody_should(pbx: SipPeer) -> None:
    pbx.answers["INVITE"] = lambda invite: pbx.reply(invite, 486)
    await place_call(
        pbx.address,
        "1950",
        "98",
        alter=lambda raw: raw.replace(b"From: <", b'X-Evil: a\r\nFrom: "\xff" <'),
    )
    assert pbx.of("INVITE")[0].get_header("x-evil") == "a"


@pytest.mark.parametrize("name", ["no/heard.wav", "file/heard.wav", "folder"])
async def test_a_recording_that_cannot_be_written_is_told_before_the_call(
    pbx: SipPeer, voice: RtpPeer, tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    answers(pbx, voice)
    with pytest.raises(OSError, match=name):
        await begin(pbx, record=tmp_path / name)
    assert pbx.count("INVITE") == 0


async def test_hanging_up_at_once_is_possible(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    heard = await begin(pbx, limits=Limits(hang_up_after_s=0.0))
    assert (heard.answered, heard.ending, heard.reason) == (True, Ending.CALLER, "")


async def test_a_message_is_spoken_and_who_watches_is_told(pbx: SipPeer, voice: RtpPeer) -> None:
    answers(pbx, voice)
    told: list[str] = []
    call = begin(pbx, Pause(0), Speak(0.5), Press("#"), tell=told.append)
    invite = await pbx.request("INVITE")
    await voice.until(lambda: [p for p in voice.packets if p.payload_type == 101])
    pbx.within(invite, "BYE")
    assert (await call).keys == "#"
    spoken = [p for p in voice.payloads if loudness(p) > 200]
    assert len(spoken) >= 20  # of 20 ms each
    assert told == ["calling 1950", "answered", "speaking for 0.5 s", "pressing #"]
