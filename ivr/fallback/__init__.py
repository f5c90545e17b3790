"""The fall-back: every conversation once more, as native dialplan that needs no process of ours.

``generate`` turns the flows and what they must know of the district into the text of
``dialplans/fallback.conf``. Pure: the same input gives the same text, byte for byte.
"""

from ivr.fallback.generator import MODULES, generate
from ivr.fallback.source import Source

__all__ = ["MODULES", "Source", "generate"]
