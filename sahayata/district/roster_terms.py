"""The section ``roster`` of ``district.yaml`` as ``queue_manager`` needs it."""

from __future__ import annotations

from queue_manager.duty.port import DutyTerms, PauseReason
from queue_manager.roster.model import RosterTerms, Shift
from sahayata.district.model import District


def roster_terms_of(district: District) -> RosterTerms:
    """Tell the roster what the district decided about it."""
    rules = district.roster
    return RosterTerms(
        zone=district.helpline.zone,
        shifts={
            name: Shift(name, *shift.hours, names=shift.name)
            for name, shift in rules.shifts.items()
        },
        queues=tuple(district.queues),
        rest=rules.rest,
        minimum=rules.minimum,
        reserved=frozenset({district.helpline.short_code}),
    )


def duty_terms_of(district: District) -> DutyTerms:
    """Tell the room what the district decided about pauses, wrap-up and missed calls."""
    rules = district.roster
    return DutyTerms(
        tuple(PauseReason(name, rule.key, rule.name) for name, rule in rules.pauses.items()),
        wrap_up=rules.wrap_up,
        missed_calls=rules.missed_calls,
    )
