from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from betterworker.bench.judge.paced import paced
from betterworker.bench.model import Failure, Load, Paced, Part, Result, Run, Sample
from betterworker.bench.stats import latency, merge
from tests.bench.builders import (
    a_failure,
    a_histogram,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_outcomes,
)

RATE = 500.0


def a_window(*, sent: int = 1000, answer_ms: int = 5, **overrides: Any) -> Sample:
    """Two seconds at 500 RPS, all answered after ``answer_ms``, but the slowest 2 % after twice that."""
    times = [answer_ms * 1000] * (sent - sent // 50) + [answer_ms * 2000] * (sent // 50)
    sample = a_sample(
        window_s=2.0,
        completed=sent,
        outcomes=an_outcomes(sent=sent),
        latency=a_histogram(times),
        offered=sent,
        dispatched=sent,
        send_lag_ms=0.2,
    )
    return replace(sample, **overrides)


def visits(
    worker: str, *windows: Sample | Failure, point: str = "50%", rate: float = RATE, **trial: Any
) -> list[Result]:
    load = Load(connections=64, rate=rate)
    trials = [
        a_trial(worker=worker, point=point, block=block, load=load, window_s=2.0, **trial)
        for block, _ in enumerate(windows)
    ]
    return [
        a_result(trial=each, failure=window)
        if isinstance(window, Failure)
        else a_result(trial=each, sample=window)
        for each, window in zip(trials, windows, strict=True)
    ]


def only(*results: list[Result], **study: Any) -> Paced:
    (row,) = paced(a_row(*results, **study), {})
    return row


def a_row(*results: list[Result], **study: Any) -> Run:
    return a_run(*results, study=a_study(workers=("uvicorn", "gunicorn-gevent"), **study))


def width(row: Paced) -> float:
    """The upper end of the tail's interval over its lower one."""
    assert row.tail is not None
    assert row.tail.low is not None
    assert row.tail.high is not None
    return row.tail.high / row.tail.low


def gates(row: Paced) -> list[str]:
    return [finding.gate for finding in row.findings]


def test_a_row_carries_its_rate_and_figures() -> None:
    row = only(visits("uvicorn", a_window(), a_window()))
    assert (row.worker, row.scenario, row.point, row.rate) == ("uvicorn", "json:sync", "50%", RATE)
    assert (row.status, row.findings, row.goodput, row.send_lag_ms) == ("ok", (), 500.0, 0.2)
    assert row.outcomes == an_outcomes(sent=2000)


def test_latency_is_of_the_merged_windows_and_never_averaged() -> None:
    fast, slow = a_window(answer_ms=5), a_window(answer_ms=50)
    row = only(visits("uvicorn", fast, fast, fast, slow))
    encoded = [window.latency for window in (fast, fast, fast, slow) if window.latency is not None]
    assert row.latency == latency(merge(encoded))
    assert row.tail is not None
    assert row.latency is not None
    assert row.tail.median == row.latency.p99 == pytest.approx(50, rel=0.01)


def test_the_interval_of_the_tail_holds_the_merged_percentile() -> None:
    row = only(visits("uvicorn", *[a_window(answer_ms=ms) for ms in (5, 5, 5, 5, 40)]))
    assert row.tail is not None
    assert row.tail.low is not None
    assert row.tail.high is not None
    assert row.tail.low <= row.tail.median <= row.tail.high
    assert (row.tail.n, row.tail_percentile) == (5, 99)


def test_noise_is_pooled_over_the_workers_of_a_row() -> None:
    noisy = [a_window(answer_ms=ms) for ms in (4, 9)]
    alone = only(visits("uvicorn", a_window(), a_window()))
    row = a_row(visits("uvicorn", a_window(), a_window()), visits("gunicorn-gevent", *noisy))
    beside, _ = paced(row, {})
    assert width(alone) == pytest.approx(1)
    assert width(beside) > 2


def test_one_window_has_a_tail_without_an_interval() -> None:
    rows = paced(
        a_row(visits("uvicorn", a_window()), visits("gunicorn-gevent", a_window(), a_window(answer_ms=6))),
        {},
    )
    assert rows[0].tail is not None
    assert (rows[0].tail.low, rows[0].tail.high, rows[0].tail.n) == (None, None, 1)


@pytest.mark.parametrize(("sent", "percentile"), [(1000, 99), (999, 95), (100, 95), (99, None)])
def test_the_tail_is_what_every_window_carries(sent: int, percentile: int | None) -> None:
    row = only(visits("uvicorn", a_window(), a_window(sent=sent)))
    assert row.tail_percentile == percentile
    assert (row.tail is None) is (percentile is None)


def test_rows_come_by_scenario_point_and_worker_of_the_study() -> None:
    workers = ("gunicorn-gevent", "uvicorn")
    points = ("alone", "objective", "common", "80%", "50%")
    results = [visits(worker, a_window(), point=point) for point in points for worker in workers]
    async_row = visits("uvicorn", a_window(), scenario="json:async")
    run = a_run(async_row, *results, study=a_study(workers=("uvicorn", "gunicorn-gevent")))
    assert [(row.scenario, row.point, row.worker) for row in paced(run, {})] == [
        *(
            ("json:sync", point, worker)
            for point in ("50%", "80%", "common", "alone")
            for worker in ("uvicorn", "gunicorn-gevent")
        ),
        ("json:async", "50%", "uvicorn"),
    ]


def test_closed_loop_windows_are_no_open_loop_rows() -> None:
    assert paced(a_run([a_result()]), {}) == ()


def test_of_a_repeated_block_the_repetition_counts() -> None:
    (again,) = visits("uvicorn", a_window(answer_ms=7), attempt=2)
    row = only([*visits("uvicorn", a_window()), again])
    assert row.latency == latency(a_window(answer_ms=7).latency)


def test_a_rate_that_cannot_be_sent_is_the_generators() -> None:
    window = a_window(
        sent=1000, offered=2000, completed=1000, outcomes=an_outcomes(sent=2000, unfinished=1000)
    )
    row = only(visits("uvicorn", window, rate=1000.0))
    assert row.status == "generator_limited"
    assert row.findings[0].message == "asked for 1,000 RPS, the load generator could send 500"
    assert row.latency is not None


def test_requests_sent_late_make_the_latency_the_generators() -> None:
    row = only(visits("uvicorn", a_window(), a_window(send_lag_ms=5.5)))
    assert (row.status, row.send_lag_ms) == ("generator_limited", 5.5)
    assert "more than 5.5 ms late" in row.findings[0].message


def test_a_lag_that_is_small_beside_the_tail_is_borne() -> None:
    assert only(visits("uvicorn", a_window(answer_ms=40, send_lag_ms=5.5))).status == "ok"
    assert only(visits("uvicorn", a_window(send_lag_ms=4.9))).status == "ok"


def test_a_server_that_falls_behind_is_saturated_and_shows_its_latency() -> None:
    row = only(visits("uvicorn", a_window(answer_ms=300, completed=800)))
    assert (row.status, gates(row)) == ("saturated", ["saturated"])
    assert row.findings[0].message == "did not keep 500 RPS: answered 400"
    assert row.latency is not None
    assert row.goodput == 400.0


def test_a_server_within_five_per_cent_of_the_rate_keeps_it() -> None:
    assert only(visits("uvicorn", a_window(completed=951))).status == "ok"


def test_a_few_requests_more_under_way_are_chance() -> None:
    window = a_window(sent=40, answer_ms=200, completed=36)
    assert only(visits("uvicorn", window, rate=20.0)).status == "ok"


def test_a_slow_view_answers_the_first_only_after_its_delay() -> None:
    window = a_window(answer_ms=1000, completed=600)
    rows = visits("uvicorn", window, warmup_s=0.2)
    assert only(rows, delays={"json:sync": 1.0, "json:async": 0.0}).status == "ok"
    assert only(rows).status == "saturated"


def test_a_window_ended_by_its_backlog_is_saturated() -> None:
    row = only(visits("uvicorn", a_window(), a_window(aborted=True)))
    assert row.status == "saturated"
    assert row.findings[0].message.endswith("1 of 2 windows ended early by requests left waiting")


def test_a_window_that_ended_as_it_began_is_saturated() -> None:
    nothing = a_window(sent=0, window_s=0.0, completed=0, aborted=True)
    row = only(visits("uvicorn", a_window(), nothing))
    assert (row.status, row.goodput) == ("saturated", 500.0)
    assert only(visits("uvicorn", nothing)).status == "invalid"


def test_timeouts_are_what_a_rate_that_is_not_kept_leads_to() -> None:
    row = only(visits("uvicorn", a_window(completed=500, outcomes=an_outcomes(sent=1000, timeout=300))))
    assert (row.status, gates(row)) == ("saturated", ["saturated"])
    assert "300 of 1,000 requests timed out" in row.findings[0].message


def test_more_than_one_error_in_a_hundred_publishes_nothing() -> None:
    row = only(visits("uvicorn", a_window(outcomes=an_outcomes(sent=1000, connection_error=11))))
    assert (row.status, gates(row)) == ("invalid", ["error_share"])
    assert (row.latency, row.slow, row.tail, row.tail_percentile, row.goodput) == (None,) * 5


def test_errors_of_a_server_that_falls_behind_are_no_excuse() -> None:
    outcomes = an_outcomes(sent=1000, connection_error=300)
    row = only(visits("uvicorn", a_window(completed=500, outcomes=outcomes)))
    assert (row.status, gates(row)) == ("invalid", ["error_share", "saturated"])


@pytest.mark.parametrize(
    ("overrides", "gate"),
    [
        ({"outcomes": replace(an_outcomes(sent=1000), ok=999)}, "unbalanced"),
        ({"outcomes": an_outcomes(sent=1000, invalid_body=1)}, "wrong_content"),
        ({"first_reply_wrong": "0 rows, not 30"}, "wrong_content"),
    ],
)
def test_what_is_wrong_in_the_closed_loop_is_wrong_here(overrides: dict[str, Any], gate: str) -> None:
    row = only(visits("uvicorn", a_window(**overrides)))
    assert (row.status, gates(row)) == ("invalid", [gate])


def test_a_row_that_mostly_answers_errors_fails() -> None:
    outcomes = an_outcomes(sent=1000, bad_status=900)
    row = only(visits("uvicorn", a_window(completed=100, outcomes=outcomes, errors=(("HTTP 500", 900),))))
    assert (row.status, row.latency) == ("failed", None)
    assert row.findings[0].message == "HTTP 500"


def test_a_server_that_died_in_one_window_fails() -> None:
    row = only(visits("uvicorn", a_window(), a_failure(kind="died", reason="died: out of memory")))
    assert (row.status, row.latency, gates(row)) == ("failed", None, ["fails"])
    assert row.findings[0].message == "died: out of memory"


def test_a_window_that_was_skipped_leaves_the_others() -> None:
    assert only(visits("uvicorn", a_window(), a_failure(kind="skipped"))).status == "ok"
    assert only(visits("uvicorn", a_failure(kind="skipped"))).status == "not_run"


def mixed(fast_ms: int = 4, slow_ms: int = 900) -> Sample:
    fast, slow = [fast_ms * 1000] * 900, [slow_ms * 1000] * 100
    return a_window(
        latency=a_histogram(fast + slow),
        parts={
            "fast": Part(outcomes=an_outcomes(sent=900), latency=a_histogram(fast)),
            "slow": Part(outcomes=an_outcomes(sent=100), latency=a_histogram(slow)),
        },
    )


def test_of_mixed_traffic_the_fast_requests_stand_apart_from_the_slow() -> None:
    row = only(visits("uvicorn", mixed(), mixed(), point="mixed"))
    assert row.latency == latency(a_histogram([4_000] * 1800))
    assert row.slow == latency(a_histogram([900_000] * 200))
    assert (row.tail_percentile, row.tail and row.tail.median) == (95, row.latency and row.latency.p95)


def test_fast_requests_alone_have_no_slow_ones() -> None:
    window = a_window()
    alone = replace(window, parts={"fast": Part(outcomes=window.outcomes, latency=window.latency)})
    row = only(visits("uvicorn", alone, point="alone"))
    assert (row.latency, row.slow) == (latency(window.latency), None)


def test_a_lag_is_held_against_the_tail_of_the_fast_requests() -> None:
    late = replace(mixed(), send_lag_ms=5.5)
    assert only(visits("uvicorn", late, point="mixed")).status == "generator_limited"
