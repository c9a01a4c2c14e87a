"""The statistics of comparisons: levels over looks and rivals, pairs over rounds."""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from betterworker.bench.stats import (
    Pair,
    Spread,
    Window,
    holm,
    limits,
    moderated,
    nominal_level,
    p_value,
    pair,
    rounds_needed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Pocock's levels for 1 to 5 equally spaced looks, as published (Jennison & Turnbull, table 2.1).
PUBLISHED = (0.05, 0.0294, 0.0221, 0.0182, 0.0158)


def blocks(*rounds: Sequence[float]) -> dict[tuple[int, int], Window]:
    """A worker's windows of one second: the right answers of each block, round by round."""
    return {
        (number, block): Window(completed=count, seconds=1.0)
        for number, counts in enumerate(rounds)
        for block, count in enumerate(counts)
    }


def a_pair(*values: float, floor: float = 0.0) -> Pair:
    """One block a round, whose logarithm is given."""
    found = pair(blocks(*([1e9 * math.exp(value)] for value in values)), blocks(*[[1e9]] * len(values)))
    assert found is not None
    return Pair(
        mean=found.mean, variance=found.variance, floor=floor, rounds=found.rounds, blocks=found.blocks
    )


def figures(spread: Pair | Spread | None) -> tuple[float | None, ...] | None:
    """For comparing with `pytest.approx`."""
    return None if spread is None else astuple(spread)


@pytest.mark.parametrize("looks", range(1, 6))
def test_the_level_of_equally_spaced_looks_is_pococks(looks: int) -> None:
    assert nominal_level(tuple(range(7, 7 * looks + 1, 7))) == pytest.approx(PUBLISHED[looks - 1], abs=5e-5)


@pytest.mark.parametrize("looks", [(4, 10), (6, 10, 16), (1, 2, 50, 51)])
def test_the_level_of_unequal_looks_keeps_the_overall_error(looks: tuple[int, ...]) -> None:
    bound = [-scipy_stats.norm.ppf(nominal_level(looks) / 2)] * len(looks)
    corr = [[math.sqrt(min(a, b) / max(a, b)) for b in looks] for a in looks]
    inside = scipy_stats.multivariate_normal.cdf(bound, cov=corr, lower_limit=[-each for each in bound])
    assert inside == pytest.approx(0.95, abs=1e-3)


@pytest.mark.parametrize("looks", [(), (0, 5), (5, 5), (6, 3)])
def test_looks_must_go_on(looks: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must increase"):
        nominal_level(looks)


def test_holm_lowers_the_level_until_one_step_fails() -> None:
    # By hand: 0.01 <= 0.05/4 and 0.013 <= 0.05/3 hold, 0.03 > 0.05/2 fails, 0.04 with it.
    levels = holm([0.04, 0.01, 0.03, 0.013], 0.05)
    assert levels == pytest.approx((0.05 / 2, 0.05 / 4, 0.05 / 2, 0.05 / 3))


def test_one_hypothesis_keeps_the_whole_level() -> None:
    assert (holm([0.5], 0.05), holm([], 0.05)) == ((0.05,), ())


def test_equal_hypotheses_take_their_steps_in_order_whatever_their_last_digits() -> None:
    p_value = 1.2e-7
    steps = pytest.approx((0.05 / 3, 0.05 / 2, 0.05))
    assert holm([p_value, p_value * (1 + 4e-15), p_value * (1 - 4e-15)], 0.05) == steps


@given(st.lists(st.floats(0, 1), max_size=8))
def test_what_holm_rejects_lies_under_the_level_it_leaves(p_values: list[float]) -> None:
    levels = holm(p_values, 0.05)
    rejected = [p <= level for p, level in zip(p_values, levels, strict=True)]
    ranks = sorted(p_values)
    steps = [p <= 0.05 / (len(ranks) - place) for place, p in enumerate(ranks)]
    assert sum(rejected) == (steps.index(False) if False in steps else len(steps))


def test_a_pair_is_the_mean_of_its_rounds() -> None:
    found = a_pair(0.1, 0.2, 0.6)
    assert (found.mean, found.variance) == pytest.approx((0.3, 0.07))
    assert (found.rounds, found.blocks, found.freedom) == (3, 3, 2)


def test_more_blocks_in_a_round_are_no_more_rounds() -> None:
    once = pair(blocks([100], [120]), blocks([100], [100]))
    twice = pair(blocks([100, 100], [120, 120]), blocks([100, 100], [100, 100]))
    assert once is not None
    assert twice is not None
    assert (twice.mean, twice.variance, twice.rounds) == (once.mean, once.variance, once.rounds)
    assert twice.blocks == 4


def test_a_round_compares_what_both_completed_in_the_same_blocks() -> None:
    found = pair(blocks([100, 300]), {(0, 0): Window(completed=100, seconds=0.5)})
    assert found is not None
    assert found.mean == pytest.approx(math.log(0.5))
    assert found.blocks == 1


def test_workers_without_a_common_block_cannot_be_paired() -> None:
    assert pair(blocks([100]), {(1, 0): Window(completed=100, seconds=1.0)}) is None


def test_a_round_without_an_answer_counts_as_half_a_request() -> None:
    found = pair(blocks([0]), blocks([100]))
    assert found is not None
    assert found.mean == pytest.approx(math.log(0.5 / 100))


def test_whole_requests_are_counted_with_an_error_at_both_ends_of_a_window() -> None:
    found = pair(blocks([20, 20]), blocks([1e9, 1e9]))
    assert found is not None
    assert found.floor == pytest.approx(2 / 6 / 40**2)


def test_reversed_it_is_the_rival_over_the_leader() -> None:
    first, second = blocks([3, 4], [5]), blocks([7, 9], [2])
    forth, back = pair(first, second), pair(second, first)
    assert forth is not None
    assert back is not None
    assert figures(forth.reversed()) == pytest.approx(figures(back))


def test_without_a_prior_the_interval_and_p_value_are_scipys() -> None:
    values = (0.03, -0.01, 0.05, 0.02, 0.04, 0.01, 0.02)
    own, test = a_pair(*values), scipy_stats.ttest_1samp(values, 0.0)
    spread = moderated(own, [])
    assert spread is not None
    expected = test.confidence_interval(1 - 0.0221)
    assert limits(own, spread, 0.0221) == pytest.approx((expected.low, expected.high))
    assert p_value(own, spread) == pytest.approx(test.pvalue)


def test_a_variance_is_moderated_by_the_others() -> None:
    own, other = a_pair(0.1, 0.1), a_pair(-0.1, 0.0, 0.1)
    # Smyth's formula by hand, with 1 own and 2 prior degrees of freedom: (1·0 + 2·0.01) / 3.
    assert figures(moderated(own, [other])) == pytest.approx((0.02 / 3, 3))


def test_the_others_count_for_four_degrees_of_freedom_at_most() -> None:
    own, other = a_pair(0.1, 0.1), a_pair(-0.1, 0.0, 0.1)
    assert figures(moderated(own, [other] * 5)) == pytest.approx((0.04 / 5, 5))


def test_a_single_round_knows_only_what_others_know() -> None:
    single = a_pair(0.1)
    assert moderated(single, []) is None
    assert moderated(single, [single]) is None
    assert figures(moderated(single, [a_pair(0.0, 0.2)])) == pytest.approx((0.02, 1))


def test_noise_is_at_least_what_counting_adds() -> None:
    assert moderated(a_pair(0.1, 0.1, floor=0.25), []) == Spread(variance=0.25, freedom=1)


@pytest.mark.parametrize(("mean", "expected"), [(0.0, 1.0), (0.1, 0.0)])
def test_without_any_noise_equal_is_equal_and_different_is_different(mean: float, expected: float) -> None:
    assert p_value(a_pair(mean, mean), Spread(variance=0.0, freedom=1)) == expected


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=6), st.floats(0.001, 0.2))
def test_an_interval_excludes_equality_where_the_p_value_does(values: list[float], level: float) -> None:
    own, spread = a_pair(*values), Spread(variance=0.04, freedom=5.0)
    low, high = limits(own, spread, level)
    assert (low > 0 or high < 0) == (p_value(own, spread) < level)


def test_more_noise_takes_more_rounds_and_a_larger_difference_fewer() -> None:
    calm, noisy = Spread(variance=0.01, freedom=9), Spread(variance=0.04, freedom=9)
    near, far = a_pair(0.05, 0.05), a_pair(0.1, 0.1)
    cases = ((near, calm), (near, noisy), (far, calm))
    needed = [rounds_needed(own, spread, 0.05, 0.03) for own, spread in cases]
    # (1.96 · 0.1 / 0.05)² = 15.4, four times that, a quarter of that.
    assert needed == [16, 62, 4]


def test_near_equality_it_is_equivalence_that_comes_first() -> None:
    # (1.96 · 0.1 / 0.03)² = 42.7
    assert rounds_needed(a_pair(0.0, 0.0), Spread(variance=0.01, freedom=9), 0.05, 0.03) == 43


def test_without_a_margin_equality_is_never_shown() -> None:
    assert rounds_needed(a_pair(0.0, 0.0), Spread(variance=0.01, freedom=9), 0.05, 0.0) is None
