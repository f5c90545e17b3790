"""Whether Asterisk turns one codec into another while it plays: by what it says of its channels."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from benchmarks.helpline import Helpline, Plan, running
from benchmarks.result import Limit, Row
from tests.support.codec_call import CODECS, codec_call, formats_of_the_call


def run(port_base: int) -> Sequence[Row]:
    """Call once in each codec, with the recordings as they are, and ask while the menu is said."""
    with running(Plan(port_base, recordings_s=None)) as helpline:
        return [asyncio.run(_row(helpline, ending)) for ending in CODECS]


async def _row(helpline: Helpline, ending: str) -> Row:
    async with codec_call(helpline.settings.ports.sip, ending):
        formats = await asyncio.to_thread(formats_of_the_call, helpline.ask)
    transcodes = [name for name in ("WriteTranscode", "ReadTranscode") if formats[name] != "No"]
    said = f"native {formats['NativeFormats']}, written {formats['WriteFormat']}"
    name = f"transcodings in a call in {ending}"
    return Row(name, "", [float(len(transcodes))], must=Limit(0), note=said)
