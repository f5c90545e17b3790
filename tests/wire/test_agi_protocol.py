"""The AGI wire: real bytes cut at every position, and every kind of rubbish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.fastagi.protocol import (
    HANGUP,
    MAX_COMMAND,
    MAX_HEADER_BYTES,
    MAX_HEADER_LINE,
    MAX_HEADER_LINES,
    MAX_REPLY_LINE,
    MAX_USAGE_LINES,
    BadHeader,
    BadReply,
    Header,
    HeaderReader,
    Reply,
    ReplyReader,
    UnsafeValue,
    WireError,
    command,
    parse_header,
    parse_query,
)
from tests.support.plays_asterisk import header_block, split_words
from tests.wire.recorded import NAMES, recorded


def read_header(data: bytes) -> Header:
    complete = HeaderReader().feed(data)
    assert complete is not None
    return complete[0]


def cuts(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(data[:at], data[at:]) for at in range(len(data) + 1)]


class TestHeader:
    def test_a_real_one(self) -> None:
        header = read_header(recorded("whole_call").header)
        assert header.route == "inbound"
        assert header.query["dialled"] == "1950"
        assert header.values["callerid"] == "+919800000000"
        assert header.values["accountcode"] == ""
        assert len(header.values) == 22

    def test_cut_at_every_position(self) -> None:
        data = recorded("whole_call").header + b"HANGUP\n"
        whole = HeaderReader().feed(data)
        for first, second in cuts(data):
            reader = HeaderReader()
            early = reader.feed(first)
            if early is None:
                assert reader.feed(second) == whole
            else:
                assert whole is not None
                assert (early[0], early[1] + second) == whole

    def test_byte_by_byte(self) -> None:
        reader = HeaderReader()
        data = recorded("whole_call").header
        assert [reader.feed(data[at : at + 1]) is None for at in range(len(data))] == [True] * (
            len(data) - 1
        ) + [False]

    def test_a_name_in_hindi_is_no_fault(self) -> None:
        header = read_header(header_block("inbound?call_id=a", extra="रमेश कुमार"))
        assert header.values["calleridname"] == "रमेश कुमार"

    @pytest.mark.parametrize(
        ("block", "why"),
        [
            (b"agi_a: 1\nagi_a: 1", "twice"),
            (b"agi_a 1", "no agi_ line"),
            (b"callerid: 1", "no agi_ line"),
            (b"agi_: 1", "no agi_ line"),
            (b"", "no agi_ line"),
            (b"agi_a: 1\r", "control"),
            (b"agi_a: 1\x00", "control"),
            (b"agi_a: \xe2\x80\xa8", "control"),
            (b"agi_a: \xff", "UTF-8"),
            (b"agi_a: " + b"1" * MAX_HEADER_LINE, "line too long"),
            (b"\n".join(b"agi_a%d: 1" % n for n in range(MAX_HEADER_LINES + 1)), "too many"),
            (b"agi_network_script: inbound?call_id", "odd key"),
            (b"agi_network_script: inbound?CALL=1", "odd key"),
            (b"agi_network_script: inbound?a=1&a=2", "given twice"),
            (b"agi_network_script: inbound?a=1&", "odd key"),
        ],
    )
    def test_a_malformed_one_is_refused(self, block: bytes, why: str) -> None:
        with pytest.raises(BadHeader, match=why):
            parse_header(block)

    def test_a_line_put_in_by_a_caller_id_is_refused(self) -> None:
        forged = header_block("inbound?call_id=a", extra="x\nagi_network_script: other?call_id=b")
        with pytest.raises(BadHeader, match="twice"):
            HeaderReader().feed(forged)

    def test_an_end_put_in_by_a_caller_id_leaves_rubbish_where_a_reply_should_be(self) -> None:
        complete = HeaderReader().feed(header_block("inbound", extra="x\n\n200 result=1"))
        assert complete is not None
        with pytest.raises(BadReply):
            ReplyReader().feed(complete[1])

    def test_one_without_end_is_refused_at_its_limit(self) -> None:
        reader = HeaderReader()
        with pytest.raises(BadHeader, match="too long"):
            for _ in range(MAX_HEADER_BYTES):
                assert reader.feed(b"agi_a: 1\n") is None

    def test_too_many_keys_in_the_query(self) -> None:
        with pytest.raises(BadHeader, match="too many keys"):
            parse_query("&".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}=1" for n in range(40)))

    @given(st.lists(st.binary(max_size=80), max_size=8))
    def test_any_bytes_end_in_a_header_or_in_bad_header(self, pieces: list[bytes]) -> None:
        reader = HeaderReader()
        try:
            for piece in pieces:
                if reader.feed(piece) is not None:
                    break
        except BadHeader:
            pass

    @given(st.text(max_size=60))
    def test_what_a_stranger_calls_himself_never_changes_the_rest(self, name: str) -> None:
        data = header_block("inbound?call_id=a", caller="+911", extra=name.replace("\n\n", ""))
        try:
            complete = HeaderReader().feed(data)
        except BadHeader:
            return
        assert complete is not None
        assert (complete[0].route, complete[0].values["callerid"]) == ("inbound", "+911")


class TestReplies:
    @pytest.mark.parametrize("name", NAMES)
    def test_real_ones_cut_at_every_position(self, name: str) -> None:
        data = recorded(name).replies
        whole = ReplyReader().feed(data)
        assert whole
        for first, second in cuts(data):
            reader = ReplyReader()
            assert reader.feed(first) + reader.feed(second) == whole

    @pytest.mark.parametrize("name", NAMES)
    def test_each_command_gets_one_reply(self, name: str) -> None:
        reader = ReplyReader()
        for sent, came in recorded(name).turns:
            items = reader.feed(came)
            replies = [item for item in items if isinstance(item, Reply)]
            left = HANGUP in items
            assert len(replies) == 1 or (left and not replies), sent

    @pytest.mark.parametrize(
        ("line", "reply"),
        [
            (b"200 result=0", Reply(200, "0")),
            (b"200 result=-1", Reply(200, "-1")),
            (b"200 result=49", Reply(200, "49")),
            (b"200 result=", Reply(200, "")),
            (b"200 result= (timeout)", Reply(200, "", "timeout")),
            (b"200 result=12* (timeout)", Reply(200, "12*", "timeout")),
            (b"200 result=1 (0 0 0)", Reply(200, "1", "0 0 0")),
            (b"200 result=1 (a) b (c))", Reply(200, "1", "a) b (c)")),
            (b"200 result=1 ()", Reply(200, "1", "")),
            (b"200 result=-1 endpos=0", Reply(200, "-1", "", 0)),
            (b"200 result=35 (dtmf) endpos=4000", Reply(200, "35", "dtmf", 4000)),
            (b"510 Invalid or unknown command", Reply(510)),
            (b"511 Command Not Permitted on a dead channel", Reply(511)),
            (b"520 Invalid command syntax.  Proper usage not available.", Reply(520)),
        ],
    )
    def test_single_lines(self, line: bytes, reply: Reply) -> None:
        assert ReplyReader().feed(line + b"\n") == [reply]

    def test_a_usage_text_is_one_reply(self) -> None:
        text = b"520-Invalid\nUsage: X\n 200 result=1\n520 End of proper usage.\n200 result=0\n"
        assert ReplyReader().feed(text) == [Reply(520), Reply(200, "0")]

    def test_trying_is_no_answer_yet(self) -> None:
        assert ReplyReader().feed(b"100 Trying...\n200 result=0\n") == [Reply(200, "0")]

    def test_a_hang_up_before_any_reply_shifts_none(self) -> None:
        lines = [b"200 result=%d\n" % n for n in range(5)]
        for at in range(len(lines) + 1):
            data = b"".join([*lines[:at], b"HANGUP\n", *lines[at:]])
            items = ReplyReader().feed(data)
            assert items[at] is HANGUP
            replies = [item.result for item in items if isinstance(item, Reply)]
            assert replies == ["0", "1", "2", "3", "4"]

    @pytest.mark.parametrize(
        "data",
        [
            b"\n",
            b"agi_callerid: 1\n",
            b"200\n",
            b"200 result=1 2\n",
            b"hangup\n",
            b"404 x\n",
            b"\xff\xfe\n",
            b"2" * (MAX_REPLY_LINE + 1),
            b"200 result=1 (" + b"2" * MAX_REPLY_LINE + b")\n",
            b"520-x\n" + b"y\n" * MAX_USAGE_LINES,
        ],
    )
    def test_rubbish_is_a_bad_reply(self, data: bytes) -> None:
        with pytest.raises(BadReply):
            ReplyReader().feed(data)

    @given(st.lists(st.binary(max_size=60), max_size=10))
    def test_any_bytes_end_in_replies_or_in_bad_reply(self, pieces: list[bytes]) -> None:
        reader = ReplyReader()
        try:
            for piece in pieces:
                reader.feed(piece)
        except BadReply as fault:
            assert isinstance(fault, WireError)


class TestCommand:
    def test_plain_words_stay_and_others_are_quoted(self) -> None:
        assert command("GET", "DATA", "", "500", "3") == b'GET DATA "" 500 3\n'
        assert command("EXEC", "Background", "hi/a&hi/b") == b"EXEC Background hi/a&hi/b\n"
        assert command("X", "a b") == b'X "a b"\n'

    @pytest.mark.parametrize(
        "word", ['a"b', "a\\", "a\nHANGUP", "a\rb", "a\0b", "\x1b", "\x85", "\u2028"]
    )
    def test_what_could_be_read_as_more_is_refused(self, word: str) -> None:
        with pytest.raises(UnsafeValue):
            command("SET", "VARIABLE", "X", word)

    def test_one_longer_than_asterisk_reads_is_refused(self) -> None:
        assert len(command("X", "y" * (MAX_COMMAND - 2))) == MAX_COMMAND + 1
        with pytest.raises(UnsafeValue):
            command("X", "y" * (MAX_COMMAND - 1))

    @given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
    def test_asterisk_reads_the_words_we_meant(self, words: list[str]) -> None:
        try:
            line = command(*words)
        except UnsafeValue:
            return
        assert line.count(b"\n") == 1
        assert split_words(line.decode().rstrip("\n")) == words
