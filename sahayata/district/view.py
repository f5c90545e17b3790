"""The district as a conversation needs it: ``district.yaml`` → ``ivr.flow.view.DistrictView``."""

from __future__ import annotations

from ivr.flow.view import CategoryView, DistrictView
from sahayata.district.model import District


def view_of(district: District) -> DistrictView:
    """Picture what flows are checked against and what the engine asks of the district."""
    helpline = district.helpline
    return DistrictView(
        categories={
            name: CategoryView(category.queue, category.recorded, category.ticket, category.at_once)
            for name, category in district.categories.items()
        },
        queues={name: queue.long_wait for name, queue in district.queues.items()},
        pin_codes=helpline.pin_codes,
        timezone=helpline.zone,
        hours=district.hours,
        holidays=frozenset(district.holidays),
        language=helpline.languages[0],
    )
