"""Throughput against connections: closed rows at other numbers of connections, judged as their cells are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from betterworker.bench.judge.cells import Cannot, cell_of, judge
from betterworker.bench.judge.estimates import Judged, estimates
from betterworker.bench.model import Finding, Result, Run, Swept
from betterworker.bench.model.points import crowd
from betterworker.bench.pacing import counted

Told = Mapping[tuple[str, str], tuple[Finding, ...]]
"""What is found by looking at more than one cell, by worker and row (``json:sync@8c``)."""


def swept(run: Run, cannot: Cannot, told: Told) -> tuple[Swept, ...]:
    """By scenario, connections and worker in the study's order; workers without results are not listed."""
    return tuple(
        each
        for scenario, counts in run.study.sweeps.items()
        for connections in counts
        for each in _row(run, scenario, connections, cannot, told)
    )


def _row(run: Run, scenario: str, connections: int, cannot: Cannot, told: Told) -> Iterator[Swept]:
    judged = list(_judged(run, scenario, connections, cannot, told))
    for estimate in estimates(judged):
        yield Swept(
            worker=estimate.worker,
            scenario=scenario,
            connections=connections,
            status=estimate.status,
            findings=estimate.findings,
            goodput=estimate.goodput,
            outcomes=estimate.outcomes,
        )


def _judged(run: Run, scenario: str, connections: int, cannot: Cannot, told: Told) -> Iterator[Judged]:
    row = f"{scenario}@{crowd(connections)}"
    results = _results(run, row)
    for worker in run.study.workers:
        cell = cell_of(run.study, run.ceilings, worker, scenario, results, connections)
        if cell.results:
            status, findings = judge(cell, cannot)
            yield cell, status, findings + told.get((worker, row), ())


def _results(run: Run, row: str) -> tuple[Result, ...]:
    return counted(result for result in run.results if result.trial.is_swept and result.trial.row == row)
