"""A cell's own figures: goodput with its interval, latency, CPU and memory."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from betterworker.bench.gates import Cell
from betterworker.bench.judge.cells import PUBLISHED, UNCAPPED
from betterworker.bench.model import Estimate, Finding, Interval, Latency, Status
from betterworker.bench.stats import interval, latency, merge, pooled_log_sd

Judged = tuple[Cell, Status, tuple[Finding, ...]]
Noise = tuple[float, int] | None
"""Standard deviation of a round's log goodput, and its degrees of freedom."""


def estimates(row: Sequence[Judged]) -> list[Estimate]:
    """Of every cell of one row, in its order; none is marked best yet."""
    # The ceiling cuts noise off: pooled with the rest, it would narrow every other interval.
    capped = pooled_log_sd([_rounds(cell) for cell, status, _ in row if status == "at_ceiling"])
    free = pooled_log_sd([_rounds(cell) for cell, status, _ in row if status in UNCAPPED])
    return [
        _estimate(cell, status, findings, capped if status == "at_ceiling" else free)
        for cell, status, findings in row
    ]


def _estimate(cell: Cell, status: Status, findings: tuple[Finding, ...], noise: Noise) -> Estimate:
    samples = cell.samples
    published = status in PUBLISHED
    alive = published or status == "invalid"
    return Estimate(
        worker=cell.worker,
        scenario=cell.scenario,
        status=status,
        findings=findings,
        goodput=_goodput(cell, noise) if published else None,
        latency=_percentiles(sample.latency for sample in samples) if alive else None,
        outcomes=cell.outcomes if samples else None,
        cpu_s_per_1000=_cpu_s_per_1000(cell) if published else None,
        peak_pss_mb=_peak_pss_mb(cell) if alive else None,
        first_byte=_percentiles(sample.first_byte for sample in samples) if alive else None,
        # Also of a failed cell: to have used them all up is how one fails.
        db_connections=cell.db_connections,
    )


def _percentiles(histograms: Iterable[str | None]) -> Latency | None:
    """Of all windows, as one histogram."""
    return latency(merge(encoded for encoded in histograms if encoded is not None))


def _goodput(cell: Cell, noise: Noise) -> Interval:
    """The median of all windows with the interval of its rounds: windows of one round share a start."""
    rounds = interval(_rounds(cell), _with_counting(cell, noise))
    windows = interval(cell.goodputs, None)
    if rounds.low is None or rounds.high is None:
        return windows
    return replace(windows, low=min(rounds.low, windows.median), high=max(rounds.high, windows.median))


def _rounds(cell: Cell) -> list[float]:
    """Goodput by round. Of no answer at all half a one is made: it may have come just after the window."""
    rounds: defaultdict[int, list[float]] = defaultdict(list)
    for result in cell.results:
        if result.sample is not None:
            answers = max(result.sample.completed, 0.5)
            rounds[result.trial.round].append(answers / result.sample.window_s)
    return [statistics.fmean(values) for values in rounds.values()]


def _with_counting(cell: Cell, noise: Noise) -> Noise:
    """The row's noise, and at least what counting whole requests in a round of this cell adds.

    A window cuts through a request at each end: the sum of two uniform errors of one request has a
    standard deviation of 1/sqrt(6). Without it, windows of 20, 20 and 20 would claim to be exact.
    """
    counts: defaultdict[int, list[int]] = defaultdict(list)
    for result in cell.results:
        if result.sample is not None:
            counts[result.trial.round].append(result.sample.completed)
    counting = max(math.sqrt(len(each) / 6) / max(sum(each), 0.5) for each in counts.values())
    return noise and (max(noise[0], counting), noise[1])


def _cpu_s_per_1000(cell: Cell) -> float | None:
    measured = [(s.server_cpu_s, s.completed) for s in cell.samples if s.server_cpu_s is not None]
    completed = sum(count for _, count in measured)
    return 1000 * sum(cpu for cpu, _ in measured) / completed if completed else None


def _peak_pss_mb(cell: Cell) -> float | None:
    return max((s.peak_pss_mb for s in cell.samples if s.peak_pss_mb is not None), default=None)
