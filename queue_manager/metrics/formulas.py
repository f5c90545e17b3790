"""Every metric of calls: one definition each, one function each, over a tally.

O offered, A answered, B abandoned, T timed out (by the limit or a key), K call-backs, w the wait
from joining to the answer or the leaving, T_sl the threshold of a quick answer (20 s), s that of a
short abandon (5 s). ``None`` where nothing is divided by nothing.
"""

from __future__ import annotations

from queue_manager.metrics.tally import Tally


def service_level(t: Tally) -> float | None:
    """A(w≤T_sl) / (A + B(w>s) + T + waiting(w>T_sl)).

    Short abandons are left out; who waits beyond T_sl is a failure already.
    """
    failed = t.abandoned - t.abandoned_short + t.timed_out + t.waiting_late
    return ratio(t.answered_in_time, _answered_seen(t) + failed)


def service_level_strict(t: Tally) -> float | None:
    """A(w≤T_sl) / (A + B + T): for audit."""
    return ratio(t.answered_in_time, _answered_seen(t) + t.abandoned + t.timed_out)


def service_level_threshold(t: Tally) -> float | None:
    """A(w≤T_sl) / (A + B(w>T_sl)): for audit."""
    late = t.abandoned - t.abandoned_in_time
    return ratio(t.answered_in_time, _answered_seen(t) + late)


def asterisk_perf(t: Tally) -> float | None:
    """A(w≤T_sl) / A: Asterisk's ServicelevelPerf, blind to abandons. A cross-check only."""
    return ratio(t.answered_in_time, _answered_seen(t))


def asterisk_perf2(t: Tally) -> float | None:
    """(A(w≤T_sl) + B(w≤T_sl)) / (A + B): Asterisk's ServicelevelPerf2. A cross-check only.

    A quick hang-up is a success in it.
    """
    return ratio(t.answered_in_time + t.abandoned_in_time, _answered_seen(t) + t.abandoned)


def speed_of_answer(t: Tally) -> float | None:
    """Σ w of the answered / A, in seconds (ASA); no abandons in it."""
    return ratio(t.wait_answered_s, _answered_seen(t))


def mean_wait(t: Tally) -> float | None:
    """Σ w of A, B, T / (A + B + T), in seconds."""
    waited = t.wait_answered_s + t.wait_abandoned_s + t.wait_timed_out_s
    return ratio(waited, _answered_seen(t) + t.abandoned + t.timed_out)


def abandonment(t: Tally) -> float | None:
    """B(w>s) / (O - B(w≤s))."""
    return ratio(t.abandoned - t.abandoned_short, t.offered - t.abandoned_short)


def time_to_abandon(t: Tally) -> float | None:
    """Σ w of B / B, in seconds."""
    return ratio(t.wait_abandoned_s, t.abandoned)


def patience(t: Tally) -> float | None:
    """Σ w of everybody / B, in seconds: the mean patience θ for Erlang A.

    Who was answered would have waited longer than is known, so the mean time to abandon alone is
    too short. This is the estimate of the greatest likelihood of an exponential patience that is
    cut off by answers.
    """
    waited = t.wait_answered_s + t.wait_abandoned_s + t.wait_timed_out_s + t.wait_called_back_s
    return ratio(waited, t.abandoned)


def handling_time(t: Tally) -> float | None:
    """(talk + hold + wrap-up) / A, in seconds (AHT).

    A here is those whose talk is over and was seen: others have no length yet.
    """
    return ratio(t.talk_s + t.wrap_s, t.handled)


def balanced(t: Tally) -> bool:
    """Tell whether O = A + B + T + K + waiting, as it does of every set of visits."""
    return t.offered == t.answered + t.abandoned + t.timed_out + t.called_back + t.waiting


def ratio(part: float, whole: float) -> float | None:
    """Divide; ``None`` where there is no whole."""
    return part / whole if whole > 0 else None


def _answered_seen(t: Tally) -> int:
    """Return A, less those whose wait nobody saw."""
    return t.answered - t.answered_unseen
