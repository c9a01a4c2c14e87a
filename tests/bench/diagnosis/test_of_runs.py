"""What is told of a site by what a run measured."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from betterworker.bench.judge.diagnosis import costs, looked
from betterworker.bench.model import (
    ByRequest,
    Cost,
    Estimate,
    Outcomes,
    Result,
    Run,
    ServerTerms,
    Summary,
)
from tests.bench.builders import (
    a_failure,
    a_latency,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_outcomes,
)
from tests.bench.diagnosis.builders import a_project, of_a_project
from tests.bench.project.builders import a_database

ROWS = ("json:sync", "json:async")


def of(run: Run, *estimates: Estimate, **overrides: Any) -> tuple[Cost, ...]:
    return costs(replace(Summary(run=run, estimates=estimates), **overrides))


def topics(run: Run) -> list[str]:
    return [cost.topic for cost in of(run)]


def a_life(sizes: Sequence[float], life: int = 0, worker: str = "uvicorn", sent: int = 1_000) -> list[Result]:
    """Windows of a server's one start, two rows in turn, of so many MB each."""
    return [
        a_result(
            trial=a_trial(worker=worker, scenario=ROWS[place % 2], round=life, block=place),
            sample=a_sample(peak_pss_mb=size, outcomes=Outcomes(sent=sent, ok=sent)),
        )
        for place, size in enumerate(sizes)
    ]


def test_a_server_that_made_room_at_the_database_begins_another_life() -> None:
    results = a_life(noisy(80, 2, 1, windows=60), sent=100)
    anew = [replace(each, made_room=place % 10 == 0) for place, each in enumerate(results)]
    assert topics(a_run(results)) == ["memory"]
    assert topics(a_run(anew)) == []


def noisy(level: float, slope: float, seed: int, windows: int = 20) -> list[float]:
    noise = random.Random(seed)
    return [level + slope * place + noise.gauss(0, 0.3) for place in range(windows)]


def test_memory_that_grows_by_the_request_is_told() -> None:
    results = [result for life in range(2) for result in a_life(noisy(80, 2, life), life)]
    (cost,) = of(a_run(results))
    assert (cost.topic, cost.workers) == ("memory", ("uvicorn",))
    # 2 MB for each window of 1,000 requests, and the half of that in its warm-up.
    assert cost.what == "The memory of uvicorn grows by 1.3 kB with each request"


@pytest.mark.parametrize("seed", range(5))
def test_memory_that_stays_is_not_told(seed: int) -> None:
    results = [result for life in range(2) for result in a_life(noisy(80, 0, seed + life), life)]
    assert topics(a_run(results)) == []


def test_memory_that_grows_over_few_requests_of_a_start_is_not_told() -> None:
    lives = [a_life(noisy(80, 2, life, windows=20), life, sent=20) for life in range(8)]
    assert topics(a_run([result for life in lives for result in life])) == []


def test_a_cache_that_fills_up_is_no_leak() -> None:
    sizes = [*noisy(80, 4, 1, windows=6), *noisy(104, 0, 2, windows=20)]
    assert topics(a_run(a_life(sizes), a_life(sizes, life=1))) == []


def test_what_a_row_loads_in_its_first_window_is_no_leak() -> None:
    assert topics(a_run(*(a_life([60.0, 90.0, 90.0, 90.0], life) for life in range(4)))) == []


def lopsided(*shares: float, processes: int = 2, windows: int = 4) -> list[Result]:
    return [
        a_result(trial=a_trial(block=block), sample=a_sample(shares=shares, processes=processes))
        for block in range(windows)
    ]


def test_one_process_with_most_of_the_work_is_told() -> None:
    (cost,) = of(a_run(lopsided(0.91, 0.08, 0.01)))
    assert (cost.topic, cost.what) == ("balance", "One of the 2 processes of uvicorn does most of the work")
    assert cost.evidence[0].startswith("91 % of its CPU time")


def test_shares_that_are_fair_enough_are_not_told() -> None:
    assert topics(a_run(lopsided(0.6, 0.4))) == []
    assert topics(a_run(lopsided(0.95, 0.05, windows=2))) == []


def test_a_worker_that_its_timeout_killed_is_told() -> None:
    failure = a_failure(kind="died", log_tail="[CRITICAL] WORKER TIMEOUT (pid:12)")
    (cost,) = of(a_run([a_result(failure=failure)]))
    assert (cost.topic, cost.weight) == ("timeouts", "much")
    assert cost.evidence == ("in 1 window of json:sync",)


@pytest.mark.parametrize(
    ("tail", "topic"),
    [("Worker was sent SIGKILL! Perhaps out of memory?", "killed"), ("MemoryError", "killed"), ("", "died")],
)
def test_how_it_died_is_told_by_its_log(tail: str, topic: str) -> None:
    assert topics(a_run([a_result(failure=a_failure(kind="died", log_tail=tail))])) == [topic]


