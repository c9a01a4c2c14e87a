"""Latency counts in HdrHistogram's bucket layout: 1 µs to an hour, three significant digits.

Recording must cost a fraction of a microsecond, so the counts live in a flat list whose index the hot
path computes itself (see ``index_of``); the well-kept library encodes, merges and reads them.
"""

from __future__ import annotations

from itertools import compress

from hdrh.histogram import HdrHistogram

from betterworker.bench.stats import HIGHEST_US, LOWEST_US, SIGNIFICANT_FIGURES

# Three digits take 2,048 sub-buckets; every bucket after the first uses the upper half of them.
_SUB_BITS = 11
_HALF_BITS = _SUB_BITS - 1
_HALF = 1 << _HALF_BITS
#: Below this many microseconds a latency is its own index.
LINEAR = 1 << _SUB_BITS


def index_of(microseconds: int) -> int:
    """The bucket index of a latency (G. Tene's HdrHistogram layout)."""
    shift = microseconds.bit_length() - _SUB_BITS
    if shift <= 0:
        return microseconds
    return (shift << _HALF_BITS) + (microseconds >> shift)


def value_at(index: int) -> int:
    """The lowest latency, in microseconds, that falls into a bucket."""
    if index < LINEAR:
        return index
    shift = (index >> _HALF_BITS) - 1
    return (_HALF + (index & (_HALF - 1))) << shift


SIZE = index_of(HIGHEST_US) + 1


def encode(counts: list[int]) -> str:
    """The counts as HdrHistogram V2, base64."""
    histogram = HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
    for index in compress(range(len(counts)), counts):
        histogram.record_value(max(value_at(index), LOWEST_US), counts[index])
    return str(histogram.encode().decode("ascii"))


def percentile_ms(encoded: str | None, percentile: float) -> float | None:
    """Milliseconds, however few were recorded (100 is the maximum); None for none."""
    if encoded is None:
        return None
    histogram = HdrHistogram.decode(encoded)
    if histogram.get_total_count() == 0:
        return None
    return float(histogram.get_value_at_percentile(percentile)) / 1000
