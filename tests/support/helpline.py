"""The conversations, the catalogue and the district of this project, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ivr.flow.loader import load_flows
from ivr.flow.model import Flows
from ivr.flow.view import DistrictView
from ivr.strict_yaml import read_yaml
from ivr.voice.catalogue import Catalogue, load_catalogue
from sahayata.district.model import District
from sahayata.district.view import view_of

PROJECT = Path(__file__).parents[2]


@cache
def view() -> DistrictView:
    return view_of(District.model_validate(read_yaml(PROJECT / "district.yaml").data))


@cache
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT / "prompts" / "hi" / "catalogue.yaml")


@cache
def flows() -> Flows:
    return load_flows(PROJECT / "callflows.yaml", view(), catalogue().prompts)
