"""One cell as plain values: what the machine-readable formats write, at full precision."""

from __future__ import annotations

from dataclasses import asdict, fields

from betterworker.bench.model import Estimate, Interval, Latency, Outcomes
from betterworker.bench.reports.rows.words import one_line

Value = str | int | float | None
Record = dict[str, Value | list[str] | dict[str, Value]]


def record(estimate: Estimate) -> Record:
    """A cell with the keys of docs/report-json.md; a figure that does not exist is None."""
    name, _, mode = estimate.scenario.rpartition(":")
    return {
        "worker": estimate.worker,
        "scenario": name,
        "mode": mode,
        "status": estimate.status,
        "reasons": [one_line(finding.message) for finding in estimate.findings],
        "goodput_rps": _goodput(estimate.goodput),
        "latency_ms": _members(estimate.latency, Latency),
        "outcomes": _members(estimate.outcomes, Outcomes),
        "cpu_s_per_1000": estimate.cpu_s_per_1000,
        "peak_pss_mb": estimate.peak_pss_mb,
    }


def _goodput(goodput: Interval | None) -> dict[str, Value]:
    # n counts the windows behind the figure: none is a count, not a missing value.
    return {**_members(goodput, Interval), "n": goodput.n if goodput is not None else 0}


def _members(
    value: Interval | Latency | Outcomes | None, noun: type[Interval | Latency | Outcomes]
) -> dict[str, Value]:
    if value is None:
        return dict.fromkeys((member.name for member in fields(noun)), None)
    return asdict(value)
