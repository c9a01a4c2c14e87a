from __future__ import annotations

import re
from dataclasses import replace

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.model import Sample
from betterworker.bench.objective import keeps, max_backlog, parse
from tests.bench.builders import a_histogram, a_sample, an_outcomes


def a_window(*, fast: int = 1000, slow: int = 0, **others: int) -> Sample:
    """Right answers after 10 ms (fast) and 500 ms (slow), others as named; every request sent in time."""
    sent = fast + slow + sum(others.values())
    timed_out = [6_000_000] * others.get("timeout", 0)
    return a_sample(
        outcomes=an_outcomes(sent=sent, **others),
        latency=a_histogram([10_000] * fast + [500_000] * slow + timed_out),
        offered=sent,
        dispatched=sent,
        send_lag_ms=0.1,
    )


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("p99<250ms,errors<0.1%", "p99<250ms,errors<0.1%"),
        (" P99 <= 0.25 s , errors < 0.001 ", "p99<250ms,errors<0.1%"),
        ("errors<1%,max<2s,p50<5ms", "p50<5ms,max<2s,errors<1%"),
        ("p99.9<1250ms", "p99.9<1.25s"),
        ("errors<=0", "errors<=0%"),
    ],
)
def test_an_objective_has_one_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "fast", "p99", "p98<1s", "p99>1s", "p99<0ms", "p99<250", "errors<100%", "errors<2", "p99<1s,p99<2s",
     "errors<1%,errors<2%", "p99<1s,", "p99<-1s", "errors<1ms"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(BadInput, match=re.escape("Write limits like p99<250ms,errors<0.1%")):
        parse(text)


@pytest.mark.parametrize(("slow", "kept"), [(0, True), (10, True), (11, False)])
def test_one_request_in_a_hundred_may_be_slower_than_a_p99(slow: int, kept: bool) -> None:
    assert keeps(parse("p99<250ms"), a_window(fast=1000 - slow, slow=slow)) is kept


@pytest.mark.parametrize(("slow", "kept"), [(10, True), (11, False)])
def test_tenths_of_a_per_cent_are_counted_exactly(slow: int, kept: bool) -> None:
    assert keeps(parse("p99.9<250ms"), a_window(fast=10_000 - slow, slow=slow)) is kept


def test_few_requests_are_judged_by_their_count() -> None:
    assert keeps(parse("p99<250ms"), a_window(fast=20)) is True
    assert keeps(parse("p99<250ms"), a_window(fast=19, slow=1)) is False


@pytest.mark.parametrize("kind", ["timeout", "bad_status", "unfinished"])
def test_a_request_without_a_right_answer_is_slower_than_any_limit(kind: str) -> None:
    assert keeps(parse("p99<250ms"), a_window(fast=990, **{kind: 10})) is True
    assert keeps(parse("p99<250ms"), a_window(fast=989, **{kind: 11})) is False


def test_a_timeout_below_the_limit_is_counted_once() -> None:
    assert keeps(parse("p99<8s"), a_window(fast=990, timeout=10)) is True
    assert keeps(parse("p99<8s"), a_window(fast=989, timeout=11)) is False


def test_the_highest_request_counts_for_a_maximum() -> None:
    assert keeps(parse("max<600ms"), a_window(slow=5)) is True
    assert keeps(parse("max<400ms"), a_window(slow=1)) is False


def test_errors_are_judged_by_their_share() -> None:
    assert keeps(parse("errors<0.1%"), a_window(fast=999, bad_status=1)) is True
    assert keeps(parse("errors<0.1%"), a_window(fast=998, bad_status=2)) is False
    assert keeps(parse("errors<=0"), a_window(fast=999, bad_status=1)) is False


def test_every_limit_has_to_be_kept() -> None:
    window = a_window(fast=600, slow=400)
    assert keeps(parse("p50<50ms"), window) is True
    assert keeps(parse("p50<50ms,p90<50ms"), window) is False


def test_an_aborted_window_breaks_it() -> None:
    assert keeps(parse("p99<250ms"), replace(a_window(), aborted=True, dispatched=1)) is False


def test_a_window_that_was_not_sent_says_nothing() -> None:
    assert keeps(parse("p99<250ms"), replace(a_window(), offered=1100)) is None
    assert keeps(parse("p99<250ms"), a_window(fast=0)) is None


def test_requests_that_the_generator_did_not_send_are_not_held_against_the_server() -> None:
    window = replace(a_window(fast=985, unfinished=15), dispatched=985)
    assert keeps(parse("p99<250ms"), window) is None
    assert keeps(parse("p99<250ms"), a_window(fast=985, unfinished=15)) is False


def test_latency_that_the_generator_made_is_not_held_against_the_server() -> None:
    assert keeps(parse("p99<250ms"), replace(a_window(fast=900, slow=100), send_lag_ms=130.0)) is None
    assert keeps(parse("p99<250ms"), replace(a_window(), send_lag_ms=130.0)) is True


def test_the_backlog_allowed_is_twice_what_the_tightest_limit_holds() -> None:
    objective = parse("p99<250ms,max<2s")
    assert max_backlog(objective, rate=1000, window_s=2.0, timeout_s=6.0) == 500


def test_a_median_allows_half_of_the_window_to_wait() -> None:
    assert max_backlog(parse("p50<10ms"), rate=1000, window_s=2.0, timeout_s=6.0) == 1010


def test_a_few_requests_may_always_wait() -> None:
    assert max_backlog(parse("p99<250ms"), rate=3, window_s=2.0, timeout_s=6.0) == 32


def test_without_a_latency_limit_the_timeout_bounds_the_backlog() -> None:
    assert max_backlog(parse("errors<1%"), rate=100, window_s=2.0, timeout_s=6.0) == 1200
