"""Latency histograms and intervals: numbers in, numbers out."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

from betterworker.bench.model import Interval, Latency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOWEST_US = 1
HIGHEST_US = 3_600_000_000
SIGNIFICANT_FIGURES = 3
# A percentile needs about ten requests beyond it, or it is the maximum under another name.
NEEDED = {50: 1, 95: 100, 99: 1000}
CONFIDENCE = 0.95


def merge(histograms: Iterable[str]) -> str | None:
    """One histogram with the counts of all (HdrHistogram V2, base64, microseconds); None for none.

    Counts are added: percentiles of parts are never averaged. For a text that is no histogram it
    raises what ``hdrh`` does: TypeError, HdrCookieException, HdrLengthException.
    """
    total = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
    found = False
    for encoded in histograms:
        total.decode_and_add(encoded)
        found = True
    return str(total.encode(), "ascii") if found else None


def latency(encoded: str | None) -> Latency | None:
    """Milliseconds from a histogram in microseconds; None when it holds no request.

    p99 needs 1,000 requests and p95 100; a percentile the count does not carry is None.
    """
    if encoded is None:
        return None
    histogram = HdrHistogram.decode(encoded)
    if histogram.get_total_count() == 0:
        return None
    return Latency(
        p50=_percentile_ms(histogram, 50),
        p95=_percentile_ms(histogram, 95),
        p99=_percentile_ms(histogram, 99),
        max=histogram.get_max_value() / 1000,
    )


def _percentile_ms(histogram: HdrHistogram, percentile: int) -> float | None:
    if histogram.get_total_count() < NEEDED[percentile]:
        return None
    return float(histogram.get_value_at_percentile(percentile)) / 1000


def pooled_log_sd(groups: Sequence[Sequence[float]]) -> tuple[float, int] | None:
    """Pooled within-group standard deviation of the logarithms, and its degrees of freedom.

    The error term of a one-way layout: ``sqrt(sum of squares within groups / sum of (size - 1))``.
    A group of one value, or with a value that has no logarithm, adds nothing; None when no group
    adds anything.
    """
    squares, freedom = 0.0, 0
    for group in groups:
        if len(group) < 2 or min(group) <= 0:
            continue
        logs = [math.log(value) for value in group]
        squares += statistics.variance(logs) * (len(logs) - 1)
        freedom += len(logs) - 1
    return (math.sqrt(squares / freedom), freedom) if freedom else None


def interval(values: Sequence[float], pooled: tuple[float, int] | None) -> Interval:
    """Median of ``values`` with a 95 % t-interval of their mean on the logarithmic scale.

    A cell has few windows (often two), too few to know its own noise. Relative noise is taken to be
    the same for the workers of one scenario row and pooled over them (the pooled error of a one-way
    layout): ``pooled`` is the row's ``(sd, df)`` of :func:`pooled_log_sd`, and the interval
    ``exp(mean log ± t(df) · sd / sqrt(n))`` with this cell's own ``n``. Without degrees of freedom,
    or with a value of 0, ``low`` and ``high`` are None.

    Two values have their geometric mean as median, the middle of that interval. With more, one
    stray window can pull the mean log away from the median: the interval is then widened to hold
    the median. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("an interval needs at least one value")
    median = _median(values)
    if pooled is None or min(values) <= 0:
        return Interval(median=median, low=None, high=None, n=len(values))
    sd, freedom = pooled
    centre = statistics.fmean(math.log(value) for value in values)
    half = _t_quantile(freedom) * sd / math.sqrt(len(values))
    return Interval(
        median=median,
        low=min(median, math.exp(centre - half)),
        high=max(median, math.exp(centre + half)),
        n=len(values),
    )


def _median(values: Sequence[float]) -> float:
    if len(values) == 2 and min(values) > 0:
        return statistics.geometric_mean(values)
    return statistics.median(values)


def _t_quantile(freedom: int) -> float:
    # scipy takes longer to import than the command line may take to start.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
