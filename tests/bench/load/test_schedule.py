"""Arrivals are known beforehand: from the rate and the seed, whoever makes them."""

from __future__ import annotations

import statistics
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from betterworker.bench.load.schedule import CHUNK, arrivals, offered
from betterworker.bench.load.spec import Kind, LoadSpec
from tests.bench.load.scripted import a_spec

SECOND = 1_000_000_000
BOTH = (Kind(name="fast", path="/", weight=0.9), Kind(name="slow", path="/slow", weight=0.1))


def a_schedule(**overrides: Any) -> LoadSpec:
    """From 0 s on: 1 s of warm-up and 10 s of window."""
    spans = {"begin_ns": 0, "window_start_ns": SECOND, "window_end_ns": 11 * SECOND}
    return a_spec(**{**spans, "rate": 1000.0, **overrides})


def moments(**overrides: Any) -> list[int]:
    return [at for at, _ in arrivals(a_schedule(**overrides))]


def test_constant_arrivals_are_as_far_apart_as_the_rate_says() -> None:
    assert moments(rate=4.0, window_end_ns=SECOND + 1) == [n * SECOND // 4 for n in range(5)]


def test_a_rate_that_does_not_divide_a_second_does_not_drift() -> None:
    assert moments(rate=3000.0)[30_000] == 10 * SECOND


def test_arrivals_begin_where_the_load_begins_and_end_with_the_window() -> None:
    times = moments(begin_ns=500)
    assert (times[0], len(times)) == (500, 11_000)
    assert times[-1] < 11 * SECOND


@pytest.mark.parametrize("seed", range(5))
def test_poisson_arrivals_have_the_rate_and_exponential_gaps(seed: int) -> None:
    times = moments(arrivals="poisson", seed=seed)
    gaps = [b - a for a, b in pairwise(times)]
    assert len(times) == pytest.approx(11_000, abs=4 * 11_000**0.5)
    assert statistics.stdev(gaps) == pytest.approx(statistics.fmean(gaps), rel=0.05)
    assert min(gaps) >= 0


def test_the_seed_decides() -> None:
    assert moments(arrivals="poisson", seed=3) == moments(arrivals="poisson", seed=3)
    assert moments(arrivals="poisson", seed=3) != moments(arrivals="poisson", seed=4)


@pytest.mark.parametrize("kind", ["constant", "poisson"])
@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_together_are_the_schedule_of_one(kind: str, processes: int) -> None:
    parts = [a_schedule(arrivals=kind, kinds=BOTH, first=n, every=processes) for n in range(processes)]
    together = sorted(arrival for part in parts for arrival in arrivals(part))
    assert together == list(arrivals(a_schedule(arrivals=kind, kinds=BOTH)))


def test_several_processes_take_turns() -> None:
    assert moments(rate=4.0, first=1, every=2)[:3] == [SECOND // 4, 3 * SECOND // 4, 5 * SECOND // 4]


def test_kinds_come_by_their_weights() -> None:
    drawn = Counter(kind for _, kind in arrivals(a_schedule(kinds=BOTH)))
    assert drawn[1] / drawn.total() == pytest.approx(0.1, abs=0.015)


def test_a_second_kind_does_not_move_the_arrivals() -> None:
    assert moments(arrivals="poisson", kinds=BOTH) == moments(arrivals="poisson")


@pytest.mark.parametrize("kind", ["constant", "poisson"])
@pytest.mark.parametrize("ended_s", [11, 5.5])
def test_what_was_offered_is_counted_by_kind_from_the_windows_start_to_its_end(
    kind: str, ended_s: float
) -> None:
    spec, ended = a_schedule(arrivals=kind, kinds=BOTH), round(ended_s * SECOND)
    inside = Counter(which for at, which in arrivals(spec) if SECOND <= at < ended)
    assert offered(spec, ended) == [inside[0], inside[1]]


def test_nothing_is_offered_by_a_window_that_ended_before_it_began() -> None:
    assert offered(a_schedule(), 0) == [0]


def test_a_schedule_of_millions_is_made_as_it_is_needed() -> None:
    first = next(arrivals(a_schedule(rate=1e7, window_end_ns=2**62)))
    assert first == (0, 0)
    assert CHUNK < 10_000


def test_no_rate_is_no_schedule() -> None:
    with pytest.raises(ValueError, match="closed loop has no schedule"):
        next(arrivals(a_spec()))


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_is_more_than_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match="requests per second"):
        a_spec(rate=rate)