@pytest.mark.parametrize(
    ("raised", "topic"),
    [
        ("OperationalError: FATAL: sorry, too many clients already", "max_connections"),
        ("OperationalError: database is locked", "locked"),
        ("ValueError: no", "errors"),
    ],
)
def test_errors_in_the_log_are_told_by_their_words(raised: str, topic: str) -> None:
    sample = a_sample(raised=raised, outcomes=an_outcomes(bad_status=12))
    (cost,) = of(a_run([a_result(sample=sample)]))
    assert (cost.topic, cost.evidence) == (topic, ("12 requests in 1 window", raised))


def test_a_wrong_answer_before_a_window_is_told_where_its_cause_is_known() -> None:
    reason = "HTTP 500 instead of 200: OperationalError: FATAL:  sorry, too many clients already"
    (cost,) = of(a_run([a_result(failure=a_failure(kind="wrong_answer", reason=reason))]))
    assert (cost.topic, cost.evidence) == ("max_connections", ("1 answer before a window", reason))
    assert topics(a_run([a_result(failure=a_failure(kind="wrong_answer", reason="HTTP 404"))])) == []


def test_an_exception_without_an_error_is_none() -> None:
    assert topics(a_run([a_result(sample=a_sample(raised="ValueError: caught"))])) == []


def threads(count: int, **sample: Any) -> Result:
    return a_result(asked=ServerTerms(processes=4, threads=count), sample=a_sample(**sample))


def test_more_threads_than_the_database_allows_are_told() -> None:
    project = a_project(databases=(a_database(max_connections=100),))
    (cost,) = of(of_a_project(threads(32), project=project))
    assert (cost.topic, cost.weight) == ("max_connections", "much")
    assert "allows 100 connections, and uvicorn may want 128" in cost.what


def test_connections_that_were_counted_are_told() -> None:
    project = a_project(databases=(a_database(max_connections=100, pool=True),))
    (cost,) = of(of_a_project(threads(32, db_connections=90), project=project))
    assert (cost.weight, cost.evidence) == ("some", ("90 were open at once in a window",))


def test_a_database_with_room_is_not_told() -> None:
    project = a_project(databases=(a_database(max_connections=100),))
    assert topics(of_a_project(threads(8), project=project)) == []


@pytest.mark.parametrize(
    ("driver", "blocks"),
    [
        ("psycopg2 2.9.9", True),
        ("mysqlclient 2.2.4", True),
        ("psycopg 3.1.10", True),
        ("psycopg 3.2.3", False),
        ("pymysql 1.1.0", False),
    ],
)
def test_gevent_is_told_of_drivers_that_wait_in_c(driver: str, blocks: bool) -> None:
    project = a_project(databases=(a_database(driver=driver),))
    found = topics(of_a_project(project=project, workers=("gunicorn-gevent",)))
    assert found == ["gevent"] * blocks


def test_psycogreen_makes_psycopg2_cooperate() -> None:
    project = a_project(databases=(a_database(driver="psycopg2 2.9.9"),), packages={"psycogreen": "1.0"})
    assert topics(of_a_project(project=project, workers=("gunicorn-gevent",))) == []


def test_without_gevent_a_driver_may_wait_in_c() -> None:
    project = a_project(databases=(a_database(driver="psycopg2 2.9.9"),))
    assert topics(of_a_project(project=project, workers=("gunicorn-gthread",))) == []


def beside(p99: float, alone: float | None) -> ByRequest:
    tail = None if alone is None else a_latency(p99=alone)
    return ByRequest(
        worker="uvicorn",
        scenario="traffic:sync",
        point="",
        name="books",
        share=0.5,
        status="ok",
        latency=a_latency(p99=p99),
        outcomes=an_outcomes(),
        alone=tail,
    )


SLOWER = replace(beside(400.0, None), name="search", alone=a_latency(p50=300.0, p99=400.0))


@pytest.mark.parametrize(("p99", "weight"), [(310.0, "much"), (60.0, "some")])
def test_requests_that_wait_behind_others_are_told(p99: float, weight: str) -> None:
    (cost,) = of(a_run(), requests=(beside(p99, 12.0), SLOWER))
    assert (cost.topic, cost.weight) == ("waiting", weight)
    assert cost.evidence == (f"uvicorn: p99 of {p99:.0f} ms beside the others, 12 ms by itself",)


def test_a_little_longer_beside_others_is_not_told() -> None:
    assert of(a_run(), requests=(beside(30.0, 12.0), beside(9.0, 1.0), beside(900.0, None), SLOWER)) == ()


def test_the_slowest_request_waits_behind_no_slower_one() -> None:
    slowest = replace(beside(900.0, 12.0), alone=a_latency(p50=8.0, p99=12.0))
    other = replace(SLOWER, alone=a_latency(p50=2.0, p99=4.0), latency=a_latency(p99=5.0))
    assert of(a_run(), requests=(slowest, other)) == ()


def test_of_an_invalid_row_nothing_is_told_to_wait() -> None:
    assert of(a_run(), requests=(replace(beside(310.0, 12.0), status="invalid"), SLOWER)) == ()


def test_of_the_built_in_site_it_says_what_of_a_run_was_looked_at() -> None:
    (line,) = looked(a_study().project)
    assert line.startswith("Looked at: memory that grows by the request")
