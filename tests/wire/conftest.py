"""The other ends of the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.ami_server import AmiServer, ami_server
from tests.support.sip_peer import RtpPeer, SipPeer, rtp_peer, sip_peer


@pytest.fixture
async def pbx() -> AsyncIterator[SipPeer]:
    async with sip_peer() as peer:
        yield peer


@pytest.fixture
async def voice() -> AsyncIterator[RtpPeer]:
    async with rtp_peer() as peer:
        yield peer


@pytest.fixture
async def asterisk() -> AsyncIterator[AmiServer]:
    async with ami_server() as server:
        yield server
