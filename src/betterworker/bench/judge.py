"""Folds a stored run into estimates, best marks and findings.

Pure: the same run gives the same summary.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from betterworker.bench.gates import GATES, Cell
from betterworker.bench.model import (
    Ceiling,
    Estimate,
    FailureKind,
    Finding,
    Mode,
    Result,
    Run,
    Status,
    Summary,
)
from betterworker.bench.run_findings import measuring_share, run_findings
from betterworker.bench.stats import interval, latency, merge, pooled_log_sd

__all__ = ["Cannot", "measuring_share", "run_failed", "summarise"]

Cannot = Mapping[str, Mapping[Mode, str]]
"""Worker name -> mode -> why it is known not to do that."""

UNCAPPED: frozenset[Status] = frozenset({"ok", "generator_limited"})
PUBLISHED: frozenset[Status] = UNCAPPED | {"at_ceiling"}
# One of these in any block, and no figure of the cell is published: it holds only while it lives.
BREAKING: frozenset[FailureKind] = frozenset({"start", "not_ready", "wrong_answer", "died"})
ABSENT: frozenset[FailureKind] = frozenset({"not_installed", "skipped"})

_FAILURE_ADVICE: Mapping[FailureKind, str] = {
    "not_installed": "Install it to measure it: pip install 'betterworker[bench]'.",
    "start": "Start it by hand with the stored command and read its log.",
    "not_ready": "Start it by hand, and open the ready path until every process has answered.",
    "wrong_answer": "Open the path by hand: the view, its data or the worker fails.",
    "died": "Read the end of its log in the run folder; memory is a common cause.",
    "generator": "The load generator failed, not the server: run the cell again.",
    "skipped": "Run the study again to measure it.",
}


def summarise(run: Run, cannot: Cannot) -> Summary:
    """Estimates of every scenario × worker of the study, in its order, row by row."""
    grouped: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in run.results:
        grouped[result.trial.worker, result.trial.scenario].append(result)
    estimates: list[Estimate] = []
    for scenario in run.study.scenarios:
        row = [_cell(run, worker, scenario, grouped[worker, scenario]) for worker in run.study.workers]
        estimates.extend(_judge_row(row, cannot))
    return Summary(run=run, estimates=tuple(estimates), findings=run_findings(run))


def run_failed(summary: Summary, cannot: Cannot) -> tuple[Estimate, ...]:
    """The cells that fail a run: invalid ones, and failed ones that nobody expected to fail."""
    return tuple(
        estimate
        for estimate in summary.estimates
        if estimate.status == "invalid"
        or (estimate.status == "failed" and _why_not(estimate.worker, estimate.scenario, cannot) is None)
    )


def _cell(run: Run, worker: str, scenario: str, results: Sequence[Result]) -> Cell:
    connections = run.study.connections[scenario]
    return Cell(
        worker=worker,
        scenario=scenario,
        delay_s=run.study.delays[scenario],
        connections=connections,
        results=tuple(results),
        ceiling=_ceiling(run.ceilings, connections),
    )


def _ceiling(ceilings: Sequence[Ceiling], connections: int) -> Ceiling | None:
    # Of several, the slowest: the generator may have been as slow as that during the cell.
    same = [ceiling for ceiling in ceilings if ceiling.connections == connections]
    return min(same, key=lambda ceiling: ceiling.rps, default=None)


def _judge_row(row: Sequence[Cell], cannot: Cannot) -> list[Estimate]:
    judged = [(cell, *_judge_cell(cell, cannot)) for cell in row]
    # The ceiling cuts noise off: pooled with the rest, it would narrow every other interval.
    capped = pooled_log_sd([cell.goodputs for cell, status, _ in judged if status == "at_ceiling"])
    free = pooled_log_sd([cell.goodputs for cell, status, _ in judged if status in UNCAPPED])
    return _mark_best(
        [
            _estimate(cell, status, findings, _noise(cell, capped if status == "at_ceiling" else free))
            for cell, status, findings in judged
        ]
    )


def _noise(cell: Cell, pooled: tuple[float, int] | None) -> tuple[float, int] | None:
    """The row's noise, and at least what counting whole requests in a window of this cell adds.

    A window cuts through a request at each end: the sum of two uniform errors of one request has a
    standard deviation of 1/sqrt(6). Without it, windows of 20, 20 and 20 would claim to be exact.
    """
    fewest = min((sample.completed for sample in cell.samples), default=0)
    if pooled is None or not fewest:
        return pooled
    sd, freedom = pooled
    return max(sd, 1 / (math.sqrt(6) * fewest)), freedom


def _judge_cell(cell: Cell, cannot: Cannot) -> tuple[Status, tuple[Finding, ...]]:
    kinds = {result.failure.kind for result in cell.results if result.failure is not None}
    if not cell.results:
        return "not_run", (_NOT_MEASURED,)
    if not cell.samples and kinds <= ABSENT:
        return "not_run", _failures(cell, cannot)
    if kinds & BREAKING or not cell.samples:
        return "failed", _failures(cell, cannot)
    found = tuple(finding for gate in GATES if (finding := gate(cell)) is not None)
    return _status(found), tuple(_expected(f, cell, cannot) for f in found) + _failures(cell, cannot)


def _expected(finding: Finding, cell: Cell, cannot: Cannot) -> Finding:
    """A failure that the worker declares says so."""
    why = _why_not(cell.worker, cell.scenario, cannot) if finding.gate == "fails" else None
    return replace(finding, advice=f"Expected: {why}") if why else finding


def _status(findings: Sequence[Finding]) -> Status:
    gates = {finding.gate for finding in findings}
    if "fails" in gates:
        return "failed"
    if any(finding.severity == "invalid" for finding in findings):
        return "invalid"
    if "generator_limited" in gates:
        return "generator_limited"
    return "at_ceiling" if "at_ceiling" in gates else "ok"


def _failures(cell: Cell, cannot: Cannot) -> tuple[Finding, ...]:
    failures = [result.failure for result in cell.results if result.failure is not None]
    # Blocks skipped because an earlier one failed say nothing of their own.
    telling = [failure for failure in failures if failure.kind not in ABSENT] or failures
    counts = Counter((failure.kind, failure.reason) for failure in telling)
    tried = len(cell.samples) + len(telling)
    return tuple(
        _failure(cell, kind, reason, f" (in {count} of {tried} windows)" * (count < tried), cannot)
        for (kind, reason), count in counts.items()
    )


def _failure(cell: Cell, kind: FailureKind, reason: str, some: str, cannot: Cannot) -> Finding:
    expected = _why_not(cell.worker, cell.scenario, cannot)
    lost_only = kind in ABSENT or (kind == "generator" and cell.samples)
    return Finding(
        gate=kind if kind in ABSENT else "fails",
        severity="note" if lost_only else "invalid",
        message=reason + some,
        advice=f"Expected: {expected}" if expected and not lost_only else _FAILURE_ADVICE[kind],
    )


def _why_not(worker: str, scenario: str, cannot: Cannot) -> str | None:
    mode = cast("Mode", scenario.rpartition(":")[2])
    return cannot.get(worker, {}).get(mode)


def _estimate(
    cell: Cell, status: Status, findings: tuple[Finding, ...], pooled: tuple[float, int] | None
) -> Estimate:
    samples = cell.samples
    published = status in PUBLISHED
    alive = published or status == "invalid"
    merged = merge(sample.latency for sample in samples if sample.latency is not None)
    return Estimate(
        worker=cell.worker,
        scenario=cell.scenario,
        status=status,
        findings=findings,
        goodput=interval(cell.goodputs, pooled) if published else None,
        latency=latency(merged) if alive else None,
        outcomes=cell.outcomes if samples else None,
        cpu_s_per_1000=_cpu_s_per_1000(cell) if published else None,
        peak_pss_mb=_peak_pss_mb(cell) if alive else None,
    )


def _cpu_s_per_1000(cell: Cell) -> float | None:
    measured = [(s.server_cpu_s, s.completed) for s in cell.samples if s.server_cpu_s is not None]
    completed = sum(count for _, count in measured)
    return 1000 * sum(cpu for cpu, _ in measured) / completed if completed else None


def _peak_pss_mb(cell: Cell) -> float | None:
    return max((s.peak_pss_mb for s in cell.samples if s.peak_pss_mb is not None), default=None)


def _mark_best(row: list[Estimate]) -> list[Estimate]:
    best = _best(row)
    return [replace(estimate, best=True) if estimate in best else estimate for estimate in row]


def _best(row: Sequence[Estimate]) -> list[Estimate]:
    figures = [(estimate, estimate.goodput) for estimate in row if estimate.goodput is not None]
    candidates = [
        (goodput.median, estimate, goodput.low)
        for estimate, goodput in figures
        # At the ceiling a single window tells: no rival can be better.
        if estimate.status == "at_ceiling" or (estimate.status == "ok" and goodput.low is not None)
    ]
    if len(figures) < 2 or not candidates:
        return []
    _, top, low = max(candidates, key=lambda candidate: candidate[0])
    if top.status == "at_ceiling":
        return [estimate for estimate, _ in figures if estimate.status == "at_ceiling"]
    rivals = [goodput.high for estimate, goodput in figures if estimate is not top]
    beaten = (high is not None and low is not None and high < low for high in rivals)
    return [top] if all(beaten) else []


_NOT_MEASURED = Finding(
    gate="not_run",
    severity="note",
    message="not measured yet",
    advice="Resume the run to measure it.",
)
