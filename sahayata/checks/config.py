"""Where and how this machine runs: settings, secrets, database."""

from __future__ import annotations

import stat

from database.engine import StoreUnavailable, reading
from sahayata.checks.finding import Findings
from sahayata.secrets import SecretsUnreadable, load_or_create
from sahayata.settings import Settings
from sahayata.stores import open_database

OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


def look(settings: Settings) -> Findings:
    """Look at the settings, the district, the secrets and the database."""
    for setting in settings.origins:
        yield "ok", f"{setting.name} = {setting.shown} ({setting.origin})"
    yield "ok", f"district.yaml: {', '.join(settings.district.helpline.district.values())}"
    served = {queue for seats in settings.district.seats for queue in seats.queues}
    for queue in settings.district.queues:
        if queue not in served:
            text = f"queues.{queue}: no seat serves it: only the roster can"
            yield "warning", f"{settings.district_file.name}: {text}"
    secrets = settings.state.secrets
    if not secrets.exists():
        yield "warning", f"{secrets} is made at the first start"
        return
    if secrets.stat().st_mode & OTHERS_MAY:
        yield "fault", f"{secrets} can be read by others: chmod 600 {secrets}"
    try:
        load_or_create(secrets, ())
    except SecretsUnreadable as fault:
        yield "fault", str(fault)
    try:
        with reading(open_database(settings)):
            yield "ok", "the database answers"
    except StoreUnavailable as fault:
        yield "fault", f"the database does not answer: {fault}"
