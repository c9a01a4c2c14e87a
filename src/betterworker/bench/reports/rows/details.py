"""The figures of one cell as names and values, with all that its row's tables say of it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from betterworker.bench.model import Outcomes
from betterworker.bench.reports.rows.against import versus
from betterworker.bench.reports.rows.closed import goodput
from betterworker.bench.reports.rows.figures import half_width
from betterworker.bench.reports.rows.words import MISSING, number, number_or_missing, one_line, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from betterworker.bench.model import Comparison, Estimate, Interval, Latency, Paced, Standing, Verdict

VERDICTS: Mapping[Verdict, str] = {
    "beats": "the leader beats it",
    "tied": "tied with the leader",
    "cannot tell": "cannot tell it from the leader",
}
_OUTCOMES = {
    "bad_status": "another status",
    "invalid_body": "wrong content",
    "timeout": "timed out",
    "connection_error": "lost connections",
    "unfinished": "unfinished",
}


def of_estimate(estimate: Estimate, standing: Standing | None) -> Iterator[tuple[str, str]]:
    if estimate.goodput is not None:
        yield "Goodput", f"{goodput(estimate)} RPS"
        yield "95 % interval", ends(estimate.goodput)
    yield from _versus(estimate.worker, standing)
    yield from _latency("Latency at saturation", estimate.latency)
    yield from _latency("Time to first byte", estimate.first_byte)
    yield from _requests(estimate.outcomes)
    if estimate.cpu_s_per_1000 is not None:
        yield "CPU", f"{number(estimate.cpu_s_per_1000)} s per 1,000 right answers"
    if estimate.peak_pss_mb is not None:
        yield "Peak memory", f"{number(estimate.peak_pss_mb)} MB"
    if estimate.db_connections is not None:
        yield "Database connections", f"{estimate.db_connections:,}"


def of_paced(paced: Paced) -> Iterator[tuple[str, str]]:
    yield "Rate", f"{whole(paced.rate)} RPS"
    if paced.goodput is not None:
        yield "Right answers", f"{number(paced.goodput)} RPS"
    yield from _latency("Latency", paced.latency)
    if paced.tail is not None and paced.tail_percentile is not None:
        name = f"p{paced.tail_percentile} with its interval"
        yield name, f"{number(paced.tail.median)}{half_width(paced.tail)} ms {ends(paced.tail)}"
    yield from _latency("Latency of slow requests", paced.slow)
    yield from _requests(paced.outcomes)
    if paced.send_lag_ms is not None:
        yield "Sent late by (p99)", f"{number(paced.send_lag_ms)} ms"


def ends(interval: Interval) -> str:
    """``[4,100, 4,320] over 6 windows``."""
    windows = f"{interval.n:,} window{'s' * (interval.n != 1)}"
    if interval.low is None or interval.high is None:
        return f"none, over {windows}"
    return f"[{number(interval.low)}, {number(interval.high)}] over {windows}"


def _versus(worker: str, standing: Standing | None) -> Iterator[tuple[str, str]]:
    if standing is None:
        return
    if worker == standing.leader:
        yield "Against the leader", "it leads the row"
    for comparison in standing.comparisons:
        if comparison.rival == worker:
            yield "Against the leader", compared(comparison)


def compared(comparison: Comparison) -> str:
    """``0.80 [0.78, 0.82] < of uvicorn: the leader beats it``."""
    return f"{versus(comparison)} of {one_line(comparison.leader)}: {VERDICTS[comparison.verdict]}"


def _latency(name: str, latency: Latency | None) -> Iterator[tuple[str, str]]:
    if latency is None:
        return
    shown = {"p50": latency.p50, "p95": latency.p95, "p99": latency.p99, "p99.9": latency.p999}
    parts = [f"{key} {number_or_missing(value)}" for key, value in shown.items() if value is not None]
    longest = MISSING if latency.max is None else number(latency.max)
    yield name, f"{' · '.join(parts)} · longest {longest} ms"


def _requests(outcomes: Outcomes | None) -> Iterator[tuple[str, str]]:
    if outcomes is None:
        return
    counts = {each.name: getattr(outcomes, each.name) for each in fields(Outcomes)}
    wrong = (f"{counts[name]:,} {words}" for name, words in _OUTCOMES.items() if counts[name])
    yield "Requests", ", ".join((f"{outcomes.sent:,} sent", f"{outcomes.ok:,} right", *wrong))
