from __future__ import annotations

import math
from itertools import pairwise

import pytest

from betterworker.bench.stats import interval, latency, merge, pooled_log_sd, share_over, spectrum
from tests.bench.builders import a_histogram


def test_merging_nothing_gives_nothing() -> None:
    assert merge([]) is None


def test_merging_adds_counts_and_averages_no_percentile() -> None:
    fast, slow = a_histogram([1_000] * 990), a_histogram([1_000_000] * 10)
    assert merge([fast, slow]) == a_histogram([1_000] * 990 + [1_000_000] * 10)


def test_merging_is_the_same_in_any_order() -> None:
    parts = [a_histogram([value] * 3) for value in (1, 40, 3_600_000_000)]
    assert merge(parts) == merge(reversed(parts))


def test_an_empty_histogram_adds_nothing() -> None:
    assert merge([a_histogram([]), a_histogram([5_000])]) == a_histogram([5_000])


def test_a_text_that_is_no_histogram_is_an_error() -> None:
    with pytest.raises(Exception, match="message too short"):
        merge(["nonsense"])


@pytest.mark.parametrize("encoded", [None, a_histogram([])])
def test_no_request_has_no_latency(encoded: str | None) -> None:
    assert latency(encoded) is None


def test_latency_is_in_milliseconds_within_a_thousandth() -> None:
    found = latency(a_histogram(range(1_000, 1_001_000, 1_000)))
    assert found is not None
    assert (found.p50, found.p95, found.p99, found.max) == pytest.approx((500, 950, 990, 1000), 1e-3)


@pytest.mark.parametrize(
    ("count", "carried"),
    [
        (1, (True, False, False)),
        (99, (True, False, False)),
        (100, (True, True, False)),
        (999, (True, True, False)),
        (1000, (True, True, True)),
    ],
)
def test_a_percentile_needs_requests_beyond_it(count: int, carried: tuple[bool, ...]) -> None:
    found = latency(a_histogram([7_000] * count))
    assert found is not None
    assert tuple(p is not None for p in (found.p50, found.p95, found.p99)) == carried


def test_one_in_a_thousand_needs_ten_thousand() -> None:
    few, many = latency(a_histogram([7_000] * 9_999)), latency(a_histogram([7_000] * 10_000))
    assert few is not None
    assert many is not None
    assert few.p999 is None
    assert many.p999 == pytest.approx(7.0, rel=1e-3)


def test_the_share_over_a_limit_counts_what_is_slower() -> None:
    encoded = a_histogram([1_000] * 97 + [250_000] + [251_000] * 2)
    assert (share_over(encoded, 250.0), share_over(encoded, 0.5), share_over(encoded, 900.0)) == (0.02, 1, 0)


@pytest.mark.parametrize("encoded", [None, a_histogram([])])
def test_no_request_is_over_no_limit(encoded: str | None) -> None:
    assert share_over(encoded, 1.0) is None


def test_the_largest_latency_is_always_known() -> None:
    found = latency(a_histogram([6_000_000]))
    assert found is not None
    assert found.max == pytest.approx(6_000, rel=1e-3)


def test_pooled_noise_is_that_within_groups_not_between_them() -> None:
    apart = pooled_log_sd([[100, 110], [10_000, 11_000]])
    assert apart == pytest.approx((math.log(1.1) / math.sqrt(2), 2))


def test_pooled_noise_weighs_groups_by_their_freedom() -> None:
    groups = [[math.e, 1.0, 1.0], [1.0, 1.0]]
    assert pooled_log_sd(groups) == pytest.approx((math.sqrt((2 / 3) / 3), 3))


@pytest.mark.parametrize("groups", [[], [[1000]], [[0, 1000]], [[], [5]]])
def test_groups_that_say_nothing_of_noise_give_none(groups: list[list[float]]) -> None:
    assert pooled_log_sd(groups) is None


def test_no_values_have_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one"):
        interval([], None)


def test_without_freedom_there_is_a_median_alone() -> None:
    found = interval([3, 1, 2], None)
    assert (found.median, found.low, found.high, found.n) == (2, None, None, 3)


def test_a_window_without_an_answer_has_no_interval() -> None:
    found = interval([0, 1000], (0.1, 5))
    assert (found.median, found.low, found.high) == (500, None, None)


def test_the_interval_is_students_on_the_logarithmic_scale() -> None:
    # t(0.975, 4) = 2.776 in any table.
    found = interval([100.0], (0.1, 4))
    assert (found.low, found.high) == pytest.approx(
        (100 * math.exp(-0.2776), 100 * math.exp(0.2776)), rel=1e-4
    )


def test_two_values_lie_evenly_around_their_geometric_mean() -> None:
    found = interval([100.0, 400.0], (0.1, 10))
    assert found.low is not None
    assert found.high is not None
    assert (found.median, found.high / found.median) == pytest.approx((200, found.median / found.low))


def test_more_windows_make_the_interval_narrower() -> None:
    highs = [interval([100.0] * n, (0.1, 8)).high or 0.0 for n in (1, 2, 4, 16)]
    assert all(few > more for few, more in pairwise(highs))


def test_a_stray_window_leaves_the_median_inside_the_interval() -> None:
    found = interval([100.0, 101.0, 1.0], (0.01, 20))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.median <= found.high


def test_a_spectrum_has_the_percentiles_that_the_count_carries() -> None:
    encoded = a_histogram(range(1_000, 101_000, 1_000))
    p50, p95, p99 = spectrum(encoded, (50.0, 95.0, 99.0))
    assert (p50, p95) == pytest.approx((50.0, 95.0), rel=1e-3)
    assert p99 is None


@pytest.mark.parametrize(
    ("count", "carried"), [(1, 50.0), (50, 90.0), (100, 95.0), (1_000, 99.0), (10_000, 99.9)]
)
def test_a_spectrum_ends_where_a_single_percentile_would(count: int, carried: float) -> None:
    percentiles = (50.0, 90.0, 95.0, 99.0, 99.9, 99.99)
    values = spectrum(a_histogram([1_000] * count), percentiles)
    assert max(p for p, value in zip(percentiles, values, strict=True) if value is not None) == carried
