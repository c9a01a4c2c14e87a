"""Requests on a schedule: sent when they are due, timed from then, and each counted once."""

from __future__ import annotations

import asyncio
import base64
import time
from itertools import count
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench.load import opened as opened_module
from betterworker.bench.load.alarm import Alarm
from betterworker.bench.load.histogram import percentile_ms
from betterworker.bench.load.spec import Kind, LoadReport
from tests.bench.load import scripted
from tests.bench.load.scripted import OK, Script, after, driven, driven_at_nothing, send, send_and_close

MS = 1_000_000
SLOW_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"
BOTH = (
    Kind(name="fast", path="/", length=2, weight=0.5),
    Kind(name="slow", path="/slow", length=4, weight=0.5),
)


def opened(script: Script, **overrides: Any) -> LoadReport:
    """At 200 requests per second for 0.2 s: 40 arrivals, as many connections as they need."""
    return driven(script, **{"rate": 200.0, "connections": 100, **overrides})


def longest_ms(report: LoadReport) -> float:
    longest = percentile_ms(report.latency, 100)
    assert longest is not None
    return longest


@pytest.mark.parametrize("arrivals", ["constant", "poisson"])
def test_every_arrival_is_sent_once_and_none_is_forgotten(arrivals: str) -> None:
    seen: list[bytes] = []
    report = opened(send(OK), arrivals=arrivals, seen=seen)
    assert report.outcomes.balanced
    assert len(seen) == report.dispatched == report.outcomes.ok
    assert report.offered == report.outcomes.sent
    assert arrivals == "poisson" or report.offered == 40


def test_a_window_in_which_little_happens_is_as_long_as_any() -> None:
    report = opened(send(OK), rate=5.0)
    assert (report.offered, report.window_ns) == (1, scripted.WINDOW_NS)


def test_without_a_precise_timer_it_is_the_same_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_timer(_alarm: Alarm) -> int:
        raise OSError("no timerfd here")

    monkeypatch.setattr(Alarm, "_timer", no_timer)
    report = opened(send(OK))
    assert (report.offered, report.outcomes.errors, report.outcomes.balanced) == (40, 0, True)


def test_send_lag_is_told_for_every_arrival_that_was_turned_to() -> None:
    report = opened(send(OK))
    assert report.send_lag is not None
    assert HdrHistogram.decode(report.send_lag).get_total_count() == report.dispatched


def test_a_closed_loop_has_no_schedule_to_tell_of() -> None:
    report = driven(send(OK))
    assert (report.offered, report.dispatched, report.send_lag, report.parts) == (None, None, None, {})


def test_the_wait_for_a_connection_is_charged() -> None:
    # 8 arrivals 25 ms apart, and one connection that takes 50 ms for each: the last is answered after 400 ms.
    report = opened(after(0.051), rate=40.0, connections=1, timeout_ns=5_000 * MS)
    sent = report.dispatched
    assert sent == report.outcomes.ok > 1
    assert longest_ms(report) >= sent * 50 - (sent - 1) * 25


def test_no_more_connections_are_opened_than_allowed() -> None:
    clients: set[object] = set()

    def script(transport: asyncio.Transport, number: int) -> None:
        if number == 1:
            clients.clear()
        clients.add(transport.get_extra_info("peername"))
        after(0.02)(transport, number)

    assert opened(script, connections=3, timeout_ns=5_000 * MS).outcomes.errors == 0
    assert len(clients) <= 3


def test_an_idle_connection_is_used_again() -> None:
    clients: set[object] = set()

    def script(transport: asyncio.Transport, number: int) -> None:
        if number == 1:
            clients.clear()
        clients.add(transport.get_extra_info("peername"))
        transport.write(OK)

    report = opened(script)
    assert len(clients) < report.outcomes.ok


def test_requests_in_the_queue_time_out_from_when_they_were_due() -> None:
    seen: list[bytes] = []
    report = opened(scripted.ignore, rate=1000.0, connections=1, timeout_ns=50 * MS, seen=seen)
    assert report.outcomes.balanced
    assert report.outcomes.timeout == report.dispatched
    assert len(seen) < report.outcomes.timeout
    assert "no connection within the timeout" in dict(report.errors)
    assert longest_ms(report) == pytest.approx(50, rel=0.002)


def test_a_connection_lost_while_idle_is_no_error() -> None:
    report = opened(send_and_close(OK), rate=40.0)
    assert (report.outcomes.errors, report.outcomes.balanced) == (0, True)
    assert report.reconnects > 0


def test_when_nobody_listens_every_arrival_is_an_error() -> None:
    report = driven_at_nothing(rate=200.0, connections=2)
    assert report.outcomes.balanced
    assert report.dispatched
    assert report.outcomes.connection_error == report.dispatched


def test_arrivals_of_the_warm_up_are_sent_but_not_counted() -> None:
    seen: list[bytes] = []
    report = opened(send(OK), warmup_ns=100 * MS, seen=seen)
    assert report.offered == 40
    assert len(seen) > report.outcomes.ok


