"""asterisk.conf, logger.conf and the other files about Asterisk itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from deploy.asterisk_config.text import Pair, clean_path, conf, section
from deploy.asterisk_home import Asterisk
from deploy.sandbox import RUN
from sahayata.state import StateFolder

MOST_CALLS: Final = 900
"""Each may have two legs with two ports each: what the range of voice ports holds."""
LEAST_MEMORY_MB: Final = 64
"""With less than this free no further call is taken; those running go on."""


def data_folder(state: StateFolder) -> Path:
    """Where Asterisk finds its documentation and our recordings."""
    return state.root / "asterisk" / "data"


def asterisk_conf(state: StateFolder, asterisk: Asterisk) -> str:
    """Write asterisk.conf: every folder under DIR.

    ``systemname`` is left out: it would stand before every unique id, and the call id has it.
    """
    spool, data = clean_path(state.asterisk_spool), clean_path(data_folder(state))
    folders = section(
        "directories",
        [
            ("astetcdir", clean_path(state.asterisk_etc)),
            ("astmoddir", clean_path(asterisk.modules)),
            ("astvarlibdir", clean_path(state.asterisk_lib)),
            ("astdbdir", clean_path(state.asterisk_lib)),
            ("astkeydir", clean_path(state.asterisk_lib)),
            ("astdatadir", data),
            ("astagidir", f"{data}/agi-bin"),
            ("astspooldir", spool),
            ("astrundir", RUN if asterisk.root else clean_path(state.asterisk_run)),
            ("astlogdir", clean_path(state.logs)),
        ],
    )
    options = section(
        "options",
        [
            ("nocolor", True),
            ("hideconnect", True),
            ("defaultlanguage", "hi"),
            ("languageprefix", True),
            ("maxcalls", MOST_CALLS),
            ("minmemfree", LEAST_MEMORY_MB),
            # A trunk that hears nothing for some seconds may end the call.
            ("transmit_silence", True),
            ("live_dangerously", False),
            ("hide_messaging_ami_events", True),
        ],
    )
    return conf("Where everything lies.", folders, options)


def logger_conf() -> str:
    """Write logger.conf: what went wrong, and nothing a caller typed or is called."""
    general = section(
        "general",
        [
            ("dateformat", "%FT%T.%3q%z"),
            ("rotatestrategy", "rotate"),
            # queue_log grows without end and holds callers' numbers; our journal replaces it.
            ("queue_log", False),
        ],
    )
    files = section("logfiles", [("asterisk.log", "notice,warning,error")])
    return conf("`sahayata up` has it turned over when it grows.", general, files)


def small_files() -> dict[str, str]:
    """Give the files that only say no, and the tones of the country's exchanges."""
    off: dict[str, tuple[str, list[Pair]]] = {
        "cdr.conf": ("general", [("enable", False)]),
        "cel.conf": ("general", [("enable", False)]),
        "http.conf": ("general", [("enabled", False)]),
        "ari.conf": ("general", [("enabled", False)]),
        "cli_aliases.conf": ("general", []),
        "queuerules.conf": ("general", []),
        "ccss.conf": ("general", []),
        "udptl.conf": ("general", []),
        "stasis.conf": ("threadpool", [("initial_size", 2), ("max_size", 20)]),
        "pjproject.conf": ("startup", [("log_level", 1)]),
    }
    files = {name: conf("", section(head, pairs)) for name, (head, pairs) in off.items()}
    tones: list[Pair] = [
        ("description", "India"),
        ("ringcadence", "400,200,400,2000"),
        ("dial", "400*25"),
        ("busy", "400/750,0/750"),
        ("ring", "400*25/400,0/200,400*25/400,0/2000"),
        ("congestion", "400/250,0/250"),
        ("callwaiting", "400/200,0/100,400/200,0/7500"),
    ]
    features: list[Pair] = [
        # Slow fingers are no reason to lose the second #.
        ("featuredigittimeout", 3000),
        ("transferdigittimeout", 5),
        ("transferdialattempts", 2),
    ]
    files["features.conf"] = conf(
        "An operator presses ## and the digit of a queue: the caller is handed over (wings).",
        section("general", features),
        section("featuremap", [("blindxfer", "##")]),
    )
    # No section of it may be called "general".
    files["acl.conf"] = conf("")
    files["indications.conf"] = conf(
        "", section("general", [("country", "in")]), section("in", tones)
    )
    return files
