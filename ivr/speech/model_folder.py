"""Which folder is a model: what Vosk needs, told without loading it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ivr.speech.recogniser import ModelUnusable

NEEDED: Final = (("am/final.mdl", "final.mdl"), ("conf/mfcc.conf", "mfcc.conf"))
"""Files that every model has, in the place of newer models or of older ones."""
GRAPHS: Final = ("graph/Gr.fst", "Gr.fst", "graph/HCLG.fst", "HCLG.fst")
MENU_GRAPHS: Final = ("graph/HCLr.fst", "HCLr.fst")
"""Only with one of these can the words of a menu be given to a model: the small models have it."""
HOW_TO_INSTALL: Final = "sahayata speech install FILE-or-URL [--sha256 SUM]"


def is_model(folder: Path) -> bool:
    """Tell whether this folder can be used for menus."""
    try:
        require_model(folder)
    except ModelUnusable:
        return False
    return True


def require_model(folder: Path) -> None:
    """Raise ``ModelUnusable`` with what is missing in it."""
    if not folder.is_dir():
        raise ModelUnusable(f"{folder}: is no folder")
    for places in NEEDED:
        if not _any(folder, places):
            raise ModelUnusable(f"{folder}: is no model for speech, {places[0]} is missing in it")
    if not _any(folder, GRAPHS):
        raise ModelUnusable(f"{folder}: is no model for speech, {GRAPHS[0]} is missing in it")
    if not _any(folder, MENU_GRAPHS):
        raise ModelUnusable(
            f"{folder}: this model cannot be told the words of a menu ({MENU_GRAPHS[0]} is missing"
            " in it); choose a small one, for Hindi vosk-model-small-hi-0.22"
        )


def _any(folder: Path, places: tuple[str, ...]) -> bool:
    return any((folder / place).is_file() for place in places)
