"""What fast requests feel beside slow ones: the tail of their latency in mixed traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from betterworker.bench.judge.concluded.costs import Figures, better
from betterworker.bench.judge.concluded.matter import Matter
from betterworker.bench.judge.concluded.scope import rows_of
from betterworker.bench.judge.paced_gates import histogram
from betterworker.bench.model import Paced, Run, Sample, Summary
from betterworker.bench.model.points import FAST, MIXED
from betterworker.bench.pacing import counted
from betterworker.bench.stats import latency, merge


def mixed_latency(summary: Summary) -> Matter:
    rows = rows_of(summary.run.study, "mixed_latency")
    cells: dict[str, dict[str, Paced]] = {worker: {} for worker in summary.run.study.workers}
    for each in summary.paced:
        if each.point == MIXED:
            cells[each.worker][each.scenario] = each
    found = {row: _tails(summary.run, row, percentile(cells, row)) for row in rows}
    return Matter(
        topic="mixed_latency",
        rows=rows,
        cells=cells,
        compare=lambda row, first, second: better(found[row].get(first, {}), found[row].get(second, {})),
        counts=frozenset({"ok"}),
    )


def percentile(cells: Mapping[str, Mapping[str, Paced]], row: str) -> int:
    """The same for all workers of a row: the 99th, or the 95th where one's windows have too few requests."""
    carried = {of.tail_percentile for rows in cells.values() if (of := rows.get(row)) is not None}
    return 95 if 95 in carried else 99


def _tails(run: Run, row: str, percentile: int) -> Figures:
    """Milliseconds, of each round's windows merged."""
    samples: defaultdict[str, defaultdict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for result in counted(run.results):
        trial = result.trial
        if (trial.scenario, trial.point) == (row, MIXED) and result.sample is not None:
            samples[trial.worker][trial.round].append(result.sample)
    return {
        worker: {round_: tail for round_, each in rounds.items() if (tail := _tail(each, percentile))}
        for worker, rounds in samples.items()
    }


def _tail(samples: list[Sample], percentile: int) -> float | None:
    found = (histogram(each, FAST, MIXED) for each in samples)
    figures = latency(merge(encoded for encoded in found if encoded is not None))
    if figures is None:
        return None
    return figures.p99 if percentile == 99 else figures.p95
