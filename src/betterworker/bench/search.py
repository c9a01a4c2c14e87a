"""The search for the highest rate that keeps an objective, probe by probe. Pure.

Where to look next is decided by probabilistic bisection (see ``bisection``). What is answered follows RFC
9971 (MLRsearch) with an exceed ratio of one half: the rate below the limit must be kept, and the one above
it broken, by most of at least two probes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from betterworker.bench.bisection import HIGHEST, LOWEST, around, median, near, rates_of, weights
from betterworker.bench.model import FailureKind, Result
from betterworker.bench.objective import Objective, keeps

# Of the closed loop's peak, at which an open loop's latency has no bound.
FIRST = 0.7
MOST_PROBES = 24
# How sure the weights must be that the limit is within 5 % of their median.
SURE = 0.9
ENOUGH = 2
_UNSETTLED = f"{MOST_PROBES} probes contradict each other too much to settle it"
# These say nothing of the rate: the server was not even there to be asked.
HOPELESS: frozenset[FailureKind] = frozenset(
    {"not_installed", "start", "not_ready", "wrong_answer", "skipped"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One window at ``rate`` RPS. ``kept`` is None when the load could not be sent."""

    rate: float
    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the search ended: kept at ``rate``, broken at ``broken_at`` (None: nowhere, as ``reason`` says).

    ``complete`` is False when it had to give up, with what it held for true by then.
    """

    rate: float | None
    broken_at: float | None
    reason: str = ""
    complete: bool = True


def next_rate(objective: Objective, peak_rps: float, results: Iterable[Result]) -> float | Found:
    """What to probe next, or the end, from one worker's stored probes of a scenario in order."""
    results = tuple(results)
    failures = (result.failure for result in results if result.failure is not None)
    hopeless = next((failure for failure in failures if failure.kind in HOPELESS), None)
    probes = probes_of(objective, results)
    if hopeless is not None:
        return so_far(peak_rps, probes, hopeless.reason)
    return next_probe(peak_rps, probes)


def probes_of(objective: Objective, results: Iterable[Result]) -> tuple[Probe, ...]:
    """A server that died under a rate did not keep the objective; a generator that did says nothing."""
    return tuple(
        Probe(rate=result.trial.load.rate, kept=_kept(objective, result))
        for result in results
        if result.trial.load.rate is not None
        and (result.failure is None or result.failure.kind not in HOPELESS)
    )


def next_probe(peak_rps: float, probes: Sequence[Probe]) -> float | Found:
    """The rate (RPS, three digits) of the next probe, or where the search ends.

    Stateless: the same probes give the same answer, so that a search goes on after a kill. Raises
    ValueError for a peak that is not positive.
    """
    rates = rates_of(peak_rps)
    if not probes:
        return min(rates, key=lambda rate: abs(rate - FIRST * peak_rps))
    weighed = weights(peak_rps, probes)
    limit = median(weighed)
    wanted = rates[min(limit, len(rates) - 1)]
    if near(weighed, limit) >= SURE:
        pairs = around(rates, limit)
        unproved = [_unproved(probes, *pair) for pair in pairs]
        if None in unproved:
            return _found(peak_rps, probes, *pairs[unproved.index(None)])
        wanted = unproved[0] or wanted
    return wanted if len(probes) < MOST_PROBES else so_far(peak_rps, probes, _UNSETTLED)


def so_far(peak_rps: float, probes: Sequence[Probe], reason: str) -> Found:
    """An unfinished search: the rates nearest the likely limit that most of their probes put on its sides."""
    rates = rates_of(peak_rps)
    limit = rates[min(median(weights(peak_rps, probes)), len(rates) - 1)]
    tried = {probe.rate for probe in probes}
    kept = (rate for rate in tried if rate <= limit and _share_kept(probes, rate) > 0.5)
    broken = (rate for rate in tried if rate >= limit and _share_kept(probes, rate) < 0.5)
    return Found(
        rate=max(kept, default=None), broken_at=min(broken, default=None), reason=reason, complete=False
    )


def _kept(objective: Objective, result: Result) -> bool | None:
    if result.sample is not None:
        return keeps(objective, result.sample)
    return False if result.failure is not None and result.failure.kind == "died" else None


def _share_kept(probes: Iterable[Probe], rate: float) -> float:
    answers = [bool(probe.kept) for probe in probes if probe.rate == rate]
    return sum(answers) / len(answers)


def _unproved(probes: Sequence[Probe], below: float | None, above: float | None) -> float | None:
    """Which of the two rates is still to be probed, if any."""
    for rate, kept in ((below, True), (above, False)):
        answers = [bool(probe.kept) is kept for probe in probes if probe.rate == rate]
        if rate is not None and (len(answers) < ENOUGH or sum(answers) <= len(answers) / 2):
            return rate
    return None


def _found(peak_rps: float, probes: Iterable[Probe], below: float | None, above: float | None) -> Found:
    peak = f"the closed loop's peak of {peak_rps:,.0f} RPS"
    unsent = [probe.kept is None for probe in probes if probe.rate == above and not probe.kept]
    if above is None:
        return Found(rate=below, broken_at=None, reason=f"kept even at {HIGHEST:g} times {peak}")
    if sum(unsent) > len(unsent) / 2:
        return Found(rate=below, broken_at=None, reason=f"the load generator cannot send {above:,g} RPS")
    reason = f"not kept even at {100 * LOWEST:g} % of {peak}" if below is None else ""
    return Found(rate=below, broken_at=above, reason=reason)
