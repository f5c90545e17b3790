"""The thresholds that the formulas speak of: settings, printed beside each number."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricTerms:
    """What a district calls a quick answer, a short abandon and a repeat."""

    answer_within_s: float = 20.0
    """T_sl: answered within this counts for the service level."""
    short_s: float = 5.0
    """s: who hangs up within this did not wait for anybody."""
    repeat_days: int = 7
    """A second call of the same caller about the same within this is a repeat."""

    def __post_init__(self) -> None:
        """Refuse thresholds that make no sense together."""
        if not 0 <= self.short_s <= self.answer_within_s:
            raise ValueError("a short abandon is at most as long as a quick answer")
        if self.answer_within_s <= 0 or self.repeat_days <= 0:
            raise ValueError("thresholds are more than zero")
