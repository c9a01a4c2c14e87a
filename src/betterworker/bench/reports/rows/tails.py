"""The tail of a request's latency beside others and alone, and the factor between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import ratio, ratio_decimals

if TYPE_CHECKING:
    from betterworker.bench.model import Latency


def percentile(*pair: Latency | None) -> int:
    """The same on both sides: the 99th, or the 95th where one side does not carry that."""
    return 95 if any(latency is not None and latency.p99 is None for latency in pair) else 99


def tail(latency: Latency | None, percentile: int) -> float | None:
    if latency is None:
        return None
    return latency.p99 if percentile == 99 else latency.p95


def factor(beside: Latency | None, alone: Latency | None) -> str | None:
    """``3.1×``; None where one side has no figure."""
    which = percentile(beside, alone)
    high, low = tail(beside, which), tail(alone, which)
    if high is None or not low:
        return None
    return f"{ratio(high / low, ratio_decimals(high / low))}×{said(which)}"


def said(percentile: int) -> str:
    return " (p95)" if percentile == 95 else ""
