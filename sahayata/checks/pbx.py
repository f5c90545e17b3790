"""Asterisk, and the dialplan that answers when we do not."""

from __future__ import annotations

from deploy.asterisk_home import AsteriskMissing
from deploy.provision import find
from sahayata import dialplan
from sahayata.checks.finding import Findings, Weight
from sahayata.settings import Settings
from sahayata.supervisor import instance_status


def look(settings: Settings) -> Findings:
    """Look at Asterisk and at the dialplan it falls back to."""
    try:
        asterisk = find()
        weight: Weight = "warning" if asterisk.old else "ok"
        yield weight, f"Asterisk {asterisk.version} in {asterisk.root or asterisk.binary}"
    except AsteriskMissing as fault:
        yield "fault", str(fault)
    file = settings.project / dialplan.FILE
    if not file.exists() or file.read_text(encoding="utf-8") != dialplan.dialplan_of(
        settings.project
    ):
        yield (
            "fault",
            f"{dialplan.FILE} is not what callflows.yaml and district.yaml say: make dialplan",
        )
    else:
        yield "ok", f"{dialplan.FILE} is up to date"
    status = instance_status(settings)
    yield "ok", "an instance is running" if status.running else "no instance is running"
