from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, cast

import pytest

from betterworker.bench import trial
from betterworker.bench.errors import GeneratorFailure, ServerFailure
from betterworker.bench.load.spec import FirstReply, Kind, KindReport, LoadReport
from betterworker.bench.model import Failure, Load, Mix, Part, Request, Result, Sample, Scenario, Variant
from betterworker.bench.model.points import RAMP_PER_CONNECTION_S
from betterworker.bench.sampling import share_of_steal
from betterworker.bench.trial import Conductor
from tests.bench.builders import a_failure, a_histogram, a_reply, a_scenario, a_trial, an_outcomes
from tests.bench.fakes import FakeClock, FakeGenerator, FakeServer, a_first_reply, a_load_report

POISSON = Load(connections=256, rate=50.0, arrivals="poisson")
TRACEBACK = 'Traceback:\n  File "views.py", line 9\nRuntimeError: no running event loop\nINFO: 500\n'


class Bench:
    """A conductor over fakes that share one clock."""

    def __init__(self, report: Any = None, late_s: float = 0.0, **server: Any) -> None:
        self.clock = FakeClock(late_s=late_s)
        self.server = FakeServer(clock=self.clock, **server)
        self.generator = FakeGenerator(self.clock, report or a_load_report())
        self.times = cycle([(1.0, 10.0), (1.5, 20.0)])
        self.conductor = Conductor(self.generator, self.clock, lambda: next(self.times), lambda: 0.25)

    def run(self, scenario: Scenario | None = None, **trial: Any) -> Result:
        return self.conductor.run(a_trial(**trial), scenario or a_scenario(), self.server)

    def sample(self, **trial: Any) -> Sample:
        sample = self.run(**trial).sample
        assert sample is not None
        return sample

    def failure(self, **trial: Any) -> Failure:
        failure = self.run(**trial).failure
        assert failure is not None
        return failure


def test_a_window_becomes_a_sample_of_what_was_counted() -> None:
    report = a_load_report(completed=500, reconnects=2, errors=(("reset", 3),), cpu=0.4, lag_ms=1.5)
    sample = Bench(report).sample()
    assert (sample.completed, sample.window_s, sample.reconnects) == (500, 1.0, 2)
    assert (sample.errors, sample.generator_cpu, sample.generator_lag_ms) == ((("reset", 3),), 0.4, 1.5)
    assert (sample.outcomes, sample.latency) == (report.outcomes, report.latency)


def test_a_worker_is_verified_once_for_each_scenario() -> None:
    bench = Bench()
    for name in ("a", "b", "a", "a", "b"):
        scenario = a_scenario(name=name, path=f"/{name}")
        bench.conductor.run(a_trial(scenario=scenario.key), scenario, bench.server)
    assert bench.server.paths == ["/a", "/b"]


def test_what_is_verified_and_what_is_driven_is_the_scenarios_own_request() -> None:
    bench = Bench()
    request = Request(method="POST", body=b"form")
    bench.run(a_scenario(request=request, streams=True))
    assert bench.server.requests == [request]
    assert (bench.generator.drives[0].request, bench.generator.drives[0].streams) == (request, True)


def test_the_time_to_the_first_byte_is_kept() -> None:
    histogram = a_histogram([3])
    assert Bench(a_load_report(first_byte=histogram)).sample().first_byte == histogram


def test_another_worker_is_verified_for_itself() -> None:
    bench = Bench()
    bench.run(worker="a")
    bench.run(worker="b")
    assert len(bench.server.paths) == 2


def test_the_load_expects_the_length_of_the_verified_answer() -> None:
    bench = Bench(replies=[a_reply(body=b"x" * 1223)])
    bench.run()
    assert bench.generator.drives[0].length == 1223


def test_wrong_content_is_a_failure_before_any_load() -> None:
    bench = Bench(replies=[a_reply(status=404)], log="no such page")
    assert bench.failure() == a_failure(reason="HTTP 404", log_tail="no such page")
    assert bench.generator.drives == []


def test_one_right_answer_of_two_is_not_enough() -> None:
    bench = Bench(replies=[a_reply(), a_reply(status=503)])
    assert bench.failure().reason == "HTTP 503"


def test_answers_of_different_lengths_cannot_be_held_against_one() -> None:
    bench = Bench(replies=[a_reply(body=b"[1]"), a_reply(body=b"[12]")])
    assert bench.failure().reason == "answers of different lengths: 3, 4 bytes"


def test_a_wrong_answer_is_asked_for_again_next_time() -> None:
    bench = Bench(replies=[a_reply(status=404)])
    assert bench.run().failure
    bench.server.replies = [a_reply()]
    assert bench.run().failure is None


