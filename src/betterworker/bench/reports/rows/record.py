"""Cells, standings, open-loop rows, capacities, workers: plain values at full precision, for machines."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from betterworker.bench.model import Interval, Latency, Outcomes, ServerTerms
from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import (
        ByRequest,
        Capacity,
        Comparison,
        Estimate,
        Finding,
        Paced,
        Standing,
        Swept,
    )
    from betterworker.bench.reports.rows.setups import Started

Value = str | int | float | None
Members = dict[str, Value]
Record = dict[str, Value | list[str] | Members]


def record(estimate: Estimate) -> Record:
    """A cell with the keys of docs/report-json.md; a figure that does not exist is None."""
    return {
        "worker": estimate.worker,
        **_row(estimate.scenario),
        "status": estimate.status,
        "reasons": _reasons(estimate.findings),
        "goodput_rps": interval_record(estimate.goodput),
        "latency_ms": _members(estimate.latency, Latency),
        "outcomes": _members(estimate.outcomes, Outcomes),
        "cpu_s_per_1000": estimate.cpu_s_per_1000,
        "peak_pss_mb": estimate.peak_pss_mb,
        "first_byte_ms": _members(estimate.first_byte, Latency),
        "db_connections": estimate.db_connections,
    }


def standing_record(standing: Standing) -> dict[str, object]:
    return {
        **_row(standing.scenario),
        "leader": standing.leader,
        "blocks": standing.blocks,
        "settled": standing.settled,
        "aa": interval_record(standing.aa),
        "comparisons": [_comparison(comparison) for comparison in standing.comparisons],
    }


def _comparison(comparison: Comparison) -> Record:
    return {
        "rival": comparison.rival,
        "ratio": interval_record(comparison.ratio),
        "verdict": comparison.verdict,
        "more": comparison.more,
    }


def paced_record(paced: Paced) -> Record:
    return {
        "worker": paced.worker,
        **_row(paced.scenario),
        "point": paced.point,
        "rate_rps": paced.rate,
        "status": paced.status,
        "reasons": _reasons(paced.findings),
        "goodput_rps": paced.goodput,
        "latency_ms": _members(paced.latency, Latency),
        "slow_latency_ms": _members(paced.slow, Latency),
        "tail_percentile": paced.tail_percentile,
        "tail_ms": interval_record(paced.tail),
        "send_lag_ms": paced.send_lag_ms,
        "outcomes": _members(paced.outcomes, Outcomes),
    }


def by_request_record(each: ByRequest) -> Record:
    return {
        "worker": each.worker,
        **_row(each.scenario),
        "point": each.point,
        "name": one_line(each.name),
        "status": each.status,
        "share": each.share,
        "latency_ms": _members(each.latency, Latency),
        "alone_latency_ms": _members(each.alone, Latency),
        "outcomes": _members(each.outcomes, Outcomes),
    }


def swept_record(swept: Swept) -> Record:
    return {
        "worker": swept.worker,
        **_row(swept.scenario),
        "connections": swept.connections,
        "status": swept.status,
        "reasons": _reasons(swept.findings),
        "goodput_rps": interval_record(swept.goodput),
        "outcomes": _members(swept.outcomes, Outcomes),
    }


def capacity_record(capacity: Capacity) -> Record:
    return {
        "worker": capacity.worker,
        **_row(capacity.scenario),
        "objective": one_line(capacity.objective),
        "found": capacity.found,
        "rate_rps": capacity.rate,
        "broken_at_rps": capacity.broken_at,
        "probes": capacity.probes,
        "reason": one_line(capacity.reason),
    }


def started_record(started: Started) -> dict[str, object]:
    setup = started.setup
    return {
        "name": started.name,
        "interface": setup.interface if setup else None,
        "about": one_line(setup.about) if setup else None,
        "versions": dict(started.versions),
        "command": list(started.command),
        "asked": _terms(started.asked),
        "in_force": _terms(started.in_force),
        "most_threads": started.most_threads,
        "unequal": list(map(one_line, setup.unequal)) if setup else [],
        "cannot": dict(setup.cannot) if setup else {},
        "supports": dict(setup.supports) if setup else {},
        "loses": one_line(setup.loses) if setup else None,
    }


def _terms(terms: ServerTerms | None) -> dict[str, object]:
    return asdict(terms or ServerTerms())


def _row(scenario: str) -> Members:
    name, _, mode = scenario.rpartition(":")
    return {"scenario": name, "mode": mode}


def _reasons(findings: Sequence[Finding]) -> list[str]:
    return [one_line(finding.message) for finding in findings]


def interval_record(interval: Interval | None) -> Members:
    # n counts the windows behind the figure: none is a count, not a missing value.
    return {**_members(interval, Interval), "n": interval.n if interval is not None else 0}


def _members(
    value: Interval | Latency | Outcomes | None, noun: type[Interval | Latency | Outcomes]
) -> Members:
    if value is None:
        return dict.fromkeys((member.name for member in fields(noun)), None)
    return asdict(value)
