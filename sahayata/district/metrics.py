"""The section ``metrics`` of ``district.yaml``: what counts as quick, as short, as a repeat."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, model_validator

from queue_manager.metrics.terms import MetricTerms
from sahayata.district.values import Duration, Strict, lasting


class MetricRules(Strict):
    """The thresholds of the formulas, and the service level to plan for."""

    answer_within: Duration = timedelta(seconds=20)
    short_abandon: Duration = timedelta(seconds=5)
    repeat_within: Annotated[Duration, lasting("1 d", "365 d")] = timedelta(days=7)
    target: Annotated[int, Field(ge=1, le=99)] = 80
    """Per cent of callers to be answered within ``answer_within``: what staff is planned for."""

    keep_journal: Annotated[Duration, lasting("35 d", "36500 d")] = timedelta(days=400)
    """How long each line is kept: any minute of a whole year, and a month to ask for it. Half-hours
    and days are kept for ever."""

    @model_validator(mode="after")
    def _sensible(self) -> MetricRules:
        self.terms()
        return self

    def terms(self) -> MetricTerms:
        """As the formulas take them. Raises ``ValueError`` where they make no sense together."""
        return MetricTerms(
            answer_within_s=self.answer_within.total_seconds(),
            short_s=self.short_abandon.total_seconds(),
            repeat_days=self.repeat_within.days,
        )