def test_an_error_of_the_server_comes_with_its_exception() -> None:
    bench = Bench(replies=[a_reply(status=500)], log="ValueError: long ago\n", logs_on_get=TRACEBACK)
    assert bench.failure().reason == "HTTP 500: RuntimeError: no running event loop"


def test_an_old_exception_is_not_taken_for_this_ones() -> None:
    bench = Bench(replies=[a_reply(status=500)], log=TRACEBACK)
    assert bench.failure().reason == "HTTP 500"


def test_a_logged_exception_says_nothing_of_an_answer_that_is_merely_wrong() -> None:
    bench = Bench(replies=[a_reply(status=404)], logs_on_get=TRACEBACK)
    assert bench.failure().reason == "HTTP 404"


def test_no_answer_is_a_failure_of_its_own() -> None:
    bench = Bench(replies=[TimeoutError("timed out")])
    assert bench.failure() == a_failure(reason="no answer: TimeoutError: timed out")


def test_a_bug_in_a_check_is_not_taken_for_a_wrong_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        Bench().run(a_scenario(check=lambda reply: str(1 // 0)))


def test_a_server_that_dies_in_the_window_gives_no_figure() -> None:
    bench = Bench(log="out of memory")

    def die() -> None:
        bench.server.lost_reason = "worker process 12 ended"

    bench.generator.meanwhile = die
    reason = "died: worker process 12 ended during the window"
    assert bench.failure() == a_failure(kind="died", reason=reason, log_tail="out of memory")
    assert bench.server.tail_since == len("out of memory")


def test_a_generator_that_fails_is_not_the_servers_fault() -> None:
    bench = Bench(GeneratorFailure("load process 9 did not answer"))
    assert bench.failure() == a_failure(kind="generator", reason="no load: load process 9 did not answer")


def test_cpu_time_is_that_of_all_processes_over_the_window() -> None:
    sample = Bench(cpu={11: 0.75, 12: 0.25}).sample()
    assert sample.server_cpu_s == pytest.approx(1.0)
    assert sample.shares == pytest.approx((0.75, 0.25))


def test_cpu_time_of_late_readings_is_put_in_proportion() -> None:
    bench = Bench(cpu={11: 0.5})
    bench.server.usage = late_usage(bench)  # type: ignore[method-assign]
    assert bench.sample().server_cpu_s == pytest.approx(0.5)


def late_usage(bench: Bench) -> Any:
    """Each reading takes longer than the one before: 0.1 s, 0.2 s, 0.3 s."""
    usage, delays = bench.server.usage, iter((0.1, 0.2, 0.3))

    def read(*, memory: bool = True) -> Any:
        value = usage(memory=memory)
        bench.clock.late_s += next(delays)
        return value

    return read


def busy_cpus(total: float | None, load: float | None = 0.2) -> float | None:
    """What others use where the machine keeps so many CPUs busy, the server half of one."""
    bench = Bench(a_load_report(cpus=load), cpu={11: 0.5})
    bench.conductor.busy = lambda: None if total is None else total * bench.clock.now()
    return bench.sample().others_cpu


def test_what_others_use_is_what_server_and_load_leave_of_the_machines_busy_time() -> None:
    assert busy_cpus(1.5) == pytest.approx(0.8)
    assert busy_cpus(0.6) == 0


def test_what_others_use_is_unknown_where_a_part_cannot_be_read() -> None:
    assert busy_cpus(None) is None
    assert busy_cpus(1.5, load=None) is None


def test_a_server_that_cannot_be_read_has_no_figures() -> None:
    sample = Bench(cpu={}, sizes_mb=(None,), threads=0).sample()
    assert (sample.server_cpu_s, sample.peak_pss_mb, sample.threads, sample.shares) == (None, None, None, ())


def test_an_idle_server_has_no_shares() -> None:
    sample = Bench(cpu={11: 0.0}).sample()
    assert (sample.server_cpu_s, sample.shares) == (0.0, ())


def test_memory_is_the_larger_of_the_readings_in_the_middle_and_at_the_end() -> None:
    bench = Bench(sizes_mb=(120.0, 90.0))
    assert bench.sample().peak_pss_mb == 120.0
    assert bench.server.readings == 2


def test_in_a_short_window_memory_is_read_at_its_end_alone() -> None:
    bench = Bench(sizes_mb=(80.0, 120.0))
    assert bench.sample(window_s=0.1).peak_pss_mb == 80.0
    assert bench.server.readings == 1


def test_a_reading_without_memory_is_left_out() -> None:
    assert Bench(sizes_mb=(None, 70.0)).sample().peak_pss_mb == 70.0


def test_the_live_process_and_thread_counts_are_recorded() -> None:
    sample = Bench(pids=frozenset({1, 2, 3}), threads=9).sample()
    assert (sample.processes, sample.threads) == (3, 9)
    assert Bench(pids=frozenset()).sample().processes is None


def test_a_wrong_first_reply_is_noted() -> None:
    wrong = a_load_report(first=a_first_reply(a_reply(status=503)))
    assert Bench(wrong).sample().first_reply_wrong == "HTTP 503"
    right = a_load_report(first=a_first_reply(a_reply()))
    assert Bench(right).sample().first_reply_wrong is None


@pytest.mark.parametrize(("wrong", "raised"), [(3, "RuntimeError: no running event loop"), (0, None)])
def test_errors_of_a_window_come_with_their_exception(wrong: int, raised: str | None) -> None:
    bench = Bench(a_load_report(outcomes=an_outcomes(bad_status=wrong)))

    def log() -> None:
        bench.server.log += TRACEBACK

    bench.generator.meanwhile = log
    assert bench.sample().raised == raised


@pytest.mark.parametrize("rested", [True, False])
def test_whether_the_server_came_to_rest_is_recorded(rested: bool) -> None:
    assert Bench(rested=rested).sample().rested is rested


def test_the_connections_start_over_the_views_delay_at_least() -> None:
    bench = Bench()
    bench.run(a_scenario(delay_s=3.0))
    assert bench.generator.drives[0].ramp_s == 3.0


def test_many_connections_to_a_fast_view_start_a_little_apart() -> None:
    bench = Bench()
    bench.run(a_scenario(delay_s=0.02))
    assert bench.generator.drives[0].ramp_s == 200 * RAMP_PER_CONNECTION_S


def test_the_drive_is_the_trials() -> None:
    bench = Bench(host="127.0.0.9", port=9)
    bench.run(warmup_s=2.0, window_s=4.0, timeout_s=8.0)
    drive = bench.generator.drives[0]
    assert (drive.host, drive.port, drive.path, drive.connections) == ("127.0.0.9", 9, "/sync/json", 200)
    assert (drive.warmup_s, drive.window_s, drive.timeout_s) == (2.0, 4.0, 8.0)


def test_an_open_loop_is_driven_at_its_rate_without_a_ramp() -> None:
    bench = Bench()
    bench.run(a_scenario(delay_s=3.0), load=POISSON, max_backlog=40)
    drive = bench.generator.drives[0]
    assert (drive.rate, drive.arrivals, drive.connections, drive.max_backlog) == (50.0, "poisson", 256, 40)
    assert (drive.ramp_s, drive.warmup_s, drive.kinds) == (0.0, 0.5, ())


def test_the_workers_of_a_block_meet_the_same_arrivals() -> None:
    bench = Bench()
    for worker, point, block in (("a", "50%", 0), ("b", "80%", 0), ("a", "50%", 1)):
        bench.run(worker=worker, point=point, block=block, load=POISSON)
    first, second, other = (drive.seed for drive in bench.generator.drives)
    assert first == second != other


def test_what_an_open_loop_tells_of_itself_is_in_the_sample() -> None:
    report = a_load_report(offered=1000, dispatched=990, send_lag=a_histogram([500] * 990), aborted=True)
    sample = Bench(report).sample(load=POISSON)
    assert (sample.offered, sample.dispatched, sample.aborted) == (1000, 990, True)
    assert sample.send_lag_ms == pytest.approx(0.5, rel=0.001)


def test_a_closed_loop_has_none_of_it() -> None:
    sample = Bench().sample()
    assert (sample.offered, sample.dispatched, sample.send_lag_ms, sample.aborted) == (
        None,
        None,
        None,
        False,
    )
    assert sample.parts == {}


def test_mixed_traffic_has_a_slow_share() -> None:
    bench = Bench(replies=[a_reply(body=b"12345")])
    bench.run(a_mixed_scenario(), point="mixed", load=POISSON)
    fast, slow = bench.generator.drives[0].kinds
    assert fast == Kind(name="fast", path="/fast", length=5, weight=0.9)
    assert slow == Kind(name="slow", path="/slow", length=5, weight=0.1)


def test_at_other_points_the_fast_requests_are_alone() -> None:
    bench = Bench()
    bench.run(a_mixed_scenario(), point="alone", load=POISSON)
    (fast,) = bench.generator.drives[0].kinds
    assert (fast.name, fast.path) == ("fast", "/fast")


def test_every_request_of_mixed_traffic_is_verified_once_for_a_worker() -> None:
    bench = Bench()
    for point in ("alone", "mixed", "mixed"):
        bench.run(a_mixed_scenario(), point=point, load=POISSON)
    assert bench.server.paths == ["/fast", "/slow"]


def test_kinds_of_request_are_told_apart_in_the_sample() -> None:
    sample = Bench(a_mixed_report()).run(a_mixed_scenario(), point="mixed", load=POISSON).sample
    assert sample is not None
    assert sample.parts["slow"] == Part(outcomes=an_outcomes(sent=100), latency=None)
    assert sample.first_reply_wrong is None


def test_each_kinds_first_reply_is_held_against_its_own_scenario() -> None:
    report = a_mixed_report(slow=replace(a_first_reply(a_reply(body=b"fast")), kind=1))
    sample = Bench(report).run(a_mixed_scenario(), point="mixed", load=POISSON).sample
    assert sample is not None
    assert sample.first_reply_wrong == "slow: not slow"


def a_mixed_scenario() -> Scenario:
    slow = a_scenario(name="slow", path="/slow", check=lambda r: "not slow" if r.body == b"fast" else None)
    return a_scenario(name="mixed", path="/fast", mix=Mix(slow=slow, share=0.1, rate=50.0))


def a_mixed_report(slow: FirstReply | None = None) -> LoadReport:
    parts = {
        "fast": KindReport(
            completed=900, outcomes=an_outcomes(sent=900), latency=None, first=a_first_reply(a_reply())
        ),
        "slow": KindReport(completed=100, outcomes=an_outcomes(sent=100), latency=None, first=slow),
    }
    return a_load_report(parts=parts)


def a_variant(name: str, path: str, **overrides: Any) -> Variant:
    return replace(Variant(name=name, path=path, check=a_scenario().check), **overrides)


def traffic(**overrides: Any) -> Scenario:
    """A book (of two), and a search; the search comes twice as often."""
    books = tuple(a_variant("book", f"/books/{number}/") for number in (1, 2))
    return a_scenario(
        **{"name": "traffic", "variants": (*books, a_variant("search", "/?q=a", weight=2.0)), **overrides}
    )


@pytest.mark.parametrize("load", [Load(connections=8), POISSON])
def test_the_requests_of_a_row_are_sent_by_weight_whatever_the_load(load: Load) -> None:
    bench = Bench(replies=[a_reply(body=b"12345")])
    bench.run(traffic(), load=load)
    assert bench.generator.drives[0].kinds == (
        Kind(name="book", path="/books/1/", length=5),
        Kind(name="book", path="/books/2/", length=5),
        Kind(name="search", path="/?q=a", length=5, weight=2.0),
    )


def test_every_request_of_a_row_is_verified_once() -> None:
    bench = Bench()
    for block in range(3):
        bench.run(traffic(), block=block)
    assert bench.server.paths == ["/books/1/", "/books/2/", "/?q=a"]


def test_a_request_that_has_a_row_of_its_own_is_not_verified_again() -> None:
    bench = Bench()
    bench.run(a_scenario(name="search", path="/?q=a"))
    bench.run(traffic())
    assert bench.server.paths.count("/?q=a") == 1


def test_of_many_values_a_few_are_verified_and_all_are_sent() -> None:
    bench = Bench()
    bench.run(traffic(variants=tuple(a_variant("book", f"/books/{number}/") for number in range(500))))
    kinds = bench.generator.drives[0].kinds
    assert len(bench.server.paths) == 8
    assert {kind.path for kind in kinds if kind.length is not None} == set(bench.server.paths)
    assert len(kinds) == 500


def test_a_wrong_answer_says_of_which_request_it_is() -> None:
    bench = Bench(replies=[a_reply(status=404)])
    request = Request(headers=(("Authorization", "Token secret"),))
    failure = bench.run(traffic(request=request)).failure
    assert failure is not None
    assert failure.reason == "GET /books/1/: HTTP 404"


def test_a_wrong_first_reply_says_of_which_request_it_is() -> None:
    wrong = replace(a_first_reply(a_reply(status=503)), kind=1)
    part = KindReport(completed=9, outcomes=an_outcomes(sent=9), latency=None, first=wrong)
    sample = Bench(a_load_report(parts={"book": part})).run(traffic()).sample
    assert sample is not None
    assert sample.first_reply_wrong == "GET /books/2/: HTTP 503"


def test_answers_that_vary_have_no_length() -> None:
    bench = Bench(replies=[a_reply(body=b"[1]"), a_reply(body=b"[12]")])
    assert bench.run(a_scenario(varies=True)).failure is None
    assert bench.generator.drives[0].length is None


def test_one_request_of_a_row_may_vary_alone() -> None:
    bench = Bench()
    varying = a_variant("search", "/?q=a", varies=True)
    bench.run(traffic(variants=(a_variant("book", "/books/1/"), varying)))
    assert [kind.length for kind in bench.generator.drives[0].kinds] == [3, None]


def logged_in(bench: Bench, *headers: tuple[str, str]) -> list[str]:
    """The slots that were logged in, so far."""
    slots: list[str] = []

    def dress(slot: str, _server: Any) -> tuple[tuple[str, str], ...]:
        slots.append(slot)
        return headers

    bench.conductor.dress = dress
    return slots


def test_a_log_in_goes_with_what_is_verified_and_what_is_driven() -> None:
    bench, cookie = Bench(), ("Cookie", "sessionid=1")
    slots = logged_in(bench, cookie)
    bench.run(worker="uvicorn#2")
    assert slots == ["uvicorn#2"]
    assert bench.server.requests[0].headers == bench.generator.drives[0].request.headers == (cookie,)


def test_anonymous_requests_go_without_it() -> None:
    bench, cookie = Bench(), ("Cookie", "sessionid=1")
    logged_in(bench, cookie)
    login = a_variant("login", "/login/", request=Request(anonymous=True))
    bench.run(traffic(variants=(a_variant("book", "/books/1/"), login)))
    assert [kind.request.headers for kind in bench.generator.drives[0].kinds] == [(cookie,), ()]


def test_where_all_are_anonymous_nobody_is_logged_in() -> None:
    bench = Bench()
    slots = logged_in(bench)
    bench.run(a_scenario(request=Request(anonymous=True)))
    assert slots == []


def test_a_new_log_in_does_not_verify_again() -> None:
    bench = Bench()
    for number in (1, 2):
        logged_in(bench, ("Cookie", f"sessionid={number}"))
        bench.run(traffic())
    assert len(bench.server.paths) == 3
    assert bench.generator.drives[1].kinds[0].length == 3


def test_a_log_in_that_fails_is_a_failure_before_any_load() -> None:
    bench = Bench()

    def dress(_slot: str, _server: Any) -> Any:
        raise ServerFailure("log-in: HTTP 403", "Forbidden (CSRF)")

    bench.conductor.dress = dress
    assert bench.failure() == a_failure(reason="log-in: HTTP 403", log_tail="Forbidden (CSRF)")
    assert (bench.server.paths, bench.generator.drives) == ([], [])


def test_a_window_that_ends_early_is_not_waited_for() -> None:
    bench = Bench(a_load_report(window_ns=200_000_000, aborted=True), cpu={11: 0.5})
    bench.generator.ends_at = bench.clock.now() + 0.5 + 0.2
    result = bench.run(window_s=60.0, max_backlog=10)
    assert result.sample is not None
    assert result.spent_s["window"] < 0.3
    assert result.sample.server_cpu_s == pytest.approx(0.1)


@pytest.mark.parametrize(("ready_at", "age_s"), [(90.0, 10.5), (None, None)])
def test_a_servers_age_is_that_at_the_windows_start(ready_at: float | None, age_s: float | None) -> None:
    sample = Bench(ready_at=ready_at).sample(load=POISSON)
    assert sample.server_age_s == pytest.approx(age_s)


def test_a_wall_clock_that_steps_back_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = cycle([datetime(2040, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])

    class Stepping(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Stepping:
            return cast("Stepping", next(moments))

    steady = Bench().run()
    monkeypatch.setattr(trial, "datetime", Stepping)
    stepping = Bench().run()
    assert stepping == replace(steady, started_at="2040-01-01T00:00:00.000+00:00")


def test_wall_time_is_told_by_phase() -> None:
    spent = Bench().run(warmup_s=0.5, window_s=2.0).spent_s
    assert list(spent) == ["verify", "warmup", "window", "drain", "rest"]
    assert (spent["warmup"], spent["window"]) == pytest.approx((0.5, 2.0))


def test_the_wall_time_of_a_failed_trial_is_told_as_well() -> None:
    assert list(Bench(replies=[a_reply(status=404)]).run().spent_s) == ["verify"]


def test_steal_is_a_share_of_the_cpu_time_of_the_trial() -> None:
    sample = Bench().sample()
    assert (sample.steal, sample.load_average) == (0.05, 0.25)


@pytest.mark.parametrize(
    ("before", "after"), [(None, (1.0, 2.0)), ((1.0, 2.0), None), ((1.0, 2.0), (1.0, 2.0))]
)
def test_steal_that_cannot_be_read_is_unknown(before: Any, after: Any) -> None:
    assert share_of_steal(before, after) is None
