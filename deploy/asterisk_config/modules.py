"""The modules of Asterisk that are loaded, each with its reason. Nothing else is.

What is not loaded cannot be attacked, takes no memory and delays no start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deploy.asterisk_config.text import conf

MODULES: Final[Mapping[str, Mapping[str, str]]] = {
    "SIP": {
        "res_pjproject": "the SIP library's log and settings",
        "res_sorcery_config": "pjsip.conf",
        "res_sorcery_memory": "where registered telephones are kept at run time",
        "res_sorcery_astdb": "res_pjsip asks for it; sorcery.conf has nothing kept by it",
        "res_pjsip": "SIP",
        "res_pjsip_session": "calls over SIP",
        "res_pjsip_pubsub": "chan_pjsip asks for it; nobody may subscribe",
        "chan_pjsip": "calls as channels",
        "res_pjsip_sdp_rtp": "voice in a call",
        "res_pjsip_caller_id": "the caller's number",
        "res_pjsip_registrar": "operators' telephones register",
        "res_pjsip_authenticator_digest": "with a password",
        "res_pjsip_endpoint_identifier_user": "an operator is known by the user name",
        "res_pjsip_endpoint_identifier_ip": "a trunk is known by its address",
        "res_pjsip_endpoint_identifier_anonymous": "a citizen is nobody we know",
        "res_pjsip_nat": "telephones behind a router",
        "res_pjsip_rfc3326": "the reason of a hang-up",
        "res_pjsip_dtmf_info": "keys as SIP INFO, where a telephone knows no other way",
    },
    "voice": {
        "res_rtp_asterisk": "RTP",
        "res_timing_timerfd": "the clock of music and announcements",
        "codec_alaw": "A-law",
        "codec_ulaw": "mu-law",
        "codec_a_mu": "one into the other",
        "codec_g722": "G.722",
        "codec_resample": "8 and 16 kHz",
        "format_pcm": "our recordings: .alaw .ulaw .g722",
        "format_sln": "the same as plain samples: .sln16",
        "format_wav": "spoken messages and recorded talks",
        "bridge_simple": "a caller and an operator",
        "bridge_native_rtp": "the same, without decoding",
        "bridge_builtin_features": "needed by every bridge of two",
        "res_musiconhold": "music while a caller waits",
    },
    "calls": {
        "pbx_config": "extensions.conf",
        "app_queue": "the queues",
        "pbx_spool": "a wrap-up ends with our room dead, too",
        "res_agi": "our server, and the fall-back script",
        "res_speech": "res_agi asks for it",
        "app_playback": "the fall-back speaks; say.conf",
        "app_read": "the fall-back collects keys",
        "app_chanspy": "a supervisor listens to an operator's talk",
        "app_dial": "an operator calls a supervisor",
        "app_record": "the fall-back records messages",
        "app_mixmonitor": "talks are recorded where the category allows it",
        "app_stack": "Gosub",
        "app_exec": "ExecIf",
        "app_verbose": "a line in the log",
    },
    "functions": {
        "func_callerid": "CALLERID",
        "func_channel": "CHANNEL",
        "func_cut": "CUT: who calls is read out of the From header",
        "func_env": "STAT: can a number be said whole? FILE: who came back with us dead",
        "func_logic": "IF",
        "func_math": "MATH",
        "func_module": "IFMODULE: the fall-back looks whether it can speak and listen",
        "func_strings": "FILTER, LEN, FIELDQTY, STRFTIME",
        "func_timeout": "TIMEOUT",
    },
}

LISTENING: Final[Mapping[str, Mapping[str, str]]] = {
    "press or say": {
        "res_http_websocket": "the way to our recogniser",
        "res_aeap": "what is said on it",
        "res_speech_aeap": "the recogniser as Asterisk's own",
        "app_speech_utils": "keys and words together",
    },
}
"""Loaded beside the others where a model for speech is installed."""


def names(*, listening: bool = False) -> tuple[str, ...]:
    """Every module that is loaded; ``listening``: with those of press or say."""
    return tuple(name for group in _groups(listening=listening).values() for name in group)


def modules_conf(*, listening: bool = False) -> str:
    """Write modules.conf: ``autoload=no`` and the list."""
    lines = ["[modules]", "autoload = no"]
    for group, members in _groups(listening=listening).items():
        lines.append(f"; {group}")
        width = max(map(len, members)) + 3
        lines += [f"load = {f'{name}.so':<{width}} ; {why}" for name, why in members.items()]
    return conf("The modules, each with its reason.", "\n".join(lines) + "\n")


def _groups(*, listening: bool) -> dict[str, Mapping[str, str]]:
    return {**MODULES, **(LISTENING if listening else {})}
