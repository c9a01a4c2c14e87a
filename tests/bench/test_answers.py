"""Which worker to run: of made runs, and of the published study."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.bench.builders import a_failure, a_sample
from tests.bench.concluded import (
    DIED,
    FAST,
    JSON,
    QUERY,
    SLOW,
    WAITS,
    a_setup,
    answer,
    of,
    published,
    summed,
)

if TYPE_CHECKING:
    from betterworker.bench.model import Comparison


def test_rows_weigh_the_same_whatever_they_answer() -> None:
    """Ten times faster in one row of few requests, half as fast in one of many."""
    a = {JSON: [10_000, 10_100, 9_900, 10_050], QUERY: [10, 10, 10, 10]}
    b = {JSON: [5_000, 5_050, 4_950, 5_020], QUERY: [100, 100, 100, 100]}
    summary = summed({"a": a, "b": b})
    assert answer(summary, "sync").standing.leader == "b"


def test_an_answer_has_the_price_of_its_leader() -> None:
    heavy = [
        a_sample(completed=count, peak_pss_mb=mb)
        for count, mb in zip(FAST, (99.0, 100, 101, 100), strict=True)
    ]
    light = [
        a_sample(completed=count, peak_pss_mb=mb) for count, mb in zip(SLOW, (49.0, 50, 51, 50), strict=True)
    ]
    workers = {"a": {JSON: heavy, WAITS: (10, 10, 10, 10)}, "b": {JSON: light, WAITS: (99, 99, 100, 100)}}
    setups = {"a": a_setup(loses="it ends at once")}
    costs = answer(summed(workers, setups=setups), "sync").costs
    assert costs[0] == "bad at views that wait"
    assert costs[1:] == ("1.4 times the memory of b (90 MB)", "requests may be lost when it is stopped")


def test_an_equal_worker_costs_nothing() -> None:
    assert answer(summed({"a": {JSON: FAST}, "b": {JSON: SLOW}}), "sync").costs == ()


def test_where_every_worker_fails_nobody_is_named() -> None:
    summary = summed({"a": {JSON: FAST, QUERY: DIED}, "b": {JSON: FAST, QUERY: DIED}})
    assert answer(summary, "sync").standing.leader is None
    assert of(summary, "a", "non_blocking").grade == "bad"


def test_a_kind_of_site_without_rows_has_no_answer() -> None:
    assert [each.site for each in summed({"a": {JSON: FAST}}).answers] == ["sync"]


def test_no_valid_cell_at_all_is_no_error() -> None:
    summary = summed({"a": {JSON: DIED}, "b": {JSON: [a_failure(kind="start")]}})
    assert answer(summary, "sync").standing.leader is None
    assert {of(summary, worker, "memory").grade for worker in "ab"} == {"unmeasured"}


def test_the_published_study_comes_to_the_same_whenever_it_is_judged() -> None:
    summary = published()
    leaders = {each.site: each.standing.leader for each in summary.answers}
    assert leaders == {"sync": "granian-wsgi", "async": "betterworker-granian", "blocking": "gunicorn-gevent"}
    assert of(summary, "uvicorn", "non_blocking").grade == "weak"
    assert of(summary, "gunicorn-sync", "blocking").grade == "bad"
    assert of(summary, "hypercorn-trio", "async").grade == "no"
    assert of(summary, "gunicorn-gthread", "async").grade == "adapted"


def test_a_topics_intervals_are_narrower_than_its_rows() -> None:
    found = answer(published(), "sync")
    rows = [each for each in published().standings if each.scenario in found.rows]
    of_rows = statistics.median(_width(each) for row in rows for each in row.comparisons)
    assert all(_width(each) < of_rows for each in found.standing.comparisons)


def _width(comparison: Comparison) -> float:
    low, high = comparison.ratio.low, comparison.ratio.high
    assert low is not None
    assert high is not None
    return high / low
