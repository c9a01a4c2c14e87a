"""What a run comes to: a grade for every worker in the topics that go by its answers."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, get_args

import pytest

from betterworker.bench.model import Topic
from tests.bench.builders import a_failure, a_sample, an_outcomes
from tests.bench.concluded import (
    ASYNC,
    DIED,
    FAST,
    HALF,
    JSON,
    QUERY,
    SLOW,
    WAITS,
    answer,
    of,
    summed,
)

if TYPE_CHECKING:
    from betterworker.bench.judge import Cannot
    from betterworker.bench.model import Conclusion

WRONG = [a_sample(outcomes=an_outcomes(timeout=500))] * 4
NO_ASYNC: Cannot = {"b": {"async": "it has no loop"}}
NO_SYNC: Cannot = {"b": {"sync": "it has no loop"}}
COSTS: tuple[Topic, ...] = ("stability", "memory", "cpu")


def test_every_worker_has_every_topic_in_order() -> None:
    summary = summed({"b": {JSON: FAST}, "a": {JSON: FAST}})
    told = [(each.worker, each.topic) for each in summary.conclusions]
    assert told == [(worker, topic) for worker in ("b", "a") for topic in get_args(Topic)]


def test_the_best_is_good_and_the_others_by_their_ratio() -> None:
    summary = summed({"a": {JSON: FAST}, "b": {JSON: HALF}, "c": {JSON: SLOW}})
    assert [of(summary, worker, "non_blocking").grade for worker in "abc"] == ["good", "regular", "bad"]
    found = of(summary, "b", "non_blocking")
    assert (found.against, found.cells) == ("a", (JSON,))
    assert found.ratio is not None
    assert found.ratio.median == pytest.approx(0.6, abs=0.01)


def test_noise_over_a_threshold_cannot_tell() -> None:
    summary = summed({"a": {JSON: (1000, 1300, 900, 1100)}, "b": {JSON: (900, 800, 700, 1000)}})
    found = of(summary, "b", "non_blocking")
    assert (found.grade, found.between[0]) == (None, "good")
    assert "not told from b" in of(summary, "a", "non_blocking").because


def test_one_round_tells_nothing() -> None:
    summary = summed({"a": {JSON: [1000]}, "b": {JSON: [10]}})
    assert [of(summary, worker, "non_blocking").grade for worker in "ab"] == [None, None]
    assert of(summary, "b", "non_blocking").between == ()


def test_a_worker_alone_is_compared_with_nothing() -> None:
    found = of(summed({"a": {JSON: FAST}}), "a", "non_blocking")
    assert (found.grade, found.because) == (None, "nothing to compare it with; over 1 row")


def test_who_waits_and_who_does_not_are_topics_of_their_own() -> None:
    summary = summed(
        {"a": {JSON: FAST, WAITS: (100, 100, 100, 100)}, "b": {JSON: SLOW, WAITS: (190, 191, 190, 189)}}
    )
    assert [answer(summary, site).standing.leader for site in ("sync", "blocking")] == ["a", "b"]
    assert (of(summary, "a", "blocking").grade, of(summary, "b", "non_blocking").grade) == ("regular", "bad")


def test_who_fails_in_a_row_is_never_the_best() -> None:
    workers = {
        "a": {JSON: FAST, QUERY: FAST, "html:sync": WRONG},
        "b": {JSON: HALF, QUERY: HALF, "html:sync": HALF},
    }
    summary = summed(workers)
    found = of(summary, "a", "non_blocking")
    assert (found.grade, found.against) == ("weak", "b")
    assert found.because == "fails html:sync; over 2 of 3 rows"
    assert answer(summary, "sync").standing.leader == "b"
    assert answer(summary, "sync").standing.comparisons == ()


def test_half_of_the_rows_failing_is_bad_however_fast_the_rest_is() -> None:
    summary = summed({"a": {JSON: FAST, QUERY: DIED}, "b": {JSON: SLOW, QUERY: SLOW}})
    assert of(summary, "a", "non_blocking").grade == "bad"


def test_a_row_without_any_figure_is_bad_and_says_which() -> None:
    found = of(summed({"a": {JSON: FAST}, "b": {JSON: DIED}}), "b", "non_blocking")
    assert (found.grade, found.because, found.ratio) == ("bad", "no figure; fails json:sync", None)


def test_what_is_declared_is_no_failure() -> None:
    workers = {"a": {JSON: FAST, ASYNC: FAST}, "b": {JSON: FAST, ASYNC: [a_failure()]}}
    summary = summed(workers, NO_ASYNC)
    assert (of(summary, "b", "async").grade, of(summary, "b", "stability").grade) == ("no", "good")
    assert of(summary, "b", "async").because == "not supported: it has no loop"


def test_a_worker_that_serves_nothing_says_why() -> None:
    summary = summed({"a": {JSON: FAST}, "b": {JSON: [a_failure()]}}, NO_SYNC)
    assert of(summary, "b", "non_blocking").grade == "no"
    assert {of(summary, "b", topic).grade for topic in COSTS} == {"unmeasured"}


def test_what_is_not_installed_was_not_measured() -> None:
    absent = a_failure(kind="not_installed", reason="granian is not installed")
    found = of(summed({"a": {JSON: FAST}, "b": {JSON: [absent]}}), "b", "non_blocking")
    assert (found.grade, found.because) == ("unmeasured", "not measured: granian is not installed")


def test_at_the_ceiling_two_workers_are_equal_in_that_row() -> None:
    """200 connections on a view of 1 s: 200 RPS at most."""
    a, b = (199, 200, 199, 198), (195, 196, 195, 196)
    found = of(summed({"a": {WAITS: a}, "b": {WAITS: b}}), "b", "blocking")
    assert found.ratio is not None
    assert (found.ratio.median, found.grade) == (1.0, "good")


def test_a_lower_bound_is_left_out() -> None:
    limited = [a_sample(completed=3000, generator_cpu=0.99)] * 4
    summary = summed({"a": {JSON: FAST, QUERY: FAST}, "b": {JSON: HALF, QUERY: limited}})
    found = of(summary, "b", "non_blocking")
    assert (found.grade, found.because) == ("regular", "over 1 of 2 rows")
    only = of(summed({"a": {JSON: FAST}, "b": {JSON: limited}}), "b", "non_blocking")
    assert (only.grade, only.because) == ("unmeasured", "the load was the limit in every row")


def test_the_order_of_workers_changes_nothing() -> None:
    rows = {"a": {JSON: FAST, QUERY: HALF}, "b": {JSON: HALF, QUERY: HALF}, "c": {JSON: SLOW, QUERY: FAST}}
    summaries = (summed({worker: rows[worker] for worker in order}) for order in permutations(rows))
    assert len({frozenset(map(_told, summary.conclusions)) for summary in summaries}) == 1


def _told(each: Conclusion) -> tuple[object, ...]:
    figures = () if each.ratio is None else (each.ratio.median, each.ratio.low, each.ratio.high)
    rounded = tuple(figure if figure is None else round(figure, 9) for figure in figures)
    return each.worker, each.topic, each.grade, each.between, rounded
