"""Servers that change with their age: a leak is reported, not averaged away. Pure.

Servers are restarted between rounds, so a server's age and the machine's clock are two different things. Each
window is compared with the others of its block, which takes the machine's own drift out, and what is left is
regressed on the server's age inside each life.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from betterworker.bench.model import Finding, Result, Run, worker_name
from betterworker.bench.pacing import counted
from betterworker.bench.trend import Point, Trend, trend

LEVEL = 0.01


def drift_findings(run: Run) -> dict[tuple[str, str], Finding]:
    """By worker and scenario, of closed-loop rows: a loss is a leak and a label, a gain a note.

    Told when it is over the study's margin and significant at 1 %, shared between all workers and rows, and
    each worker's rows together (Bonferroni).
    """
    points = _points(counted(run.results))
    level = LEVEL / (len(run.study.workers) * (len(run.study.scenarios) + 1))
    return {
        (worker, scenario): _finding(line)
        for worker in run.study.workers
        for scenario, line in _trends(points.get(worker, ()), level).items()
        if abs(line.change) > run.study.margin
    }


def _finding(line: Trend) -> Finding:
    share, span = f"{100 * abs(line.change):.0f} % of its goodput", f"{line.span_s:,.0f} s of its life"
    if line.change > 0:
        return Finding(
            gate="warming",
            severity="note",
            message=f"gains {share} in {span}",
            advice="It is not warm when its first windows begin: ask for a longer warm-up.",
        )
    return Finding(
        gate="drift",
        severity="label",
        message=f"loses {share} in {span}",
        advice="Look for a leak, or have it restart its processes: this figure is of a young server.",
    )


def _points(results: Iterable[Result]) -> Mapping[str, list[Point]]:
    points: defaultdict[str, list[Point]] = defaultdict(list)
    for block in _blocks(results):
        for result, own in block:
            others = _others(result.trial.worker, block)
            if others and result.sample is not None and result.sample.server_age_s is not None:
                points[result.trial.worker].append(
                    Point(
                        scenario=result.trial.scenario,
                        round=result.trial.round,
                        age_s=result.sample.server_age_s,
                        own=own,
                        relative=own - statistics.median(others),
                    )
                )
    return points


def _blocks(results: Iterable[Result]) -> Iterable[Sequence[tuple[Result, float]]]:
    """The windows of each closed-loop block, with the logarithm of their goodput."""
    blocks: defaultdict[tuple[str, int, int, int], list[tuple[Result, float]]] = defaultdict(list)
    for result in results:
        trial, sample = result.trial, result.sample
        if sample is not None and sample.completed and not trial.point and not trial.load.is_open:
            key = (trial.scenario, trial.round, trial.block, trial.group)
            blocks[key].append((result, math.log(sample.completed / sample.window_s)))
    return blocks.values()


def _others(slot: str, block: Sequence[tuple[Result, float]]) -> list[float]:
    """A second server of the same worker leaks as the first does: it is compared with only if alone."""
    beside = [(result.trial.worker, rate) for result, rate in block if result.trial.worker != slot]
    strangers = [rate for other, rate in beside if worker_name(other) != worker_name(slot)]
    return strangers or [rate for _, rate in beside]


def _trends(points: Sequence[Point], level: float) -> dict[str, Trend]:
    """By scenario, of one worker: the row's own trend, else that of all rows together.

    The windows of a row lie close together in a life. It takes all rows, visited in another order in each
    life, to see what changes over the whole of it.
    """
    rows: defaultdict[str, list[Point]] = defaultdict(list)
    for point in points:
        rows[point.scenario].append(point)
    shared = trend(points, level) if len(rows) > 1 else None
    trends = {scenario: trend(row, level) or shared for scenario, row in rows.items()}
    return {scenario: line for scenario, line in trends.items() if line is not None}
