"""Which request is next is known beforehand: from the weights and the seed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from betterworker.bench.load.turns import EVEN, RING, draws, place


@pytest.mark.parametrize("weights", [(9.0, 1.0), (1.0, 1.0, 1.0), (0.001,) * 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_ring_has_each_kind_as_often_as_its_weight_says(weights: tuple[float, ...], seed: int) -> None:
    drawn = Counter(draws(weights, seed))
    for kind, weight in enumerate(weights):
        assert abs(drawn[kind] - RING * weight / sum(weights)) < 1 + 1e-6


def test_a_few_draws_in_a_row_have_the_shares_already() -> None:
    ring = draws([7.0, 2.0, 1.0], seed=3)
    for start in range(0, RING, EVEN):
        drawn = Counter(ring[start : start + EVEN])
        assert abs(drawn[1] - EVEN * 0.2) < 2
        assert abs(drawn[2] - EVEN * 0.1) < 2


def test_whether_a_rare_kind_comes_is_a_matter_of_chance() -> None:
    came = sum(1 in draws([1.0, 0.5 / RING], seed) for seed in range(60))
    assert 10 < came < 50


def test_kinds_do_not_come_in_rounds() -> None:
    ring = draws([1.0, 1.0], seed=1)
    gaps = Counter(later == earlier for earlier, later in pairwise(ring))
    assert gaps[True] / RING == pytest.approx(0.5, abs=0.05)


def test_the_seed_decides() -> None:
    assert draws([1.0, 1.0], 3) == draws([1.0, 1.0], 3)
    assert draws([1.0, 1.0], 3) != draws([1.0, 1.0], 4)


def test_users_begin_at_places_of_their_own() -> None:
    assert [place(user, 4) for user in range(4)] == [0, RING // 4, RING // 2, 3 * RING // 4]
