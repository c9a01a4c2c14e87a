"""Our bucket index is HdrHistogram's own."""

from __future__ import annotations

from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from betterworker.bench.load.histogram import SIZE, encode, index_of, value_at
from betterworker.bench.stats import HIGHEST_US, LOWEST_US, SIGNIFICANT_FIGURES

latencies = st.integers(LOWEST_US, HIGHEST_US) | st.integers(LOWEST_US, 10_000)


@given(latencies)
def test_a_bucket_holds_a_latency_to_three_digits(latency: int) -> None:
    kept = value_at(index_of(latency))
    assert 0 <= latency - kept <= latency / 10**SIGNIFICANT_FIGURES
    assert index_of(kept) == index_of(latency) < SIZE


@given(latencies, latencies)
def test_buckets_are_in_the_order_of_latencies(one: int, other: int) -> None:
    assert (index_of(one) <= index_of(other)) or one > other


@given(st.lists(latencies, max_size=20))
def test_the_library_reads_the_counts_it_would_have_made(values: list[int]) -> None:
    ours, theirs = [0] * SIZE, HdrHistogram(LOWEST_US, HIGHEST_US, SIGNIFICANT_FIGURES)
    for value in values:
        ours[index_of(value)] += 1
        theirs.record_value(value)
    decoded = HdrHistogram.decode(encode(ours))
    assert decoded.get_total_count() == len(values)
    assert [decoded.get_count_at_value(v) for v in values] == [theirs.get_count_at_value(v) for v in values]


def test_a_latency_under_a_microsecond_is_not_lost() -> None:
    counts = [0] * SIZE
    counts[0] = 3
    assert HdrHistogram.decode(encode(counts)).get_total_count() == 3
