"""How figures are told on the command line, and the store they come from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sahayata.cli.words import Refused

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sahayata.settings import Settings


@contextmanager
def opened(found: Settings) -> Iterator[Engine]:
    """Open the database of an instance at the schema of this version. Raises ``Refused``."""
    from database.engine import StoreUnavailable
    from database.upgrade import NewerStore, upgrade
    from sahayata.secrets import SecretsUnreadable
    from sahayata.store_health import in_words
    from sahayata.stores import open_database

    try:
        engine = open_database(found)
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()
    except StoreUnavailable as away:
        raise Refused(in_words(away)) from away
    except (NewerStore, SecretsUnreadable, OSError) as fault:
        raise Refused(str(fault)) from fault


def share(value: float | None) -> str:
    """Write a share as per cent; "-" for none."""
    return "-" if value is None else f"{value * 100:.1f} %"


def span_words(seconds: float | None) -> str:
    """Write seconds; "-" for none, "for ever" where it never ends."""
    if seconds is None:
        return "-"
    return "for ever" if math.isinf(seconds) else f"{seconds:.1f} s"
