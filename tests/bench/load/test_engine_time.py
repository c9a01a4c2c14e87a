"""The window, the timeout, the ramp, and an end before the end."""

from __future__ import annotations

from time import monotonic_ns
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench.load.closed import ClosedLoop, start_times
from betterworker.bench.load.tally import Tally
from tests.bench.load import scripted
from tests.bench.load.scripted import OK, a_spec, after, driven, driven_at_nothing, send


def test_a_timeout_is_an_answer_counted_and_censored_at_the_timeout() -> None:
    report = driven(scripted.ignore, timeout_ns=20_000_000)
    assert report.outcomes.balanced
    assert report.outcomes.timeout == report.outcomes.sent > 4  # a user begins anew after it
    assert report.latency is not None
    histogram = HdrHistogram.decode(report.latency)
    assert histogram.get_total_count() == report.outcomes.timeout
    assert histogram.get_min_value() == pytest.approx(20_000, rel=0.001)
    assert histogram.get_max_value() == pytest.approx(20_000, rel=0.001)


def test_every_right_answer_has_its_latency_in_the_histogram() -> None:
    report = driven(after(0.02))
    assert report.latency is not None
    histogram = HdrHistogram.decode(report.latency)
    assert histogram.get_total_count() == report.outcomes.ok
    assert histogram.get_min_value() >= 19_000  # the loop's timers count whole milliseconds


def test_answers_after_the_window_are_drained_but_not_completed_in_it() -> None:
    report = driven(after(0.4))
    assert (report.completed, report.outcomes.ok, report.outcomes.sent) == (0, 4, 4)


def test_requests_of_the_warm_up_are_not_counted() -> None:
    seen: list[bytes] = []
    report = driven(after(0.01), seen=seen, warmup_ns=300_000_000)
    assert report.outcomes.balanced
    assert 0 < report.outcomes.sent < len(seen)
    assert report.window_ns == scripted.WINDOW_NS


def test_a_window_that_is_stopped_leaves_its_requests_unfinished() -> None:
    report = driven(scripted.ignore, stop_after_s=0.1)
    assert report.outcomes.balanced
    assert report.outcomes.unfinished == report.outcomes.sent == 4
    assert 0 < report.window_ns < scripted.WINDOW_NS


def test_stopped_while_nobody_listens_it_balances_too() -> None:
    assert driven_at_nothing(connections=2).outcomes.balanced


def test_stopped_within_the_ramp_it_has_measured_nothing() -> None:
    start = monotonic_ns() + 10_000_000_000
    spans: dict[str, Any] = {"window_start_ns": start, "window_end_ns": start + 1, "ramp_ns": 10_000_000_000}
    report = driven(send(OK), stop_after_s=0.05, **spans)
    assert (report.window_ns, report.outcomes.sent, report.completed) == (0, 0, 0)


def test_starts_are_spread_evenly_over_the_ramp() -> None:
    spec = a_spec(begin_ns=1_000, ramp_ns=400, connections=4)
    assert start_times(spec) == [1_000, 1_100, 1_200, 1_300]


def test_several_processes_stagger_their_users_as_one() -> None:
    whole = a_spec(begin_ns=0, ramp_ns=700, connections=7)
    parts = [a_spec(begin_ns=0, ramp_ns=700, connections=7, first=n, every=3) for n in range(3)]
    assert sorted(at for part in parts for at in start_times(part)) == start_times(whole)


@pytest.mark.parametrize(("owner", "name"), [(Tally, "miss"), (ClosedLoop, "one_finished")])
def test_a_bug_in_a_callback_ends_the_window_loudly(
    owner: type, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(name)

    monkeypatch.setattr(owner, name, broken)
    # The parser wraps what its callbacks raise.
    with pytest.raises(Exception, match=f"{name}|callback"):
        driven(scripted.on_request(3, scripted.close, send(OK)))
