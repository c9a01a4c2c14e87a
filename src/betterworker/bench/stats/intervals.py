"""Intervals of one cell's own figure."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from betterworker.bench.model import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95


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
    half = t_quantile(freedom, 1 - CONFIDENCE) * sd / math.sqrt(len(values))
    return Interval(
        median=median,
        low=min(median, math.exp(centre - half)),
        high=max(median, math.exp(centre + half)),
        n=len(values),
    )


def t_quantile(freedom: float, level: float) -> float:
    """Student's t beyond which, on both sides together, lies a share of ``level``."""
    # scipy takes longer to import than the command line may take to start.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 1 - level / 2))


def _median(values: Sequence[float]) -> float:
    if len(values) == 2 and min(values) > 0:
        return statistics.geometric_mean(values)
    return statistics.median(values)
