"""The highest rate at which each worker keeps the study's objective, from the stored probes."""

from __future__ import annotations

from collections import defaultdict

from betterworker.bench.model import Capacity, Result, Run
from betterworker.bench.objective import Objective, parse
from betterworker.bench.pacing import closed_peaks, counted
from betterworker.bench.search import FIRST, Found, next_rate, probes_of, so_far

POINT = "objective"


def capacities(run: Run) -> tuple[Capacity, ...]:
    """Of every worker and scenario with probes, in the study's order; empty without an objective.

    A search that is still under way is not found, and shows what it has bracketed so far.
    """
    if run.study.paces.objective is None:
        return ()
    objective = parse(run.study.paces.objective)
    peaks = closed_peaks(run.results)
    probed = _probed(run)
    return tuple(
        _capacity(objective, peaks.get((worker, scenario)), probed[worker, scenario])
        for scenario in run.study.scenarios
        for worker in run.study.workers
        if (worker, scenario) in probed
    )


def _probed(run: Run) -> dict[tuple[str, str], list[Result]]:
    probed: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in counted(run.results):
        if result.trial.point == POINT and result.trial.load.rate:
            probed[result.trial.worker, result.trial.scenario].append(result)
    return probed


def _capacity(objective: Objective, peak_rps: float | None, results: list[Result]) -> Capacity:
    trial = results[0].trial
    # The first probe goes to a known share of the peak, should the closed loop's windows be lost.
    peak = peak_rps or (trial.load.rate or 1.0) / FIRST
    probes = probes_of(objective, results)
    found = next_rate(objective, peak, results)
    if not isinstance(found, Found):
        found = so_far(peak, probes, "the search is not finished: resume the run")
    return Capacity(
        worker=trial.worker,
        scenario=trial.scenario,
        objective=str(objective),
        rate=found.rate,
        broken_at=found.broken_at,
        probes=len(probes),
        found=found.complete and found.rate is not None,
        reason=found.reason,
    )
