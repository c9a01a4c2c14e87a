"""Latency histograms, intervals, comparisons: numbers in, numbers out."""

from __future__ import annotations

from betterworker.bench.stats.histograms import (
    HIGHEST_US,
    LOWEST_US,
    SIGNIFICANT_FIGURES,
    latency,
    merge,
    share_over,
    spectrum,
)
from betterworker.bench.stats.intervals import CONFIDENCE, interval, pooled_log_sd
from betterworker.bench.stats.looks import holm, nominal_level
from betterworker.bench.stats.paired import (
    Pair,
    Spread,
    limits,
    moderated,
    p_value,
    pair,
    pair_of,
    rounds_needed,
)
from betterworker.bench.stats.ratios import Ratio, Ratios, Window, mean_of_rows, ratios, together

__all__ = [
    "CONFIDENCE",
    "HIGHEST_US",
    "LOWEST_US",
    "SIGNIFICANT_FIGURES",
    "Pair",
    "Ratio",
    "Ratios",
    "Spread",
    "Window",
    "holm",
    "interval",
    "latency",
    "limits",
    "mean_of_rows",
    "merge",
    "moderated",
    "nominal_level",
    "p_value",
    "pair",
    "pair_of",
    "pooled_log_sd",
    "ratios",
    "rounds_needed",
    "share_over",
    "spectrum",
    "together",
]
