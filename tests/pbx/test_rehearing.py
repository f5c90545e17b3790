"""Prompts heard again through a real Asterisk, and what is found when one is damaged."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.ear.recordings import load_each
from ivr.voice.masters import FOLDER
from sahayata.rehearing import RehearingFailed, rehear
from sahayata.settings import PROJECT, load
from tests.pbx.instance import Instance
from tests.support.sip_peer import RtpPeer, rtp_peer, sip_peer

RECORDINGS = load_each(PROJECT / "prompts" / "hi" / FOLDER)
PATIENCE_S = 30.0
PROMPTS = ("greeting", "main_menu_food", "n_7", "pin_is", "q_thankyou", "goodbye")


@pytest.fixture
def cut(instance: Instance) -> Iterator[str]:
    """Give the name of a prompt of which Asterisk finds only the first second."""
    name = "main_menu_food"
    file = instance.settings.state.sounds / "hi" / f"{name}.alaw"
    kept = file.with_suffix(".kept")
    shutil.copyfile(file, kept)
    file.write_bytes(kept.read_bytes()[:8000])
    yield name
    kept.replace(file)


async def test_every_prompt_arrives_whole_and_nothing_is_transcoded(instance: Instance) -> None:
    told: list[str] = []
    heard = await rehear(instance.settings, PROMPTS, RECORDINGS, "hi", told.append)
    assert sorted(told) == sorted(PROMPTS)
    assert {one.prompt: one.faults for one in heard.prompts} == dict.fromkeys(PROMPTS, ())
    assert not heard.transcodes
    assert "alaw" in heard.formats["WriteFormat"]


@pytest.mark.parametrize(
    ("ending", "payload_type", "name"),
    [("alaw", 8, "PCMA"), ("ulaw", 0, "PCMU"), ("g722", 9, "G722")],
)
async def test_every_telephone_is_sent_the_recording_as_it_lies_on_the_disk(
    instance: Instance, ending: str, payload_type: int, name: str
) -> None:
    """Plain samples lie beside it, and no call is made of them: byte for byte its own codec."""
    file = instance.settings.state.sounds / "hi" / f"greeting.{ending}"
    async with sip_peer() as sip, rtp_peer() as rtp:
        sip.peer = ("127.0.0.1", instance.settings.ports.sip)
        invite = sip.invite("1950", rtp.sdp(payload_type, name), call_id=f"codec-{ending}")
        answer = await sip.response(200, "INVITE")
        sip.follow(invite, "ACK", answer.get_header("To"))
        await rtp.until(lambda: rtp.packets, PATIENCE_S)
        formats = await asyncio.to_thread(formats_of_the_call, instance)
        sent = file.read_bytes()
        await rtp.until(lambda: sent in sound_of(rtp, payload_type), PATIENCE_S)
        sip.follow(invite, "BYE", answer.get_header("To"), cseq=2)
        await sip.response(200, "BYE")
    assert formats == {
        "NativeFormats": f"({ending})",
        "WriteFormat": ending,
        "ReadFormat": ending,
        "WriteTranscode": "No",
        "ReadTranscode": "No",
    }


def sound_of(rtp: RtpPeer, payload_type: int) -> bytes:
    return b"".join(packet.payload for packet in rtp.packets if packet.payload_type == payload_type)


def formats_of_the_call(instance: Instance) -> dict[str, str]:
    calls = (
        line.split("!") for line in instance.asterisk_rx("core show channels concise").splitlines()
    )
    (channel,) = [call[0] for call in calls if call[7] == "9"]
    said = instance.asterisk_rx(f"core show channel {channel}")
    return {
        kind: value.strip()
        for kind, value in re.findall(r"^ *(\w+(?:Formats?|Transcode)): (.+)$", said, re.M)
    }


async def test_a_prompt_that_is_cut_off_is_named(instance: Instance, cut: str) -> None:
    heard = await rehear(instance.settings, PROMPTS[:2], RECORDINGS, "hi", lambda _: None)
    faults = {one.prompt: one.faults for one in heard.prompts if one.faults}
    assert faults.keys() == {cut}
    assert heard.repeated == (cut,)


async def test_without_an_asterisk_it_says_so(tmp_path: Path) -> None:
    settings = load(state=str(tmp_path), environment={})
    with pytest.raises(RehearingFailed, match="start it with `sahayata up`"):
        await rehear(settings, PROMPTS[:1], RECORDINGS, "hi", lambda _: None)
