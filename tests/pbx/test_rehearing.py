"""Prompts heard again through a real Asterisk, and what is found when one is damaged."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.ear.recordings import load_each
from ivr.voice.masters import FOLDER
from sahayata.rehearing import RehearingFailed, rehear
from sahayata.settings import PROJECT, load
from tests.pbx.instance import Instance
from tests.support.codec_call import CODECS, PATIENCE_S, codec_call, formats_of_the_call
from tests.support.sip_peer import RtpPeer

RECORDINGS = load_each(PROJECT / "prompts" / "hi" / FOLDER)
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


@pytest.mark.parametrize("ending", CODECS)
async def test_every_telephone_is_sent_the_recording_as_it_lies_on_the_disk(
    instance: Instance, ending: str
) -> None:
    """Plain samples lie beside it, and no call is made of them: byte for byte its own codec."""
    sent = (instance.settings.state.sounds / "hi" / f"greeting.{ending}").read_bytes()
    payload_type, _ = CODECS[ending]
    async with codec_call(instance.settings.ports.sip, ending) as rtp:
        formats = await asyncio.to_thread(formats_of_the_call, instance.asterisk_rx)
        await rtp.until(lambda: sent in sound_of(rtp, payload_type), PATIENCE_S)
    assert formats == {
        "NativeFormats": f"({ending})",
        "WriteFormat": ending,
        "ReadFormat": ending,
        "WriteTranscode": "No",
        "ReadTranscode": "No",
    }


def sound_of(rtp: RtpPeer, payload_type: int) -> bytes:
    return b"".join(packet.payload for packet in rtp.packets if packet.payload_type == payload_type)


async def test_a_prompt_that_is_cut_off_is_named(instance: Instance, cut: str) -> None:
    heard = await rehear(instance.settings, PROMPTS[:2], RECORDINGS, "hi", lambda _: None)
    faults = {one.prompt: one.faults for one in heard.prompts if one.faults}
    assert faults.keys() == {cut}
    assert heard.repeated == (cut,)


async def test_without_an_asterisk_it_says_so(tmp_path: Path) -> None:
    settings = load(state=str(tmp_path), environment={})
    with pytest.raises(RehearingFailed, match="start it with `sahayata up`"):
        await rehear(settings, PROMPTS[:1], RECORDINGS, "hi", lambda _: None)
