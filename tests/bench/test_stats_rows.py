"""Several rows taken together, round by round."""

from __future__ import annotations

import math

import pytest

from betterworker.bench.stats import Ratio, Window, mean_of_rows, pair_of, ratios


def row(*values: float, first: int = 0, counting: float = 0.0) -> dict[int, Ratio]:
    """A ratio for each round, from its logarithm."""
    return {first + at: Ratio(value=value, counting=counting) for at, value in enumerate(values)}


def test_each_row_weighs_the_same() -> None:
    fast = ratios({(0, 0): Window(completed=8000, seconds=1)}, {(0, 0): Window(completed=4000, seconds=1)})
    slow = ratios({(0, 0): Window(completed=2, seconds=1)}, {(0, 0): Window(completed=4, seconds=1)})
    assert mean_of_rows([fast, slow])[0].value == pytest.approx(0.0)


def test_the_round_is_what_repeats() -> None:
    found = pair_of(mean_of_rows([row(0.1, 0.3), row(0.3, 0.5), row(0.5, 0.7)]))
    assert found is not None
    assert (found.rounds, found.blocks) == (2, 2)
    assert (found.mean, found.variance) == pytest.approx((0.4, 0.02))


def test_noise_of_single_rows_averages_out() -> None:
    one, all_rows = pair_of(row(0.1, -0.1)), pair_of(mean_of_rows([row(0.1, -0.1), row(-0.1, 0.1)]))
    assert one is not None
    assert all_rows is not None
    assert (one.variance or 0.0) > (all_rows.variance or 0.0)


def test_only_rounds_that_hold_every_row_count() -> None:
    assert list(mean_of_rows([row(0.1, 0.1, 0.1), row(0.2, 0.2, first=1)])) == [1, 2]


def test_rows_without_a_round_in_common_say_nothing() -> None:
    assert pair_of(mean_of_rows([row(0.1), row(0.1, first=1)])) is None
    assert pair_of(mean_of_rows([])) is None


def test_counting_errors_of_rows_average_out_as_well() -> None:
    found = pair_of(mean_of_rows([row(0.0, counting=0.08), row(0.0, counting=0.08)]))
    assert found is not None
    assert found.floor == pytest.approx(0.04)
    assert math.isclose(found.mean, 0.0)
