"""Callers by SIPp: they dial an arm, press 1 and #, listen, and hang up.

Keys go as SIP INFO: an RFC 4733 key from a caller who sends no other voice makes Asterisk spin.
The callers send no voice, so that a call costs Asterisk as little as it can.
"""

from __future__ import annotations

import csv
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OFFER: Final = """
    INVITE sip:{number}@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]B[call_number]
    To: <sip:{number}@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:caller@[local_ip]:[local_port]>
    Max-Forwards: 70
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=- 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 8 101
    a=rtpmap:8 PCMA/8000
    a=rtpmap:101 telephone-event/8000
    a=fmtp:101 0-16
"""
REQUEST: Final = """
    {method} sip:{number}@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]B[call_number]
    To: <sip:{number}@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: {sequence} {method}
    Max-Forwards: 70
{rest}"""
KEY: Final = """\
    Content-Type: application/dtmf-relay
    Content-Length: [len]

    Signal={key}
    Duration=100
"""
EMPTY: Final = "    Content-Length: 0\n"


@dataclass(frozen=True, slots=True)
class Script:
    """What a caller does: waits and keys in turn, and a last wait before hanging up."""

    keys: Sequence[tuple[float, str]]
    """How many seconds to wait, then which key."""
    stay_s: float

    @property
    def seconds(self) -> float:
        """How long a call takes from its answer."""
        return sum(wait for wait, _ in self.keys) + self.stay_s


@dataclass(frozen=True, slots=True)
class Load:
    """How many callers come, how quickly."""

    calls: int
    rate: float
    """New calls a second."""
    at_once: int = 0
    """No more than this many are up at a time; 0 for no such limit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the calls of a load went, as the callers saw it."""

    completed: int
    failed: int


def scenario(number: str, script: Script) -> str:
    """Write the scenario of SIPp for a caller."""
    parts = [_send(OFFER.format(number=number), retrans=True)]
    parts += [f'<recv response="{code}" optional="true"/>' for code in (100, 180, 183)]
    parts.append('<recv response="200"/>')
    parts.append(_send(_request(number, "ACK", 1, EMPTY)))
    for place, (wait_s, key) in enumerate(script.keys):
        parts.append(f'<pause milliseconds="{round(wait_s * 1000)}"/>')
        parts.append(_send(_request(number, "INFO", 2 + place, KEY.format(key=key)), retrans=True))
        parts.append('<recv response="200"/>')
    parts.append(f'<pause milliseconds="{round(script.stay_s * 1000)}"/>')
    last = 2 + len(script.keys)
    parts.append(_send(_request(number, "BYE", last, EMPTY), retrans=True))
    parts.append('<recv response="200"/>')
    body = "\n".join(parts)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="caller">\n{body}\n</scenario>\n'
    )


class Callers:
    """Callers at one address of this machine. Each load is a SIPp of its own."""

    def __init__(self, folder: Path, server_port: int, own_port: int, voice_port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._server_port = server_port
        self._own_port = own_port
        self._voice_port = voice_port
        self._called = own_port * 1000

    def begin(self, number: str, script: Script, load: Load) -> subprocess.Popen[bytes]:
        """Start the calls and return; ``end`` waits for them."""
        file = self._folder / f"{number}.xml"
        file.write_text(scenario(number, script), encoding="utf-8")
        numbers = self._folder / f"{self._own_port}.numbers"
        numbers.write_text("SEQUENTIAL\n" + "".join(self._strangers(load.calls)))
        statistics = self._statistics
        statistics.unlink(missing_ok=True)
        longest_s = load.calls / min(load.rate, (load.at_once or load.calls) / script.seconds)
        words = [
            "sipp", f"127.0.0.1:{self._server_port}", "-sf", str(file), "-inf", str(numbers),
            "-i", "127.0.0.1", "-p", str(self._own_port), "-mp", str(self._voice_port),
            "-m", str(load.calls), "-l", str(load.at_once or load.calls),
            "-r", f"{max(1, round(load.rate))}", "-nostdin", "-recv_timeout", "8000",
            "-trace_stat", "-stf", str(statistics), "-fd", "3600",
            "-timeout", f"{round(longest_s + script.seconds + 30)}", "-timeout_error",
        ]  # fmt: skip
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self, running: subprocess.Popen[bytes]) -> Outcome:
        """Wait for the calls of ``begin`` and count them."""
        running.wait()
        if not self._statistics.exists():
            raise RuntimeError(f"SIPp ended with {running.returncode} and told nothing")
        with self._statistics.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        last = rows[-1]
        return Outcome(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]))

    def leave(self, running: subprocess.Popen[bytes]) -> None:
        """Let nobody call any more, and wait until those who did have left."""
        running.send_signal(signal.SIGUSR1)
        running.wait()

    def call(self, number: str, script: Script, load: Load) -> Outcome:
        """Make the calls of a load and count how they went."""
        return self.end(self.begin(number, script, load))

    def _strangers(self, count: int) -> Iterator[str]:
        """Give numbers that have never called before: who is known hears a shorter welcome."""
        for _ in range(count):
            self._called += 1
            yield f"98{self._called:08}\n"

    @property
    def _statistics(self) -> Path:
        return self._folder / f"{self._own_port}.csv"


def _request(number: str, method: str, sequence: int, rest: str) -> str:
    return REQUEST.format(number=number, method=method, sequence=sequence, rest=rest)


def _send(message: str, *, retrans: bool = False) -> str:
    attribute = ' retrans="500"' if retrans else ""
    return f"<send{attribute}><![CDATA[\n{message}\n]]></send>"
