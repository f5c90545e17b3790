"""aeap.conf: the way to our recogniser of speech, where a model is installed."""

from __future__ import annotations

from deploy.asterisk_config.text import Pair, conf, section
from ivr import names
from sahayata.secrets import Secrets
from sahayata.settings import Settings


def aeap_conf(settings: Settings, secrets: Secrets) -> str:
    """Write aeap.conf: 8 kHz linear sound goes out as it comes in, results come back.

    The secret stands in the path, as a recogniser may refuse a connection only before it stands:
    Asterisk keeps a connection whose first request failed, with nobody to hear of its end
    (docs/adr/0070-press-or-say.md).
    """
    pairs: list[Pair] = [
        ("type", "client"),
        ("url", f"ws://127.0.0.1:{settings.ports.speech}/{secrets.speech}"),
        ("codecs", "!all,slin"),
        ("protocol", "speech_to_text"),
    ]
    return conf("Press or say.", section(names.SPEECH_ENGINE, pairs))
