"""Packets to sound: lost, swapped, doubled and late ones do no harm. Keys go out by RFC 4733."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from aiortp.dtmf import DtmfEvent
from aiortp.packet import RtpPacket

from ivr.voice.codecs import decode_alaw, encode_alaw
from sahayata.telephone.alaw import FRAME, RATE, SILENCE, Samples, loudness
from sahayata.telephone.reassembly import Packet, lost, reassemble
from sahayata.telephone.speech import PCMA, TELEPHONE_EVENT, Speech
from sahayata.telephone.wav import read_wav, write_wav


def speech(seconds: float) -> Samples:
    noise = np.random.default_rng(7).normal(scale=4000, size=round(seconds * RATE))
    return decode_alaw(encode_alaw(noise.astype(np.int16)))


def packets_of(
    sound: Samples, *, at: float = 0.0, sequence: int = 100, timestamp: int = 5000, ssrc: int = 1
) -> list[Packet]:
    data = encode_alaw(sound)
    return [
        Packet(
            at + n / 50,
            (sequence + n) % 65536,
            (timestamp + n * FRAME) % 2**32,
            ssrc,
            data[n * FRAME : (n + 1) * FRAME],
        )
        for n in range(len(data) // FRAME)
    ]


def heard(packets: list[Packet], until_s: float = 1.0, limit_s: float = 60.0) -> Samples:
    return reassemble(packets, until_s=until_s, limit_s=limit_s)


def test_whole_sound_comes_back_sample_for_sample() -> None:
    sound = speech(1)
    assert np.array_equal(heard(packets_of(sound)), sound)


def test_a_lost_packet_leaves_silence_of_its_length() -> None:
    sound = speech(1)
    packets = packets_of(sound)
    del packets[10:13]
    expected = sound.copy()
    expected[10 * FRAME : 13 * FRAME] = 0
    assert np.array_equal(heard(packets), expected)
    assert lost(packets) == 3


def test_swapped_doubled_and_late_packets_land_where_they_belong() -> None:
    sound = speech(1)
    packets = packets_of(sound)
    late = replace(packets.pop(5), at=0.9)
    packets[20], packets[21] = packets[21], packets[20]
    packets += [packets[30], late]
    assert np.array_equal(heard(packets), sound)
    assert lost(packets) == 0


def test_the_first_packet_may_come_second() -> None:
    sound = speech(1)
    packets = packets_of(sound, at=0.5)
    packets[0], packets[1] = packets[1], replace(packets[0], at=packets[1].at)
    result = heard(packets, until_s=2.0)
    assert np.array_equal(result[FRAME:][4000 : 4000 + len(sound) - FRAME], sound[FRAME:])


def test_counters_wrap_round() -> None:
    sound = speech(1)
    packets = packets_of(sound, sequence=65530, timestamp=2**32 - 3 * FRAME)
    assert np.array_equal(heard(packets), sound)
    assert lost(packets) == 0


def test_a_pause_is_as_long_as_the_time_stamps_say() -> None:
    first, second = speech(0.5), speech(0.5)
    # The packets after the pause came 30 ms late: time stamps are right, clocks of arrival are not.
    later = packets_of(second, at=1.53, sequence=125, timestamp=5000 + round(1.5 * RATE))
    result = heard([*packets_of(first), *later], until_s=2.0)
    assert np.array_equal(result[12000:16000], second)
    assert not result[4000:12000].any()


def stalled(seconds: float) -> list[Packet]:
    """Two sounds of half a second by one sender, who stood still for a while between them."""
    later = packets_of(
        speech(0.5), at=0.5 + seconds, sequence=125, timestamp=9000 + round(seconds * RATE)
    )
    return packets_of(speech(0.5)) + later


@pytest.mark.parametrize("stall_s", [0.02, 0.1, 0.35, 0.5])
def test_a_word_is_not_torn_by_a_sender_that_stood_still(stall_s: float) -> None:
    result = heard(stalled(stall_s), until_s=2.0)
    begin = round(stall_s * RATE)
    assert np.array_equal(result[begin : begin + RATE], np.tile(speech(0.5), 2))
    assert not result[:begin].any()
    assert not result[begin + RATE :].any()


def test_the_stalls_of_a_sentence_add_up_and_end_at_a_pause() -> None:
    """Said: 0.5 s, a pause of a second, then 0.2 s three times with stalls of 0.1 s between."""
    packets = packets_of(speech(0.5))
    for place in range(3):
        at = 1.5 + 0.3 * place
        stamp = 5000 + round(at * RATE)
        packets += packets_of(speech(0.2), at=at, sequence=125 + 10 * place, timestamp=stamp)
    result = heard(packets, until_s=3.0)
    assert np.array_equal(result[:4000], speech(0.5))
    assert np.array_equal(result[round(1.7 * RATE) : round(2.3 * RATE)], np.tile(speech(0.2), 3))
    assert not result[4000 : round(1.7 * RATE)].any()


def test_lost_packets_are_no_stall() -> None:
    packets = stalled(0.1)
    late = [replace(p, sequence=p.sequence + 5) for p in packets[25:]]
    result = heard(packets[:25] + late, until_s=2.0)
    assert np.array_equal(result[:4000], speech(0.5))
    assert not result[4000:4800].any()


def test_a_new_sender_begins_when_it_came() -> None:
    prompt, operator = speech(0.5), speech(0.4)
    other = packets_of(operator, at=0.75, sequence=9, timestamp=77, ssrc=2)
    result = heard([*packets_of(prompt), *other], until_s=1.5)
    assert np.array_equal(result[6000 : 6000 + len(operator)], operator)
    assert lost([*packets_of(prompt), *other]) == 0


@pytest.mark.parametrize("late_s", [1.5, 2.5, 6.0])
def test_a_sound_is_whole_though_we_were_late_to_take_it_in(late_s: float) -> None:
    sound = speech(10)
    packets = packets_of(sound)
    # A recording ends anywhere: its last packet is a short one.
    short = packets_of(sound[200 * FRAME + 80 :], at=4.01, sequence=301, timestamp=5000 + 32080)
    packets[200:] = [replace(packets[200], payload=packets[200].payload[:80]), *short]
    sound = sound[: 200 * FRAME + 80 + len(short) * FRAME]
    came = [
        replace(packet, at=max(packet.at, 2.0 + late_s) if packet.at > 2.0 else packet.at)
        for packet in packets
    ]
    assert np.array_equal(heard(came, until_s=9.0), sound)


def test_a_sender_that_counts_anew_is_taken_by_the_clock() -> None:
    again = packets_of(speech(0.2), at=0.5, sequence=125, timestamp=3_000_000_000)
    result = heard([*packets_of(speech(0.2)), *again], until_s=1.0)
    assert len(result) == RATE
    assert np.array_equal(result[4000:5600], speech(0.2))


def test_no_time_stamp_makes_the_recording_longer_than_its_limit() -> None:
    packets = packets_of(speech(1))
    far = replace(packets[-1], timestamp=packets[-1].timestamp + 100 * RATE, at=101.0)
    assert len(heard([*packets, far], limit_s=3.0)) == 3 * RATE


def test_nothing_heard_is_silence_until_the_end() -> None:
    assert not heard([], until_s=0.5).any()
    assert len(heard([], until_s=0.5)) == RATE // 2


def test_line_noise_is_quiet_and_a_whisper_is_loud() -> None:
    rng = np.random.default_rng(1)
    assert loudness(encode_alaw(rng.normal(scale=12, size=FRAME).astype(np.int16))) < 60
    assert loudness(encode_alaw(rng.normal(scale=400, size=FRAME).astype(np.int16))) > 60
    assert loudness(SILENCE * FRAME) < 60
    assert loudness(b"") == 0


def sent(speech: Speech, count: int) -> list[RtpPacket]:
    return [speech.next_packet() for _ in range(count)]


def test_silence_flows_when_nobody_speaks() -> None:
    packets = sent(Speech(), 3)
    assert [p.payload for p in packets] == [SILENCE * FRAME] * 3
    assert [p.marker for p in packets] == [1, 0, 0]
    assert {p.payload_type for p in packets} == {PCMA}
    assert (packets[2].timestamp - packets[0].timestamp) % 2**32 == 2 * FRAME
    assert (packets[2].sequence_number - packets[0].sequence_number) % 2**16 == 2


def test_a_key_is_one_event_with_growing_duration_and_three_ends() -> None:
    speech = Speech()
    before = speech.next_packet()
    speech.press("5")
    events = [p for p in sent(speech, 12) if p.payload_type == TELEPHONE_EVENT]
    told = [DtmfEvent.parse(p.payload) for p in events]
    assert [e.digit for e in told] == ["5"] * 8
    assert [e.duration for e in told] == [160, 320, 480, 640, 800, 800, 800, 800]
    assert [e.end for e in told] == [False] * 5 + [True] * 3
    assert {p.timestamp for p in events} == {(before.timestamp + FRAME) % 2**32}
    assert [p.marker for p in events] == [1] + [0] * 7
    assert speech.idle


def test_the_same_key_twice_is_two_events_with_a_pause_between() -> None:
    speech = Speech()
    speech.press("11")
    packets = sent(speech, 20)
    kinds = "".join("e" if p.payload_type == TELEPHONE_EVENT else "." for p in packets)
    assert kinds == "eeeeeeee..eeeeeeee.."
    stamps = {p.timestamp for p in packets if p.payload_type == TELEPHONE_EVENT}
    assert len(stamps) == 2
    sequences = [p.sequence_number for p in packets]
    assert all((b - a) % 2**16 == 1 for a, b in pairwise(sequences))


def test_sound_waits_while_a_key_is_down() -> None:
    speech = Speech(key_payload_type=96)
    speech.say(b"\x11" * 200)
    speech.press("#")
    assert not speech.idle
    packets = sent(speech, 12)
    assert packets[0].payload_type == 96
    said = [p.payload for p in packets if p.payload_type == PCMA]
    assert said[0] == b"\x11" * FRAME
    assert said[1] == b"\x11" * 40 + SILENCE * 120


def test_what_is_no_key_is_refused_before_anything_is_sent() -> None:
    speech = Speech()
    with pytest.raises(ValueError, match="no keys"):
        speech.press("1e2")
    assert speech.idle


def test_a_wav_comes_back_and_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    path.write_bytes(b"old")
    sound = speech(0.3)
    write_wav(path, sound)
    assert np.array_equal(read_wav(path), sound)
    assert [p.name for p in tmp_path.iterdir()] == ["heard.wav"]


def test_a_recording_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "heard.wav").mkdir()
    with pytest.raises(OSError, match=r"."):
        write_wav(tmp_path / "heard.wav", speech(0.1))
    assert [p.name for p in tmp_path.iterdir()] == ["heard.wav"]


def test_a_damaged_wav_says_so(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match="no WAV file"):
        read_wav(tmp_path / "no.wav")
