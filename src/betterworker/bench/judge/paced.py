"""The open-loop rows: latency at steady rates, and of fast requests among slow ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from betterworker.bench.gates import Cell
from betterworker.bench.judge.cells import BREAKING, Cannot, judge
from betterworker.bench.judge.paced_gates import (
    PACED_GATES,
    answered,
    histogram,
    histograms,
    rate,
    send_lag_ms,
)
from betterworker.bench.model import Finding, Interval, Latency, Paced, Result, Run, Status
from betterworker.bench.model.points import FAST, MIXES, SLOW, STEADY
from betterworker.bench.pacing import counted
from betterworker.bench.stats import interval, latency, merge, pooled_log_sd

#: Points of the load curve that are rows of their own; probes of a search are not.
POINTS = (*STEADY, *MIXES)
PUBLISHED: frozenset[Status] = frozenset({"ok", "generator_limited", "saturated"})
# In order of weight; a finding of that gate decides.
_LABELS: tuple[Status, ...] = ("generator_limited", "saturated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cell of an open-loop row; ``tails`` are its windows' percentiles in ms, none without a figure."""

    cell: Cell
    point: str
    status: Status
    findings: tuple[Finding, ...]
    percentile: int | None = None
    tails: tuple[float, ...] = ()


def paced(run: Run, cannot: Cannot) -> tuple[Paced, ...]:
    """By scenario, point and worker in the study's order; workers without results are not listed.

    Latency is of the merged histogram of all windows: percentiles are never averaged.
    """
    found = _by_cell(run.results)
    return tuple(
        row
        for scenario in run.study.scenarios
        for point in POINTS
        for row in _row(
            point,
            cannot,
            [
                _cell(run, worker, scenario, found[worker, scenario, point])
                for worker in run.study.workers
                if (worker, scenario, point) in found
            ],
        )
    )


def _by_cell(results: Iterable[Result]) -> dict[tuple[str, str, str], list[Result]]:
    found: defaultdict[tuple[str, str, str], list[Result]] = defaultdict(list)
    for result in counted(results):
        trial = result.trial
        if trial.load.is_open and trial.point in POINTS:
            found[trial.worker, trial.scenario, trial.point].append(result)
    return found


def _cell(run: Run, worker: str, scenario: str, results: Sequence[Result]) -> Cell:
    return Cell(
        worker=worker,
        scenario=scenario,
        delay_s=run.study.delays.get(scenario, 0.0),
        connections=results[0].trial.load.connections,
        results=tuple(results),
        backend=run.study.backends.get(run.study.needs.get(scenario, "")),
    )


def _row(point: str, cannot: Cannot, cells: Sequence[Cell]) -> list[Paced]:
    judged = [_judged(point, cell, cannot) for cell in cells]
    return [_paced(each, _noise(each, judged)) for each in judged]


def _judged(point: str, cell: Cell, cannot: Cannot) -> Judged:
    status, findings = _status(cell, cannot)
    if status not in PUBLISHED:
        return Judged(cell=cell, point=point, status=status, findings=findings)
    percentile, tails = _tails(cell, point)
    return Judged(
        cell=cell, point=point, status=status, findings=findings, percentile=percentile, tails=tails
    )


def _status(cell: Cell, cannot: Cannot) -> tuple[Status, tuple[Finding, ...]]:
    failed = tuple(result for result in cell.results if result.failure is not None)
    kinds = {result.failure.kind for result in failed if result.failure is not None}
    if kinds & BREAKING or not cell.samples:
        return judge(replace(cell, results=failed), cannot)
    found = tuple(finding for gate in PACED_GATES if (finding := gate(cell)) is not None)
    gates = {finding.gate for finding in found}
    if "fails" in gates:
        return "failed", found
    if any(finding.severity == "invalid" for finding in found):
        return "invalid", found
    return next((label for label in _LABELS if label in gates), "ok"), found


def _paced(judged: Judged, noise: tuple[float, int] | None) -> Paced:
    cell, published = judged.cell, judged.status in PUBLISHED
    figures = latency(merge(histograms(cell, FAST))) if published else None
    return Paced(
        worker=cell.worker,
        scenario=cell.scenario,
        point=judged.point,
        rate=rate(cell),
        status=judged.status,
        findings=judged.findings,
        latency=figures,
        slow=latency(merge(histograms(cell, SLOW))) if published else None,
        tail=_tail(judged, figures, noise),
        tail_percentile=judged.percentile,
        goodput=answered(cell) if published else None,
        send_lag_ms=send_lag_ms(cell),
        outcomes=cell.outcomes if cell.samples else None,
    )


def _tails(cell: Cell, point: str) -> tuple[int | None, tuple[float, ...]]:
    """The highest percentile that every window carries, and its value in each."""
    windows = [latency(histogram(sample, FAST, point)) for sample in cell.samples]
    for percentile, name in ((99, "p99"), (95, "p95")):
        values = tuple(getattr(window, name) for window in windows if window is not None)
        if len(values) == len(windows) and None not in values:
            return percentile, values
    return None, ()


def _noise(judged: Judged, row: Sequence[Judged]) -> tuple[float, int] | None:
    """Pooled over the workers that can be compared: a tail that grows with the window varies otherwise."""
    return pooled_log_sd(
        [
            other.tails
            for other in row
            if (other.percentile, other.status) == (judged.percentile, judged.status) and other.tails
        ]
    )


def _tail(judged: Judged, figures: Latency | None, noise: tuple[float, int] | None) -> Interval | None:
    """The merged percentile, inside the interval over windows (widened to hold it where it is outside)."""
    if figures is None or judged.percentile is None:
        return None
    merged = figures.p99 if judged.percentile == 99 else figures.p95
    between = interval(judged.tails, noise if len(judged.tails) > 1 else None)
    if merged is None or between.low is None or between.high is None:
        return replace(between, median=between.median if merged is None else merged)
    return replace(between, median=merged, low=min(between.low, merged), high=max(between.high, merged))
