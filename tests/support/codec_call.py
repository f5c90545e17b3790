"""A citizen whose telephone speaks one codec, and what Asterisk says of the formats of the call."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from tests.support.sip_peer import RtpPeer, rtp_peer, sip_peer

CODECS: Final[Mapping[str, tuple[int, str]]] = {
    "alaw": (8, "PCMA"),
    "ulaw": (0, "PCMU"),
    "g722": (9, "G722"),
}
"""Payload type and name in SDP, by the ending of the recordings."""
CALLER: Final = "9"
"""The number that ``SipPeer`` calls from."""
PATIENCE_S: Final = 30.0


@asynccontextmanager
async def codec_call(sip_port: int, ending: str) -> AsyncIterator[RtpPeer]:
    """Call the helpline and give what it says, from the first packet on; then hang up."""
    async with sip_peer() as sip, rtp_peer() as rtp:
        sip.peer = ("127.0.0.1", sip_port)
        invite = sip.invite("1950", rtp.sdp(*CODECS[ending]), call_id=f"codec-{ending}")
        await sip.until(lambda: any(r.status_code == 200 for r in sip.responses), PATIENCE_S)
        answer = await sip.response(200, "INVITE")
        sip.follow(invite, "ACK", answer.get_header("To"))
        await rtp.until(lambda: rtp.packets, PATIENCE_S)
        yield rtp
        sip.follow(invite, "BYE", answer.get_header("To"), cseq=2)
        await sip.response(200, "BYE")


def formats_of_the_call(ask: Callable[[str], str]) -> dict[str, str]:
    """Read what ``core show channel`` says of the call; ``ask`` asks Asterisk's command line."""
    calls = (line.split("!") for line in ask("core show channels concise").splitlines())
    (channel,) = [call[0] for call in calls if len(call) > 7 and call[7] == CALLER]
    said = ask(f"core show channel {channel}")
    return {
        kind: value.strip()
        for kind, value in re.findall(r"^ *(\w+(?:Formats?|Transcode)): (.+)$", said, re.M)
    }
