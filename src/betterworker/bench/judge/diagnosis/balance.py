"""One process that takes most of the load, while its siblings wait."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator

from betterworker.bench.model import Cost, Result, Summary

#: Under it the share of a process is chance.
BUSY_CPUS = 0.5
LEAST_WINDOWS = 3


def lopsided(summary: Summary) -> Iterator[Cost]:
    for worker in summary.run.study.workers:
        windows = list(_windows(each for each in summary.run.results if each.trial.worker == worker))
        if len(windows) < LEAST_WINDOWS:
            continue
        processes = max(count for count, _ in windows)
        share = statistics.median(top for _, top in windows)
        # Half of what lies between an equal share and all of it.
        if share > (1 + 1 / processes) / 2:
            yield Cost(
                topic="balance",
                weight="some",
                what=f"One of the {processes} processes of {worker} does most of the work",
                evidence=(
                    f"{100 * share:.0f} % of its CPU time in the median of {len(windows)} busy windows",
                ),
                mend="Let the kernel share connections out (SO_REUSEPORT, as gunicorn --reuse-port), or put "
                "a proxy before it that opens many.",
                workers=(worker,),
            )


def _windows(results: Iterable[Result]) -> Iterator[tuple[int, float]]:
    """Processes that serve, and the busiest one's share of the CPU time."""
    for result in results:
        sample, found = result.sample, result.in_force
        serving = (found.processes if found else None) or (sample.processes if sample else None) or 1
        if sample is None or serving < 2 or not sample.shares or not sample.server_cpu_s:
            continue
        # Fewer connections than processes leave some without.
        if sample.server_cpu_s >= BUSY_CPUS * sample.window_s and result.trial.load.connections > serving:
            yield serving, sample.shares[0]