def test_answers_after_the_window_are_drained_but_not_completed_in_it() -> None:
    report = opened(after(0.3))
    assert (report.completed, report.outcomes.ok) == (0, report.dispatched)


def test_a_window_that_is_stopped_counts_what_was_due_until_then() -> None:
    report = opened(scripted.ignore, window_end_ns=2**62, stop_after_s=0.1, timeout_ns=2**62)
    assert report.outcomes.balanced
    assert report.outcomes.unfinished == report.offered
    assert 0 < report.outcomes.sent <= report.window_ns / 1e9 * 200 + 1


def test_a_backlog_that_grows_past_its_limit_ends_the_window() -> None:
    report = opened(scripted.ignore, window_end_ns=2**62, timeout_ns=2**62, max_backlog=10)
    assert (report.aborted, report.outcomes.balanced) == (True, True)
    assert report.outcomes.unfinished == report.outcomes.sent > 10
    assert 0 < report.window_ns < 60e9


def test_a_backlog_of_the_warm_up_ends_the_window_when_it_begins() -> None:
    report = opened(
        scripted.ignore, warmup_ns=100 * MS, window_end_ns=2**62, timeout_ns=2**62, max_backlog=10
    )
    assert report.aborted
    assert 0 < report.window_ns < 60e9


def test_a_backlog_within_its_limit_does_not() -> None:
    report = opened(after(0.02), max_backlog=1_000)
    assert (report.aborted, report.window_ns) == (False, scripted.WINDOW_NS)


def test_a_rate_that_cannot_be_sent_ends_in_time_and_says_what_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opened_module, "LATE_NS", 10 * MS)
    begin = time.monotonic()
    much = {"rate": 1e6, "connections": 10, "timeout_ns": 500 * MS}
    for _ in range(scripted.ATTEMPTS):  # a process that stood still for all of the window has sent nothing
        report = opened(send(OK), attempts=1, warmup_ns=100 * MS, window_ns=1_000 * MS, **much)
        if report.dispatched:
            break
    assert report.offered is not None
    assert report.dispatched is not None
    assert report.offered == pytest.approx(1_000_000, abs=1)
    assert 0 < report.dispatched < 0.9 * report.offered
    assert report.outcomes.balanced
    assert report.outcomes.unfinished >= report.offered - report.dispatched
    assert time.monotonic() - begin < 30


def test_more_than_fits_into_memory_is_not_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("betterworker.bench.load.opened.MOST_QUEUED", 5)
    report = opened(scripted.ignore, connections=1, stop_after_s=0.3, timeout_ns=2**62)
    assert report.dispatched == 6
    assert report.outcomes.unfinished == report.outcomes.sent == 40


def by_path(seen: list[bytes]) -> Script:
    def script(transport: asyncio.Transport, _number: int) -> None:
        transport.write(SLOW_OK if seen[-1].startswith(b"GET /slow ") else OK)

    return script


@pytest.mark.parametrize("connections", [1, 20])
def test_kinds_of_request_are_counted_apart_and_together(connections: int) -> None:
    seen: list[bytes] = []
    report = opened(by_path(seen), kinds=BOTH, connections=connections, seen=seen, timeout_ns=5_000 * MS)
    parts = report.parts
    assert report.outcomes == parts["fast"].outcomes + parts["slow"].outcomes
    assert report.completed == parts["fast"].completed + parts["slow"].completed
    assert report.outcomes.ok == report.dispatched
    assert parts["slow"].outcomes.ok == sum(request.startswith(b"GET /slow ") for request in seen) > 0
    assert report.latency is not None
    assert HdrHistogram.decode(report.latency).get_total_count() == report.outcomes.ok


def test_the_first_answer_of_each_kind_is_kept() -> None:
    seen: list[bytes] = []
    parts = opened(by_path(seen), kinds=BOTH, connections=1, seen=seen, timeout_ns=5_000 * MS).parts
    first = {name: part.first and base64.b64decode(part.first.body) for name, part in parts.items()}
    assert first == {"fast": b"ok", "slow": b"slow"}


def test_each_kind_has_a_right_answer_of_its_own() -> None:
    report = opened(send(OK), kinds=BOTH)
    assert report.parts["fast"].outcomes.errors == 0
    slow = report.parts["slow"].outcomes
    assert slow.invalid_body == slow.sent > 0


@pytest.mark.parametrize("loop", [{}, {"rate": 200.0}], ids=["closed", "open"])
def test_a_wall_clock_that_steps_changes_nothing(
    loop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = count(0, 3600)
    monkeypatch.setattr(time, "time", lambda: float(next(hours)))
    monkeypatch.setattr(time, "time_ns", lambda: -next(hours) * 10**9)
    report = driven(after(0.02), **loop)
    assert (report.outcomes.errors, report.outcomes.balanced) == (0, True)
    assert report.window_ns == scripted.WINDOW_NS
    assert 19 <= longest_ms(report) < 60_000
