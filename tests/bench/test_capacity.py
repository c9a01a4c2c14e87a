from __future__ import annotations

from collections.abc import Callable

from betterworker.bench.judge.capacity import capacities
from betterworker.bench.model import Capacity, Load, Paces, Result, Run
from betterworker.bench.objective import parse
from betterworker.bench.search import Found, next_rate
from tests.bench.builders import (
    a_failure,
    a_histogram,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_outcomes,
    results,
)

OBJECTIVE = "p99<250ms,errors<0.1%"
STUDY = a_study(
    workers=("b", "a"), scenarios=("json:sync",), paces=Paces(scenarios=("json:sync",), objective=OBJECTIVE)
)
QUICK = a_sample(latency=a_histogram([9_000] * 1000), outcomes=an_outcomes(sent=1000))
SLOW = a_sample(latency=a_histogram([500_000] * 1000), outcomes=an_outcomes(sent=1000))
PEAK = results("a", "json:sync", 990, 1000, 1010)


def a_probe(rate: float, keeps: bool, worker: str = "a", block: int = 1) -> Result:
    trial = a_trial(worker=worker, point="objective", block=block, load=Load(connections=64, rate=rate))
    return a_result(trial=trial, sample=QUICK if keeps else SLOW)


def searched(keeps: Callable[[float], bool], worker: str = "a") -> list[Result]:
    """The probes that a whole search from a peak of 1,000 RPS stores."""
    stored: list[Result] = []
    while not isinstance(rate := next_rate(parse(OBJECTIVE), 1000.0, stored), Found):
        stored.append(a_probe(rate, keeps(rate), worker, len(stored)))
    return stored


def only(run: Run) -> Capacity:
    (capacity,) = capacities(run)
    return capacity


def test_a_whole_search_is_a_capacity() -> None:
    probes = searched(lambda rate: rate < 600)
    found = only(a_run(PEAK, probes, study=STUDY))
    assert (found.worker, found.scenario, found.objective) == ("a", "json:sync", OBJECTIVE)
    assert (found.found, found.probes, found.reason) == (True, len(probes), "")
    assert found.rate is not None
    assert found.broken_at is not None
    assert found.rate < 600 <= found.broken_at <= 1.05 * found.rate


def test_a_search_under_way_shows_what_it_has_bracketed() -> None:
    run = a_run(PEAK, [a_probe(700, False), a_probe(300, True, block=2)], study=STUDY)
    found = only(run)
    assert (found.found, found.rate, found.broken_at, found.probes) == (False, 300, 700, 2)
    assert found.reason == "the search is not finished: resume the run"


def test_a_worker_that_keeps_it_at_no_rate_has_no_capacity() -> None:
    found = only(a_run(PEAK, searched(lambda _: False), study=STUDY))
    assert (found.found, found.rate) == (False, None)
    assert found.reason.startswith("not kept even at 1 %")


def test_a_worker_that_keeps_it_at_its_peak_has_what_was_tried() -> None:
    found = only(a_run(PEAK, searched(lambda _: True), study=STUDY))
    assert (found.found, found.rate, found.broken_at) == (True, 1300, None)
    assert "times the closed loop's peak" in found.reason


def test_a_server_that_fails_says_why() -> None:
    failed = a_result(trial=a_probe(700, True).trial, failure=a_failure(kind="start", reason="no port"))
    found = only(a_run(PEAK, [failed], study=STUDY))
    assert (found.found, found.rate, found.reason) == (False, None, "no port")


def test_a_repeated_probe_counts_once() -> None:
    again = a_trial(worker="a", point="objective", block=1, attempt=2, load=Load(connections=64, rate=700.0))
    run = a_run(PEAK, [a_probe(700, False), a_result(trial=again, sample=QUICK)], study=STUDY)
    assert (only(run).probes, only(run).rate) == (1, 700)


def test_workers_come_in_the_order_of_the_study() -> None:
    probes = [a_probe(700, True, worker) for worker in ("a", "b")]
    run = a_run(PEAK, results("b", "json:sync", 1000), probes, study=STUDY)
    assert [capacity.worker for capacity in capacities(run)] == ["b", "a"]


def test_without_an_objective_or_a_probe_there_is_no_capacity() -> None:
    assert capacities(a_run(PEAK, study=STUDY)) == ()
    assert capacities(a_run(PEAK, [a_probe(700, True)])) == ()
