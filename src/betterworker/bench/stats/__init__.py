"""Latency histograms, intervals, comparisons: numbers in, numbers out."""

from __future__ import annotations

from betterworker.bench.stats.histograms import (
    HIGHEST_US,
    LOWEST_US,
    SIGNIFICANT_FIGURES,
    latency,
    merge,
    share_over,
)
from betterworker.bench.stats.intervals import CONFIDENCE, interval, pooled_log_sd
from betterworker.bench.stats.looks import holm, nominal_level
from betterworker.bench.stats.paired import (
    Pair,
    Spread,
    Window,
    limits,
    moderated,
    p_value,
    pair,
    rounds_needed,
    together,
)

__all__ = [
    "CONFIDENCE",
    "HIGHEST_US",
    "LOWEST_US",
    "SIGNIFICANT_FIGURES",
    "Pair",
    "Spread",
    "Window",
    "holm",
    "interval",
    "latency",
    "limits",
    "merge",
    "moderated",
    "nominal_level",
    "p_value",
    "pair",
    "pooled_log_sd",
    "rounds_needed",
    "share_over",
    "together",
]
