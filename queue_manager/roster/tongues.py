"""The languages that operators may speak, by code: ISO 639-1, and 639-3 where it has none.

Those of the Eighth Schedule, the mother tongues that the Census of India counts by the million, and
what neighbours and visitors speak.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TONGUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hi": "Hindi",
        "en": "English",
        "as": "Assamese",
        "bn": "Bengali",
        "brx": "Bodo",
        "doi": "Dogri",
        "gu": "Gujarati",
        "kn": "Kannada",
        "ks": "Kashmiri",
        "kok": "Konkani",
        "mai": "Maithili",
        "ml": "Malayalam",
        "mni": "Manipuri",
        "mr": "Marathi",
        "ne": "Nepali",
        "or": "Odia",
        "pa": "Punjabi",
        "sa": "Sanskrit",
        "sat": "Santali",
        "sd": "Sindhi",
        "ta": "Tamil",
        "te": "Telugu",
        "ur": "Urdu",
        "awa": "Awadhi",
        "bgc": "Haryanvi",
        "bgq": "Bagri",
        "bhb": "Bhili",
        "bho": "Bhojpuri",
        "bns": "Bundeli",
        "bra": "Braj",
        "gbm": "Garhwali",
        "gon": "Gondi",
        "hne": "Chhattisgarhi",
        "hoc": "Ho",
        "kfy": "Kumaoni",
        "kha": "Khasi",
        "kru": "Kurukh",
        "lus": "Mizo",
        "mag": "Magahi",
        "mwr": "Marwari",
        "raj": "Rajasthani",
        "tcy": "Tulu",
        "ar": "Arabic",
        "bo": "Tibetan",
        "dz": "Dzongkha",
        "fa": "Persian",
        "fr": "French",
        "my": "Burmese",
        "ps": "Pashto",
        "ru": "Russian",
        "si": "Sinhala",
    }
)
"""Code -> name in English."""


def code_of(name: str) -> str:
    """Return the code of a language by its English name, in any case; "" when there is none."""
    return next((code for code, own in TONGUES.items() if own.lower() == name.lower()), "")
