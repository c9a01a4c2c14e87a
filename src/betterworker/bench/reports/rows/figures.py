"""How a figure and its interval are written, and what stands in place of one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from betterworker.bench.model import Interval
from betterworker.bench.reports.rows.words import MISSING, one_line, percent, ratio, ratio_decimals, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Finding, Outcomes, Status

REASON_LENGTH = 24
BEST = "★"
MARKS: dict[Status, str] = {"at_ceiling": "⌃", "generator_limited": " g", "saturated": " s"}

_INVALID = {
    "unbalanced": "miscounted",
    "impossible": "impossible",
    "wrong_content": "wrong content",
    "nothing_answered": "no answers",
}
#: In percent.
MOST_HALF = 500


def half_width(interval: Interval | None) -> str:
    """`` ±3%``; empty when there is no interval. Past a factor of six it says no more than that."""
    if interval is None or interval.high is None or not interval.low:
        return ""
    # Geometric: the interval lies about evenly round the median on the logarithmic scale.
    half = 100 * (math.sqrt(interval.high / interval.low) - 1)
    if half > MOST_HALF:
        return f" ±>{MOST_HALF}%"
    # Rounded up, so that no figure looks surer than it is; the rounding keeps 1e-14 from being 1 %.
    return f" ±{math.ceil(round(half, 6))}%"


def ratio_interval(interval: Interval, unit: str = "") -> str:
    """``0.96 [0.94, 0.98]``, ``0.0101 [0.0098, 0.0104]``; the unit after the first figure."""
    decimals = ratio_decimals(interval.median)
    if interval.low is None or interval.high is None:
        return f"{ratio(interval.median, decimals)}{unit}"
    # All ends alike; but an end next to zero does not stretch the others.
    decimals = min(ratio_decimals(interval.low), decimals + 1)
    ends = f"[{ratio(interval.low, decimals)}, {ratio(interval.high, decimals)}]"
    return f"{ratio(interval.median, decimals)}{unit} {ends}"


def inverse(interval: Interval) -> Interval:
    """Of the ratio a / b, the one of b / a."""
    low, high = (None if end is None else 1 / end for end in (interval.high, interval.low))
    return Interval(median=1 / interval.median, low=low, high=high, n=interval.n)


def without_figure(status: Status, findings: Sequence[Finding], outcomes: Outcomes | None) -> str:
    """In two or three words, why there is none; the notes have the rest."""
    if status == "failed":
        return f"fails: {_first_words(findings)}"
    if status == "invalid":
        return f"invalid: {_invalid(findings, outcomes)}"
    absent = {finding.gate for finding in findings} & {"not_installed", "skipped"}
    return min(absent).replace("_", " ") if absent else MISSING


def _first_words(findings: Sequence[Finding]) -> str:
    reasons = [finding.message for finding in findings if finding.gate == "fails"]
    if not reasons:
        return "see notes"
    # "HTTP 500: RuntimeError: no running event loop": the notes have the rest.
    return shortened(one_line(reasons[0]).partition(": ")[0], REASON_LENGTH)


def _invalid(findings: Sequence[Finding], outcomes: Outcomes | None) -> str:
    gate = next((finding.gate for finding in findings if finding.severity == "invalid"), "see notes")
    if gate == "error_share" and outcomes is not None and outcomes.sent:
        return f"{percent(outcomes.errors / outcomes.sent)} errors"
    return _INVALID.get(gate, gate.replace("_", " "))
