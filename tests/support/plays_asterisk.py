"""A client that plays Asterisk: one channel, its caller, and the AGI it speaks.

What it answers was written down from a real Asterisk 22.10.1 (``tests/wire/recorded``), with
``AGIEXITONHANGUP=yes`` as our dialplan has it. Time is the keypad's and reckoned, not waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr import names
from ivr.call import KEYS, CallerHungUp, PromptId, QueueLoad, Said
from ivr.simulator import Keypad

HANGUP_LINES = b"HANGUP\nHANGUP\n"
BYTES_PER_SECOND = 16_000


def header_block(
    script: str, *, caller: str = "unknown", extra: str = "", argument: str = ""
) -> bytes:
    """The header as Asterisk writes it; ``extra`` is put in unescaped, where a name would be."""
    arguments = f"agi_arg_1: {argument}\n" if argument else ""
    return f"""\
agi_network: yes
agi_network_script: {script}
agi_request: agi://127.0.0.1:4573/{script}
agi_channel: PJSIP/citizens-00000001
agi_language: hi
agi_type: PJSIP
agi_uniqueid: rig-1795293608.1
agi_version: 22.10.1+dfsg+~cs6.17.60671434-1
agi_callerid: {caller}
agi_calleridname: {extra or "unknown"}
agi_callingpres: 0
agi_callingani2: 0
agi_callington: 0
agi_callingtns: 0
agi_dnid: 1950
agi_rdnis: unknown
agi_context: conversation
agi_extension: inbound
agi_priority: 4
agi_enhanced: 0.0
agi_accountcode: {""}
agi_threadid: 139673696626368
{arguments}
""".encode()


def split_words(command: str) -> list[str]:
    """Cut a command as ``parse_args`` of ``res_agi.c`` does."""
    words: list[str] = []
    quoted = False
    between = True
    for character in command:
        if character == '"':
            quoted = not quoted
            if quoted and between:
                words.append("")
                between = False
        elif character == " " and not quoted:
            between = True
        else:
            if between:
                words.append("")
                between = False
            words[-1] += character
    return words


@dataclass
class Channel:
    """A channel of Asterisk: answers commands, keeps what was heard and what was set."""

    keypad: Keypad
    sounds: Mapping[PromptId, float] = field(default_factory=dict)
    """Recordings on disk other than one second long; 0.0 for one that cannot be opened."""
    loads: Mapping[str, QueueLoad] = field(default_factory=dict)
    speech_s: float = 5.0
    """How long the caller speaks when asked to."""
    disk_full: bool = False
    recogniser: str = ""
    """``well``, ``full``: takes no connection, ``dies``: as soon as something is said; "": none."""
    heard: list[PromptId] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    set_order: list[str] = field(default_factory=list)
    hung_up: bool = False
    listened_for: list[str] = field(default_factory=list)
    """Each grammar that was set."""
    speech: str = ""
    """The results of the recogniser as ``ivr.fastagi.words.RESULTS`` asks for them."""
    has_speech: bool = False

    async def key(self, within_s: float, *, silent: bool) -> str:
        """The next key of the keypad; what is said meanwhile nobody hears."""
        while isinstance(key := await self.keypad.key(within_s, silent=silent), Said):
            pass
        return key

    async def answer(self, command: str) -> bytes:
        """The bytes that follow a command."""
        self.commands.append(command)
        words = split_words(command)
        try:
            return await self._run(words)
        except CallerHungUp:
            self.hung_up = True
            ending = " (hangup) endpos=0" if words[0] == "RECORD" else ""
            return f"200 result=-1{ending}\n".encode() + HANGUP_LINES

    async def _run(self, words: list[str]) -> bytes:
        match words:
            case ["EXEC", "Background", playlist]:
                return await self._background(playlist)
            case ["EXEC", "MSet", pairs]:
                for pair in pairs.split(","):
                    self._set(*pair.split("=", 1))
                return b"200 result=0\n"
            case ["EXEC", "SpeechCreate", _] if self.recogniser:
                self.has_speech = self.recogniser != "full"
                return b"200 result=0\n"
            case ["EXEC", "SpeechBackground", arguments] if self.has_speech:
                playlist, _, wait = arguments.partition(",")
                return await self._speech_background(playlist, float(wait))
            case ["EXEC", "SpeechDestroy"] if self.has_speech:
                self.has_speech = False
                return b"200 result=0\n"
            case ["EXEC", *_]:
                return b"200 result=-2\n"
            case ["SET", "VARIABLE", "SPEECH_ENGINE(grammar)", value]:
                self.listened_for.append(value)
                return b"200 result=1\n"
            case ["SET", "VARIABLE", name, value]:
                self._set(name, value)
                return b"200 result=1\n"
            case ["GET", "VARIABLE", name]:
                if name in self.variables:
                    return f"200 result=1 ({self.variables[name]})\n".encode()
                return b"200 result=0\n"
            case ["GET", "FULL", "VARIABLE", "${SPEECH(status)}"]:
                return b"200 result=1 (1)\n" if self.has_speech else b"200 result=1 (0)\n"
            case ["GET", "FULL", "VARIABLE", expression] if "SPEECH" in expression:
                return f"200 result=1 ({self.speech})\n".encode()
            case ["GET", "FULL", "VARIABLE", expression]:
                return f"200 result=1 ({self._expand(expression)})\n".encode()
            case ["WAIT", "FOR", "DIGIT", milliseconds]:
                key = await self.key(int(milliseconds) / 1000, silent=True)
                return f"200 result={ord(key) if key else 0}\n".encode()
            case ["GET", "DATA", "", milliseconds, most]:
                return await self._get_data(int(milliseconds) / 1000, int(most))
            case ["RECORD", "FILE", stem, ending, finish, milliseconds, *options]:
                if "BEEP" in options and not self.sounds.get("beep", 1.0):
                    return b"200 result=-1 (randomerror) endpos=0\n"
                path = Path(f"{stem}.{ending}")
                return await self._record(path, finish, int(milliseconds) / 1000)
        return b"510 Invalid or unknown command\n"

    async def _background(self, playlist: str) -> bytes:
        names_, _, options = playlist.partition(",")
        for path in names_.split("&"):
            prompt = path.rsplit("/", 1)[-1]
            left_s = self.sounds.get(prompt, 1.0)
            if not left_s:
                self.variables["BACKGROUNDSTATUS"] = "FAILED"
                return b"200 result=0\n"
            self.heard.append(prompt)
            self.keypad.heard(prompt)
            key = await self.key(left_s, silent=False)
            if key and "p" not in options:
                return f"200 result={ord(key)}\n".encode()
        self.variables["BACKGROUNDSTATUS"] = "SUCCESS"
        return b"200 result=0\n"

    async def _speech_background(self, playlist: str, wait_s: float) -> bytes:
        """As ``app_speech_utils.c`` does; a dead recogniser ends it with no results."""
        self.speech = "0|||"
        paths = playlist.split("&")
        for left_s, path in [*((1.0, path) for path in paths), (wait_s, "")]:
            if path:
                self.heard.append(path.rsplit("/", 1)[-1])
                self.keypad.heard(self.heard[-1])
            came = await self.keypad.key(left_s, silent=not path)
            if isinstance(came, Said) and self.recogniser == "dies":
                self.has_speech = False
                break
            if isinstance(came, Said):
                self.speech = f"1|menu|{round(came.confidence * 100)}|{came.phrase}"
                break
            if came:
                self.speech = f"1|dtmf|1000|{came}"
                break
        return b"200 result=0\n"

    async def _get_data(self, wait_s: float, most: int) -> bytes:
        keys = ""
        while len(keys) < most:
            key = await self.key(wait_s, silent=True)
            if not key:
                return f"200 result={keys} (timeout)\n".encode()
            if key == "#":
                break
            keys += key
        return f"200 result={keys}\n".encode()

    async def _record(self, path: Path, finish: str, most_s: float) -> bytes:
        if self.disk_full:
            return b"200 result=-1 (writefile)\n"
        spoken_s = min(self.speech_s, most_s)
        path.write_bytes(bytes(44 + int(spoken_s * BYTES_PER_SECOND)))
        key = await self.key(spoken_s, silent=False)
        endpos = int(spoken_s * BYTES_PER_SECOND)
        if key and key in finish:
            return f"200 result={ord(key)} (dtmf) endpos={endpos}\n".encode()
        return f"200 result=0 (timeout) endpos={endpos}\n".encode()

    def _set(self, name: str, value: str) -> None:
        self.variables[name] = value
        self.set_order.append(name)

    def _expand(self, expression: str) -> str:
        for queue, load in self.loads.items():
            theirs = names.QUEUE_PREFIX + queue
            for function, count in (
                (f"${{QUEUE_WAITING_COUNT({theirs})}}", load.waiting),
                (f"${{QUEUE_MEMBER({theirs},logged)}}", load.operators),
                (f"${{QUEUE_MEMBER({theirs},ready)}}", load.free),
            ):
                expression = expression.replace(function, str(count))
        return expression


async def run_agi(host: str, port: int, header: bytes, channel: Channel) -> None:
    """Do as ``AGI()`` does: connect, send the header, answer commands until either side ends."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(header)
        while command := await reader.readline():
            writer.write(await channel.answer(command.decode().rstrip("\n")))
            if channel.hung_up:
                break
    except ConnectionError:
        return
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


class KeysAt:
    """A keypad with each key at a time of its own, in seconds; then silence, or a hang-up."""

    def __init__(self, *keys: tuple[float, str], hang_up_at: float | None = None) -> None:
        self.now_s = 0.0
        self._keys = list(keys)
        self._hang_up_at = hang_up_at

    def heard(self, prompt: PromptId) -> None:
        """Times do not wait for a prompt."""

    async def key(self, within_s: float, *, silent: bool) -> str:
        until = self.now_s + within_s
        if self._keys and self._keys[0][0] < until:
            at, key = self._keys.pop(0)
            self.now_s = max(self.now_s, at)
            assert key in KEYS + "ABCD"
            return key
        if self._hang_up_at is not None and self._hang_up_at < until:
            self.now_s = self._hang_up_at
            raise CallerHungUp("at its time")
        self.now_s = until
        return ""
