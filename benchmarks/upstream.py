"""The upstream is never the bottleneck of a client row: its answer time under the quick study's load, its
rate with many connections, and the most that it can answer.

The quick study's load runs as there, with the upstream on the generator's CPU. The others give it a CPU of
its own. By Little's law the article's 700 connections could ask 14,000 RPS at 50 ms of an ideal worker; what
a real one could ask, with every server CPU busy, is taken from --run or assumed (--assume, for each CPU).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import _common as common
import _report as report
from _upstream_load import Cell, Placed, measure_cell

from betterworker.bench import machine, preflight
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Run, Sample
from betterworker.bench.profiles import PROFILES
from betterworker.bench.scenarios import UPSTREAM_S, scenarios
from betterworker.bench.store import read_run

LATENCY_MS = UPSTREAM_S * 1e3
P99_WITHIN_MS = 5.0
TIMES_FASTEST = 10
# The fastest of a quick study took 2.2 ms of one CPU for an answer.
ASSUMED_RPS = 500
QUICK = PROFILES["quick"].connections["client"]
ARTICLE = PROFILES["article"].connections["client"]
# 8 connections at 50 ms are 160 RPS: a p99 needs 1,000 answers.
CELLS = (
    Placed(connections=QUICK, latency_s=UPSTREAM_S, window_s=8.0, shared_cpu=True),
    Placed(connections=200, latency_s=UPSTREAM_S, window_s=3.0),
    Placed(connections=ARTICLE, latency_s=UPSTREAM_S, window_s=3.0),
)
SATURATED = Placed(connections=64, latency_s=0.0, window_s=3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fastest:
    """What the fastest client row could ask of the upstream, in RPS, and how that is known."""

    rps: float
    source: str


def could_ask(sample: Sample, server_cpus: int) -> float:
    """The goodput, or what it would be with every server CPU busy: few connections wait for the latency."""
    goodput = sample.completed / sample.window_s
    if not sample.server_cpu_s:
        return goodput
    return max(goodput, sample.completed / sample.server_cpu_s * server_cpus)


def fastest_of(run: Run) -> Fastest:
    """Over every window of a client row. Raises BadInput where there is none."""
    client_rows = {key for key, scenario in scenarios().items() if scenario.effort == "client"}
    server_cpus = max(len(run.study.server_cpus), 1)
    found = [
        (could_ask(result.sample, server_cpus), result.trial.key)
        for result in run.results
        if result.sample and result.trial.scenario in client_rows
    ]
    if not found:
        raise BadInput(f"{run.id} has no window of a client row: choose another --run, or none.")
    rps, key = max(found)
    return Fastest(rps=rps, source=key)


def fastest(run: Path | None, assumed: int) -> Fastest:
    if run is not None:
        return fastest_of(read_run(run))
    available = machine.available_cpus()
    servers = len(machine.cpu_split(available, None, None)[0])
    return Fastest(rps=assumed * servers, source=f"assumed: {assumed} for each of {servers} server CPUs")


def measure(run: Path | None, assumed: int) -> report.Outcome:
    asked = fastest(run, assumed)
    preflight.raise_open_files(preflight.files_needed(max(cell.connections for cell in CELLS)))
    with common.bench() as bench:
        *paced, saturated = [measure_cell(bench, placed) for placed in (*CELLS, SATURATED)]
        return report.Outcome(
            figures={
                "cells": [asdict(cell) for cell in paced],
                "saturated": asdict(saturated),
                "fastest_client_row": asdict(asked),
            },
            head=(
                "upstream",
                "RPS",
                "ideal",
                "of ideal",
                "p50 ms",
                "p99 ms",
                "its CPU",
                "CPU µs/req",
                "load CPU",
            ),
            rows=[row(cell) for cell in (*paced, saturated)],
            goals=[punctual(paced[0]), plentiful(saturated, asked)],
            notes=[*bench.notes, little(saturated)],
        )


def row(cell: Cell) -> Sequence[str]:
    placed = cell.placed
    cpu = ", generator's CPU" if placed.shared_cpu else ""
    return (
        f"{placed.connections} connections, {placed.latency_s * 1e3:g} ms{cpu}",
        report.shown(cell.rps, ",.0f"),
        report.shown(placed.ideal_rps, ",.0f"),
        report.shown(cell.rps / placed.ideal_rps if placed.ideal_rps else None, ".1%"),
        report.shown(cell.p50_ms, ".2f"),
        report.shown(cell.p99_ms, ".2f"),
        report.shown(cell.upstream_cpu, ".0%"),
        report.shown(cell.cpu_us, ".1f"),
        report.shown(cell.generator_cpu, ".0%"),
    )


def punctual(cell: Cell) -> report.Goal:
    """A percentile that the window does not carry reaches nothing."""
    p99 = cell.p99_ms
    text = f"p99 at {cell.placed.connections} connections within {P99_WITHIN_MS:g} ms of {LATENCY_MS:g} ms"
    reached = p99 is not None and abs(p99 - LATENCY_MS) <= P99_WITHIN_MS and not cell.failed
    return report.Goal(text=f"{text} ({report.shown(p99, '.2f')} ms, {cell.failed} failed)", reached=reached)


def plentiful(saturated: Cell, asked: Fastest) -> report.Goal:
    times = saturated.rps / asked.rps
    text = f"most it answers at least {TIMES_FASTEST} × the fastest client row"
    return report.Goal(
        text=f"{text} ({saturated.rps:,.0f} RPS, {times:,.0f} × {asked.rps:,.0f} RPS; {asked.source})",
        reached=times >= TIMES_FASTEST and not saturated.failed,
    )


def little(saturated: Cell) -> str:
    ceiling = ARTICLE / UPSTREAM_S
    part = saturated.rps / ceiling
    return f"Little's ceiling of {ARTICLE} connections is {ceiling:,.0f} RPS: it answers {part:.2f} × that"


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--run", type=Path, help="a run's folder: take what its fastest client row could ask")
    parser.add_argument(
        "--assume",
        type=report.whole,
        default=ASSUMED_RPS,
        help=f"without --run: RPS of the fastest client row on one server CPU (default {ASSUMED_RPS})",
    )
    options = parser.parse_args()
    return report.conclude("upstream", lambda: measure(options.run, options.assume), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
