"""Latency histograms: merged by adding counts, percentiles only where the count carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hdrh.histogram import HdrHistogram

from betterworker.bench.model import Latency

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOWEST_US = 1
HIGHEST_US = 3_600_000_000
SIGNIFICANT_FIGURES = 3
# A percentile needs about ten requests beyond it, or it is the maximum under another name.
NEEDED = {50.0: 1, 95.0: 100, 99.0: 1_000, 99.9: 10_000}


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

    p99.9 needs 10,000 requests, p99 1,000 and p95 100; a percentile the count does not carry is None.
    """
    if encoded is None:
        return None
    histogram = HdrHistogram.decode(encoded)
    if histogram.get_total_count() == 0:
        return None
    return Latency(
        p50=_percentile_ms(histogram, 50.0),
        p95=_percentile_ms(histogram, 95.0),
        p99=_percentile_ms(histogram, 99.0),
        p999=_percentile_ms(histogram, 99.9),
        max=histogram.get_max_value() / 1000,
    )


def spectrum(encoded: str, percentiles: Sequence[float]) -> tuple[float | None, ...]:
    """Milliseconds at each percentile, None where the count does not carry it, as in `latency`."""
    histogram = HdrHistogram.decode(encoded)
    total = histogram.get_total_count()
    carried = [percentile for percentile in percentiles if total >= _needed(percentile)]
    values = histogram.get_percentile_to_value_dict(carried) if carried else {}
    return tuple(values[each] / 1000 if each in values else None for each in percentiles)


def _needed(percentile: float) -> float:
    """Between the percentiles that have a number of their own: as the one above."""
    if percentile <= 50.0:
        return NEEDED[50.0]
    beyond = NEEDED[95.0] * 0.05 if percentile <= 95.0 else NEEDED[99.0] * 0.01
    # Rounded: 100 - 99.9 is a little more than 0.1.
    return round(beyond / (1 - percentile / 100), 6)


def share_over(encoded: str | None, limit_ms: float) -> float | None:
    """The share (0 to 1) of requests slower than ``limit_ms``; None when there is no request.

    Within the histogram's resolution of a thousandth: the bucket that holds the limit is not over it.
    """
    if encoded is None:
        return None
    histogram = HdrHistogram.decode(encoded)
    total = histogram.get_total_count()
    if not total:
        return None
    limit_us = round(limit_ms * 1000)
    over = sum(
        step.count_added_in_this_iter_step
        for step in histogram.get_recorded_iterator()
        if histogram.get_lowest_equivalent_value(step.value_iterated_to) > limit_us
    )
    return float(over / total)


def _percentile_ms(histogram: HdrHistogram, percentile: float) -> float | None:
    if histogram.get_total_count() < NEEDED[percentile]:
        return None
    return float(histogram.get_value_at_percentile(percentile)) / 1000
