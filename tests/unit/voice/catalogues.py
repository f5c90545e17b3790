"""Catalogues for tests, as a person would write them."""

from __future__ import annotations

from pathlib import Path

from ivr.voice.catalogue import Catalogue, load_catalogue

HEAD = "format: 1\nlanguage: hi\nprompts:\n"
GREETING = '  greeting: {text: "नमस्ते।", for: "the first word"}\n'
ONE = '  n_1: {text: "एक", for: "number"}\n'
PAUSE = '  pause_short: {pause_ms: 350, for: "between groups"}\n'


def written(folder: Path, *lines: str) -> Path:
    path = folder / "catalogue.yaml"
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def catalogue(folder: Path, *lines: str) -> Catalogue:
    return load_catalogue(written(folder, *lines))
