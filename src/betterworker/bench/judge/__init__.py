"""Folds a stored run into estimates, standings, open-loop rows and findings.

Pure: the same run gives the same summary.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from betterworker.bench.disturbance import disturbance_findings, repetition_findings
from betterworker.bench.drift import drift_findings
from betterworker.bench.judge.best import mark_best
from betterworker.bench.judge.capacity import capacities
from betterworker.bench.judge.cells import PUBLISHED, Cannot, judge, row_cells, why_not
from betterworker.bench.judge.clients import client_standings
from betterworker.bench.judge.concluded import concluded
from betterworker.bench.judge.deployment import deployment
from betterworker.bench.judge.diagnosis import costs, looked
from betterworker.bench.judge.estimates import estimates
from betterworker.bench.judge.paced import paced
from betterworker.bench.judge.requests import by_request
from betterworker.bench.judge.sweeps import Told, swept
from betterworker.bench.judge.verdicts import dropped, row_standing, standing
from betterworker.bench.model import Estimate, Finding, Paced, Run, Standing, Summary, Swept
from betterworker.bench.run_findings import measuring_share, run_findings

__all__ = [
    "PUBLISHED",
    "Cannot",
    "dropped",
    "measuring_share",
    "row_cells",
    "row_standing",
    "run_failed",
    "standing",
    "summarise",
]


def summarise(run: Run, cannot: Cannot) -> Summary:
    """What a run amounts to, row by row in the study's order.

    Estimates and standings are of closed-loop rows; mixed traffic is open-loop alone.
    """
    told = _told(run)
    scenarios = [scenario for scenario in run.study.scenarios if scenario not in run.study.mixes]
    rows = [_row(run, scenario, cannot, told) for scenario in scenarios]
    cells = tuple(estimate for row, _ in rows for estimate in row)
    steady = paced(run, cannot)
    found = Summary(
        run=run,
        estimates=cells,
        standings=tuple(stands for _, stands in rows),
        paced=steady,
        capacities=capacities(run),
        findings=run_findings(run) + repetition_findings(run),
        clients=client_standings(run, cells),
        swept=swept(run, cannot, told),
        requests=by_request(run, cells, steady),
    )
    graded = concluded(found, cannot)
    return replace(
        graded,
        deployment=deployment(graded, cannot),
        costs=costs(graded),
        looked=looked(run.study.project),
    )


def run_failed(summary: Summary, cannot: Cannot) -> tuple[Estimate | Paced | Swept, ...]:
    """The cells that fail a run: invalid ones, and failed ones that nobody expected to fail."""
    cells: tuple[Estimate | Paced | Swept, ...] = (*summary.estimates, *summary.paced, *summary.swept)
    return tuple(
        cell
        for cell in cells
        if cell.status == "invalid"
        or (cell.status == "failed" and why_not(cell.worker, cell.scenario, cannot) is None)
    )


def _told(run: Run) -> dict[tuple[str, str], tuple[Finding, ...]]:
    """What is found only by looking at more than one cell, by worker and row."""
    told: defaultdict[tuple[str, str], tuple[Finding, ...]] = defaultdict(tuple)
    for findings in (drift_findings(run), disturbance_findings(run)):
        for key, finding in findings.items():
            told[key] += (finding,)
    return told


def _row(run: Run, scenario: str, cannot: Cannot, told: Told) -> tuple[list[Estimate], Standing]:
    cells = row_cells(run.study, run.ceilings, scenario, run.results)
    stands = standing(run.study, scenario, cells, run.results)
    judged = [
        (cell, status, judge(cell, cannot)[1] + told.get((cell.worker, scenario), ()))
        for cell, status in cells
    ]
    return mark_best(estimates(judged), stands), stands
