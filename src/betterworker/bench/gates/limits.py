"""Gates on what limits a figure: the laws of queueing, and the load generator."""

from __future__ import annotations

import statistics

from betterworker.bench.gates.cell import Cell
from betterworker.bench.model import Finding

IMPOSSIBLE_OVER = 0.02
IMPOSSIBLE_COMPLETIONS = 2
NEAR_CEILING = 0.03
MAX_GENERATOR_SHARE = 0.60
MAX_GENERATOR_CPU = 0.85


def impossible(cell: Cell) -> Finding | None:
    limit = cell.physical_ceiling
    if limit is None:
        return None
    over = [
        rate
        for rate, sample in zip(cell.goodputs, cell.samples, strict=True)
        if rate > limit * (1 + IMPOSSIBLE_OVER)
        # In a short window one or two completions more than the ideal are already over 2 %.
        and sample.completed > limit * sample.window_s + IMPOSSIBLE_COMPLETIONS
    ]
    if not over:
        return None
    return Finding(
        gate="impossible",
        severity="invalid",
        message=(
            f"{max(over):,.0f} RPS, but {cell.connections:,} connections on a {cell.delay_s:g} s "
            f"view give at most {limit:,.0f}"
        ),
        advice=(
            "Check that the path leads to the right view and that it waits as long as it says; "
            "use windows at least as long as its delay."
        ),
    )


def generator_limited(cell: Cell) -> Finding | None:
    reason = _near_null_server(cell) or _busy_generator(cell)
    if reason is None:
        return None
    return Finding(
        gate="generator_limited",
        severity="label",
        message=reason,
        advice="Give the load more CPUs: this figure is a lower bound and never wins.",
    )


def at_ceiling(cell: Cell) -> Finding | None:
    limit = cell.physical_ceiling
    if limit is None or not cell.goodputs:
        return None
    if statistics.median(cell.goodputs) < limit * (1 - NEAR_CEILING):
        return None
    return Finding(
        gate="at_ceiling",
        severity="label",
        message="within 3 % of connections / delay, the most that this load can get",
        advice="Workers at the ceiling tie: only more connections could tell them apart.",
    )


def _near_null_server(cell: Cell) -> str | None:
    if cell.ceiling is None or not cell.goodputs:
        return None
    share = statistics.median(cell.goodputs) / cell.ceiling.rps
    if share <= MAX_GENERATOR_SHARE:
        return None
    return (
        f"{100 * share:.0f} % of the {cell.ceiling.rps:,.0f} RPS that the load generator reaches "
        "against a null server"
    )


def _busy_generator(cell: Cell) -> str | None:
    # Of many short windows one may well be busy: as of goodput, the median tells.
    busy = [sample.generator_cpu for sample in cell.samples if sample.generator_cpu is not None]
    if not busy or statistics.median(busy) <= MAX_GENERATOR_CPU:
        return None
    return f"the load generator used {100 * statistics.median(busy):.0f} % of its CPU"
