"""pjsip.conf, sorcery.conf, rtp.conf: who may call in, who may register, where voice flows."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from deploy.asterisk_config.text import Pair, conf, section
from sahayata.settings import Settings

CITIZENS: Final = "anonymous"
"""PJSIP wants this name for whom nobody knows."""
TRUNK: Final = "trunk"
NOBODY: Final = "<0>"
LOOPBACK: Final = "127.0.0.0/8"
OPERATORS: Final = "; Operators: everything below is written anew when the roster changes.\n"
SHORTEST_REGISTRATION_S: Final = 30
LONGEST_REGISTRATION_S: Final = 60
"""A restarted Asterisk knows no telephone until each has registered again: within this time."""


def endpoint_basics(settings: Settings) -> list[Pair]:
    """Give what every endpoint has: codecs, keys as events, voice by way of us."""
    basics: list[Pair] = [
        ("type", "endpoint"),
        ("disallow", "all"),
        ("allow", "alaw,ulaw,g722"),
        ("dtmf_mode", "auto"),
        ("direct_media", False),
        ("rtp_symmetric", True),
        ("force_rport", True),
        # A telephone that went away without a word: its call ends, its place in the queue is free.
        ("rtp_timeout", 180),
        ("rewrite_contact", True),
        ("allow_transfer", False),
        ("allow_overlap", False),
        ("allow_subscribe", False),
        ("language", settings.district.helpline.languages[0]),
        ("tone_zone", "in"),
    ]
    if not ipaddress.ip_address(settings.sip_bind).is_unspecified:
        # Voice listens where SIP does: on loopback nobody else can reach it.
        basics += [("media_address", settings.sip_bind), ("bind_rtp_to_media_address", True)]
    return basics


def pjsip_conf(
    settings: Settings, passwords: Mapping[str, str], rostered: Sequence[str] = ()
) -> str:
    """Write pjsip.conf. ``passwords`` are the operators', by extension.

    Who is on the roster may register, and the seats of the district.
    """
    citizens: list[Pair] = [
        ("context", "citizens"),
        # In the place of what the caller's SIP says, which can be any characters: until the
        # dialplan has cleaned that (who-calls), events would tell it as it is, line ends too.
        ("callerid", NOBODY),
        *endpoint_basics(settings),
    ]
    address = ipaddress.ip_address(settings.sip_bind)
    host = f"[{address}]" if address.version == 6 else str(address)
    common = [
        section(
            "global",
            [
                ("type", "global"),
                ("user_agent", "Sahayata"),
                # A trunk first: a caller whose number equals an extension is no operator.
                ("endpoint_identifier_order", "ip,username,anonymous"),
                # "1950;npdi" is the number 1950 with a note of the network.
                ("ignore_uri_user_options", True),
                ("mwi_disable_initial_unsolicited", True),
                ("send_contact_status_on_update_registration", False),
            ],
        ),
        section("system", [("type", "system"), ("threadpool_initial_size", 4)]),
        section(
            "udp",
            [("type", "transport"), ("protocol", "udp"), ("bind", f"{host}:{settings.ports.sip}")],
        ),
        # Nobody we know is a citizen; only this machine may be nobody, others need a trunk.
        section(CITIZENS, [*citizens, ("deny", "0.0.0.0/0.0.0.0"), ("permit", LOOPBACK)]),
    ]
    if settings.trunks:
        trunk: list[Pair] = [("type", "identify"), ("endpoint", TRUNK)]
        common += [
            section(TRUNK, citizens),
            section(f"{TRUNK}-where", [*trunk, *(("match", net) for net in settings.trunks)]),
        ]
    head = conf("Who may call in and who may register.", *common)
    return f"{head}\n{OPERATORS}{_operators(settings, passwords, rostered)}"


def with_operators(
    text: str, settings: Settings, passwords: Mapping[str, str], rostered: Sequence[str]
) -> str:
    """Write pjsip.conf anew for other operators; all else stays as it was at Asterisk's start.

    Whoever changes the roster may know another port or address than the instance that runs.

    Raises:
        ValueError: ``text`` was not written by this version.
    """
    head, mark, _ = text.partition(OPERATORS)
    bound = re.search(r"^bind=\[?([0-9a-f.:]+?)\]?:\d+$", head, re.MULTILINE)
    if not mark or bound is None:
        raise ValueError("pjsip.conf is of another version")
    there = replace(settings, sip_bind=bound[1])
    return f"{head}{mark}{_operators(there, passwords, rostered)}"


def _operators(settings: Settings, passwords: Mapping[str, str], rostered: Sequence[str]) -> str:
    return "\n".join(
        part
        for extension in sorted({*settings.district.extensions, *rostered})
        for part in _operator(settings, extension, passwords[extension])
    )


def _operator(settings: Settings, extension: str, password: str) -> tuple[str, str, str]:
    endpoint: list[Pair] = [
        ("context", "operators"),
        ("auth", f"{extension}-auth"),
        ("aors", extension),
        ("callerid", f"{extension} <{extension}>"),
        ("device_state_busy_at", 1),
        *endpoint_basics(settings),
    ]
    return (
        section(extension, endpoint),
        section(
            f"{extension}-auth",
            [
                ("type", "auth"),
                ("auth_type", "userpass"),
                ("username", extension),
                ("password", password),
            ],
        ),
        section(
            extension,
            [
                ("type", "aor"),
                ("max_contacts", 1),
                # The telephone that registers last is the one the operator sits at.
                ("remove_existing", True),
                ("qualify_frequency", 30),
                # A telephone that answers late, on a slow line or a busy machine, is there: taken
                # for gone it is not rung, and with all of them late callers hear that nobody is.
                ("qualify_timeout", 10),
                ("minimum_expiration", SHORTEST_REGISTRATION_S),
                ("default_expiration", LONGEST_REGISTRATION_S),
                ("maximum_expiration", LONGEST_REGISTRATION_S),
            ],
        ),
    )


def sorcery_conf() -> str:
    """Write sorcery.conf: registrations in memory, so that a full disk keeps no operator away."""
    return conf(
        "Nothing of SIP is on disk but what was configured.",
        section("res_pjsip", [("contact", "memory")]),
        section("res_pjsip_pubsub", [("subscription_persistence", "memory")]),
    )


def rtp_conf(settings: Settings) -> str:
    """Write rtp.conf: the instance's own range of ports, and nothing that asks the internet."""
    ports = settings.ports.rtp
    pairs: list[Pair] = [
        ("rtpstart", ports.start),
        ("rtpend", ports.stop - 1),
        ("icesupport", False),
        ("strictrtp", True),
    ]
    return conf("Voice.", section("general", pairs))
