"""What it takes to answer: memory, and CPU time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from betterworker.bench.judge.cells import PUBLISHED, row_results
from betterworker.bench.judge.concluded.matter import Matter
from betterworker.bench.judge.concluded.scope import rows_of
from betterworker.bench.judge.concluded.speed import closed_cells
from betterworker.bench.model import Sample, Summary, Topic, is_twin
from betterworker.bench.stats import Ratio, Ratios

Figure = Callable[[Sequence[Sample]], float | None]
Figures = Mapping[str, Mapping[int, float]]
"""Of one row: by worker and round."""


def memory(summary: Summary) -> Matter:
    """Peak memory of all processes: the most in a round's windows."""
    return _cost(summary, "memory", _peak)


def cpu(summary: Summary) -> Matter:
    """CPU seconds for each right answer. Not of rows that wait, whose servers are idle meanwhile."""
    return _cost(summary, "cpu", _cpu_s)


def better(first: Mapping[int, float], second: Mapping[int, float]) -> Ratios:
    """By round, how many times less the first takes than the second."""
    return {
        round_: Ratio(value=math.log(second[round_] / first[round_]))
        for round_ in first.keys() & second.keys()
    }


def _cost(summary: Summary, topic: Topic, figure: Figure) -> Matter:
    rows = rows_of(summary.run.study, topic)
    found = {row: _by_round(summary, row, figure) for row in rows}
    return Matter(
        topic=topic,
        rows=rows,
        cells=closed_cells(summary, rows),
        compare=lambda row, first, second: better(found[row].get(first, {}), found[row].get(second, {})),
        counts=PUBLISHED,
        fails=False,
    )


def _by_round(summary: Summary, row: str, figure: Figure) -> Figures:
    samples: defaultdict[str, defaultdict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for result in row_results(row, summary.run.results):
        if result.sample is not None and not is_twin(result.trial.worker):
            samples[result.trial.worker][result.trial.round].append(result.sample)
    return {
        worker: {round_: value for round_, each in rounds.items() if (value := figure(each))}
        for worker, rounds in samples.items()
    }


def _peak(samples: Sequence[Sample]) -> float | None:
    return max((each.peak_pss_mb for each in samples if each.peak_pss_mb is not None), default=None)


def _cpu_s(samples: Sequence[Sample]) -> float | None:
    measured = [(each.server_cpu_s, each.completed) for each in samples if each.server_cpu_s is not None]
    completed = sum(count for _, count in measured)
    return sum(cpu for cpu, _ in measured) / completed if completed else None
