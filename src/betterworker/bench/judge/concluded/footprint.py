"""Memory in megabytes, and whether processes are equal: what its ratio does not tell."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace

from betterworker.bench.judge.concluded.by_ratio import conclusion
from betterworker.bench.judge.concluded.graded import Graded
from betterworker.bench.judge.concluded.words import counted, sentence
from betterworker.bench.model import Conclusion, Estimate, Run, original_of


def footprint(topic: Graded, run: Run, worker: str) -> Conclusion:
    """As any cost, with the megabytes of its own rows."""
    plain = conclusion(topic, worker)
    return replace(plain, because=sentence(*_own(topic, run, worker), plain.because))


def peak_mb(topic: Graded, worker: str) -> float | None:
    """Peak memory of all processes: the geometric mean of its rows."""
    cells = (topic.matter.cells[worker][row] for row in topic.matter.served(worker))
    peaks = [each.peak_pss_mb for each in cells if isinstance(each, Estimate) and each.peak_pss_mb]
    return statistics.geometric_mean(peaks) if peaks else None


def _own(topic: Graded, run: Run, worker: str) -> Iterator[str]:
    peak = peak_mb(topic, worker)
    if peak is not None:
        yield f"{peak:,.0f} MB"
    serving = _processes(run, worker)
    if serving is not None and serving != run.study.processes:
        yield f"of {counted(serving, 'process')}, and not {run.study.processes:,}"


def _processes(run: Run, worker: str) -> int | None:
    """That answered when it was ready, at its last start that told."""
    told = (
        each.in_force.processes
        for each in reversed(run.results)
        if each.in_force is not None and original_of(each.trial.worker) == worker
    )
    return next((count for count in told if count), None)
