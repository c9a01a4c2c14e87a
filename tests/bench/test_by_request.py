"""A row of several requests is judged whole, and told by request."""

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.judge import summarise
from betterworker.bench.judge.requests import by_request
from betterworker.bench.model import ByRequest, Estimate, Load, Part, Result
from tests.bench.builders import (
    a_histogram,
    a_latency,
    a_paced,
    a_part,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_estimate,
    an_outcomes,
)

ROW = "traffic:sync"
STUDY = a_study(workers=("uvicorn",), scenarios=("book:sync", "search:async", ROW))


def a_window(parts: dict[str, Part], **trial: Any) -> Result:
    values = {"scenario": ROW, **trial}
    return a_result(trial=a_trial(**values), sample=a_sample(parts=parts))


def told(*windows: Result, estimates: tuple[Estimate, ...] = (), **row: Any) -> dict[str, ByRequest]:
    """By name, of the row in the closed loop."""
    cells = (*estimates, an_estimate(**{"scenario": ROW, **row}))
    found = by_request(a_run(windows, study=STUDY), cells, ())
    return {each.name: each for each in found}


BOTH = {"book": a_part(3_000, ms=10.0), "search": a_part(1_000, ms=80.0)}


def test_each_request_has_its_share_of_all_that_were_sent() -> None:
    found = told(a_window(BOTH))
    assert {name: each.share for name, each in found.items()} == {"book": 0.75, "search": 0.25}


def test_windows_are_merged_and_their_percentiles_not_averaged() -> None:
    slow = {**BOTH, "book": a_part(3_000, ms=100.0)}
    latency = told(a_window(BOTH), a_window(slow, block=1))["book"].latency
    assert latency is not None
    assert latency.p50 == pytest.approx(10, rel=0.01)
    assert latency.p99 == pytest.approx(100, rel=0.01)


def test_a_percentile_that_few_requests_do_not_carry_is_missing() -> None:
    latency = told(a_window({**BOTH, "search": a_part(999)}))["search"].latency
    assert latency is not None
    assert latency.p95 == pytest.approx(10, rel=0.01)
    assert latency.p99 is None


def test_errors_are_told_by_request() -> None:
    found = told(a_window({**BOTH, "search": a_part(1_000, bad_status=30)}))
    assert (found["book"].outcomes.errors, found["search"].outcomes.errors) == (0, 30)


def test_a_request_stands_beside_its_own_row() -> None:
    alone = an_estimate(scenario="book:sync", latency=a_latency(p99=4.0))
    found = told(a_window(BOTH), estimates=(alone,))
    assert (found["book"].alone, found["search"].alone) == (alone.latency, None)


def test_a_row_of_another_mode_stands_in() -> None:
    alone = an_estimate(scenario="search:async", latency=a_latency(p99=4.0))
    assert told(a_window(BOTH), estimates=(alone,))["search"].alone == alone.latency


def test_a_row_without_a_figure_has_none_by_request() -> None:
    book = told(a_window(BOTH), status="failed", latency=None)["book"]
    assert (book.latency, book.outcomes.sent, book.status) == (None, 3_000, "failed")


def test_a_row_of_one_name_is_not_taken_apart() -> None:
    assert told(a_window({"book": BOTH["book"]})) == {}


def test_a_repeated_block_counts_once() -> None:
    assert told(a_window(BOTH), a_window(BOTH, attempt=2))["book"].outcomes.sent == 3_000


def test_a_steady_rate_is_taken_apart_too() -> None:
    window = a_window(BOTH, point="50%", load=Load(connections=8, rate=100.0))
    found = by_request(a_run([window], study=STUDY), (), (a_paced(scenario=ROW),))
    assert [(each.name, each.point) for each in found] == [("book", "50%"), ("search", "50%")]


def test_mixed_traffic_has_a_table_of_its_own() -> None:
    window = a_window(BOTH, point="mixed", load=Load(connections=8, rate=100.0))
    assert by_request(a_run([window], study=STUDY), (), (a_paced(scenario=ROW, point="mixed"),)) == ()


def test_requests_come_in_the_rows_order_then_workers() -> None:
    study = a_study(workers=("a", "b"), scenarios=(ROW,))
    windows = [a_window(BOTH, worker=worker) for worker in ("b", "a")]
    cells = [an_estimate(worker=worker, scenario=ROW) for worker in ("a", "b")]
    found = by_request(a_run(windows, study=study), cells, ())
    assert [(each.name, each.worker) for each in found] == [
        ("book", "a"),
        ("book", "b"),
        ("search", "a"),
        ("search", "b"),
    ]


def test_a_summary_has_them() -> None:
    run = a_run([a_window(BOTH, block=block, round=block) for block in range(3)], study=STUDY)
    assert [each.name for each in summarise(run, {}).requests] == ["book", "search"]


def test_a_request_called_fast_is_no_mixed_traffic() -> None:
    """Its row's latency at a steady rate is that of all requests."""
    parts = {"fast": a_part(1_000, ms=1.0), "slow": a_part(1_000, ms=50.0)}
    sample = a_sample(
        parts=parts,
        latency=a_histogram([1_000] * 1_000 + [50_000] * 1_000),
        outcomes=an_outcomes(sent=2_000),
        completed=2_000,
        offered=2_000,
        dispatched=2_000,
        send_lag_ms=0.1,
    )
    load = Load(connections=8, rate=2_000.0)
    trial = a_trial(scenario=ROW, point="50%", load=load)
    (paced,) = summarise(a_run([a_result(trial=trial, sample=sample)], study=STUDY), {}).paced
    assert paced.latency is not None
    assert paced.latency.p99 == pytest.approx(50, rel=0.01)
    assert paced.slow is None
