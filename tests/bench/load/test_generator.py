"""Load processes: told what to drive, asked what they saw, and gone when the program is."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic_ns
from typing import Any

import msgspec
import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.load import agent, generator
from betterworker.bench.load.generator import LEAD_NS, LEAD_OF_KIND_NS, Drive, Generator, start_agent
from betterworker.bench.load.histogram import percentile_ms
from betterworker.bench.load.merging import combine
from betterworker.bench.load.spec import FirstReply, Kind, KindReport, LoadReport
from betterworker.bench.model import Outcomes, Request
from tests.bench.builders import a_histogram
from tests.bench.load.scripted import ATTEMPTS, HOST, a_spec
from tests.bench.waiting import all_gone, until
from tests.patience import PATIENCE_S


def a_drive(port: int, **overrides: Any) -> Drive:
    values: dict[str, Any] = {
        "path": "/",
        "connections": 4,
        "warmup_s": 0.02,
        "window_s": 0.1,
        "timeout_s": PATIENCE_S,
        "ramp_s": 0.0,
        "length": 2,
    }
    return Drive(host=HOST, port=port, **{**values, **overrides})


def a_whole_window(load: Generator, drive: Drive) -> LoadReport:
    """Driven again where the load processes were kept from the processor for nearly all of it."""
    for _ in range(ATTEMPTS):
        load.begin(drive)
        report = load.finish()
        if report.outcomes.sent >= 20:
            break
    return report


def a_report(**overrides: Any) -> LoadReport:
    values: dict[str, Any] = {
        "window_ns": 1_000,
        "completed": 2,
        "outcomes": Outcomes(sent=3, ok=2, timeout=1),
        "latency": a_histogram([10, 20, 30]),
        "reconnects": 1,
        "errors": (("late", 1),),
        "cpu": 0.25,
        "lag_ms": 1.0,
    }
    return LoadReport(**{**values, **overrides})


def test_a_large_body_reaches_every_load_process(null_port: int) -> None:
    request = Request(method="POST", body=bytes(300_000) + b"\r\n\r\n")  # what the null server waits for
    with Generator((0, 0)) as load:
        report = a_whole_window(load, a_drive(null_port, request=request, streams=True))
    assert (report.outcomes.errors, report.outcomes.ok > 0) == (0, True)
    assert report.first_byte is not None


def test_several_processes_report_as_one(null_port: int) -> None:
    with Generator((0, 0)) as load:
        report = a_whole_window(load, a_drive(null_port, connections=3))
    assert report.outcomes.balanced
    assert report.outcomes.ok == report.outcomes.sent > 3
    assert report.first is not None
    assert base64.b64decode(report.first.body) == b"ok"


def test_several_processes_send_requests_of_several_names(null_port: int) -> None:
    kinds = tuple(Kind(name=f"of {number % 2}", path=f"/{number}/", length=2) for number in range(1_000))
    with Generator((0, 0)) as load:
        report = a_whole_window(load, a_drive(null_port, connections=4, kinds=kinds))
    assert (report.outcomes.errors, list(report.parts)) == (0, ["of 0", "of 1"])
    assert report.outcomes == report.parts["of 0"].outcomes + report.parts["of 1"].outcomes
    assert min(part.outcomes.ok for part in report.parts.values()) > 0


def test_many_requests_are_given_time_to_be_written_out(null_port: int) -> None:
    kinds = tuple(Kind(name="book", path=f"/{number}/") for number in range(1_000))
    with Generator((0,)) as load:
        before = monotonic_ns()
        begin = load.begin(a_drive(null_port, kinds=kinds)).begin_ns
        load.finish()
    assert begin - before >= LEAD_NS + 1_000 * LEAD_OF_KIND_NS


def test_a_single_connection_needs_one_process(null_port: int) -> None:
    with Generator((0, 0)) as load:
        load.begin(a_drive(null_port, connections=1))
        assert len(load.asked) == 1
        assert load.finish().outcomes.errors == 0


def test_processes_serve_one_window_after_the_other(null_port: int) -> None:
    with Generator(()) as load:
        pids = [process.pid for process in load.agents]
        for _ in range(3):
            assert a_whole_window(load, a_drive(null_port)).outcomes.ok > 0
        assert [process.pid for process in load.agents] == pids


def test_an_ideal_server_reads_connections_by_delay(upstream_port: int) -> None:
    drive = a_drive(upstream_port, path="/hello", connections=20, ramp_s=0.2, window_s=0.6)
    right = pytest.approx(20 / 0.2 * 0.6, rel=0.1)
    with Generator(()) as load:
        for _ in range(ATTEMPTS):
            load.begin(drive)
            report = load.finish()
            if report.completed == right and not report.outcomes.errors:
                break  # else one of the two was kept from the processor
    assert report.completed == right
    assert report.outcomes.errors == 0


def test_leaving_ends_every_load_process() -> None:
    with Generator((0, 0)) as load:
        pids = [process.pid for process in load.agents]
    assert len(pids) == 2
    assert all_gone(pids, 0)


def test_a_load_process_that_is_killed_is_a_failure_and_is_replaced(null_port: int) -> None:
    with Generator((0, 0)) as load:
        load.begin(a_drive(null_port, window_s=60.0))
        load.agents[1].kill()
        with pytest.raises(GeneratorFailure, match="ended with status -9"):
            load.finish()
        load.begin(a_drive(null_port))
        assert load.finish().outcomes.balanced


def test_a_load_process_that_died_idle_is_a_failure_and_closing_is_none(null_port: int) -> None:
    with Generator(()) as load:
        load.agents[0].kill()
        load.agents[0].wait()
        with pytest.raises(GeneratorFailure, match="is gone"):
            load.begin(a_drive(null_port))


def test_a_silent_load_process_is_a_failure(null_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with Generator(()) as load:
        monkeypatch.setattr(generator, "ANSWER_GRACE_S", 0.0)
        os.kill(load.agents[0].pid, signal.SIGSTOP)
        load.begin(a_drive(null_port, timeout_s=0.1))
        with pytest.raises(GeneratorFailure, match="did not answer"):
            load.finish()


def test_finishing_what_was_not_begun_is_a_failure() -> None:
    with pytest.raises(GeneratorFailure, match="nothing was begun"):
        Generator(()).finish()


def test_a_window_can_be_stopped_early(upstream_port: int) -> None:
    with Generator((0, 0)) as load:
        load.begin(a_drive(upstream_port, path="/hello", window_s=60, timeout_s=60))
        load.stop()
        report = load.finish()
    assert report.outcomes.balanced
    assert report.window_ns < 60e9


def test_several_processes_keep_one_schedule(null_port: int) -> None:
    with Generator((0, 0)) as load:
        load.begin(a_drive(null_port, rate=500.0, connections=20, arrivals="poisson", seed=5))
        apart = load.finish()
        load.begin(a_drive(null_port, rate=500.0, connections=1, arrivals="poisson", seed=5))
        assert load.finish().offered == apart.offered


def test_a_backlog_ends_the_window_of_every_process(upstream_port: int) -> None:
    endless: dict[str, Any] = {"window_s": 60.0, "timeout_s": 60.0, "rate": 2000.0, "connections": 100}
    with Generator((0, 0)) as load:
        load.begin(a_drive(upstream_port, path="/hello", max_backlog=40, **endless))
        report = load.finish()
    assert (report.aborted, report.outcomes.balanced) == (True, True)
    assert report.window_ns < 60e9


def test_whether_a_window_has_ended_can_be_asked(null_port: int) -> None:
    with Generator(()) as load:
        load.begin(a_drive(null_port, window_s=60.0))
        assert not load.done()
        load.stop()
        assert until(load.done)
        assert load.finish().outcomes.balanced


def test_a_process_that_died_has_ended_its_window(null_port: int) -> None:
    with Generator(()) as load:
        load.begin(a_drive(null_port, window_s=60.0))
        load.agents[0].kill()
        assert until(load.done)


def test_a_limit_is_shared_out_rounded_up() -> None:
    assert [generator.share(limit, 3) for limit in (None, 1, 3, 4)] == [None, 1, 1, 2]


def test_open_loops_are_added_and_aborted_with_one() -> None:
    lag = a_histogram([10, 20])
    both = combine([a_report(offered=5, dispatched=4, send_lag=lag), a_report(offered=3, aborted=True)])
    assert (both.offered, both.dispatched, both.aborted) == (8, 4, True)
    assert percentile_ms(both.send_lag, 100) == 0.02
    assert combine([a_report()]).offered is None


def test_kinds_of_request_are_added_by_name() -> None:
    first = FirstReply(status=200, headers=(), body="")
    part = KindReport(completed=2, outcomes=Outcomes(sent=2, ok=2), latency=a_histogram([10, 20]))
    both = combine([a_report(parts={"fast": part}), a_report(parts={"fast": replace(part, first=first)})])
    fast = both.parts["fast"]
    assert (fast.completed, fast.outcomes, fast.first) == (4, Outcomes(sent=4, ok=4), first)
    assert fast.latency is not None
    assert HdrHistogram.decode(fast.latency).get_total_count() == 4


def test_reports_are_added_and_histograms_merged() -> None:
    first = FirstReply(status=200, headers=(), body="")
    both = combine([a_report(), a_report(cpu=0.5, first=first, errors=(("late", 2), ("reset", 1)))])
    assert both.outcomes == Outcomes(sent=6, ok=4, timeout=2)
    assert (both.completed, both.reconnects, both.cpu, both.first) == (4, 2, 0.5, first)
    assert both.errors == (("late", 3), ("reset", 1))
    assert both.latency is not None
    assert HdrHistogram.decode(both.latency).get_total_count() == 6


def test_first_bytes_are_merged() -> None:
    both = combine([a_report(first_byte=a_histogram([10, 20])), a_report(first_byte=a_histogram([5]))])
    assert both.first_byte is not None
    assert HdrHistogram.decode(both.first_byte).get_total_count() == 3
    assert combine([a_report()]).first_byte is None


def test_without_every_processes_cpu_there_is_none() -> None:
    assert combine([a_report(), a_report(cpu=None)]).cpu is None


@pytest.fixture
def lone_agent() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", agent.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def order(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def driven_by(process: subprocess.Popen[bytes], port: int, *, after: bytes | None = None) -> LoadReport:
    """Its report of a window that it was not kept from for all its time, ordered after another line."""
    assert process.stdout is not None
    for _ in range(ATTEMPTS):
        if after is not None:
            order(process, after)
        order(process, msgspec.json.encode(a_spec(port=port)))
        report = msgspec.json.decode(process.stdout.readline(), type=LoadReport)
        if report.outcomes.sent:
            break
    return report


def hang_up(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()


def test_an_agent_ends_with_its_input(lone_agent: subprocess.Popen[bytes]) -> None:
    hang_up(lone_agent)
    assert lone_agent.wait(timeout=PATIENCE_S) == 0


def test_an_agent_ends_with_its_input_in_the_middle_of_a_window(
    lone_agent: subprocess.Popen[bytes], upstream_port: int
) -> None:
    order(lone_agent, msgspec.json.encode(a_spec(port=upstream_port, window_end_ns=2**62)))
    hang_up(lone_agent)
    assert lone_agent.wait(timeout=PATIENCE_S) == 0


def test_an_agent_leaves_ctrl_c_to_the_program(lone_agent: subprocess.Popen[bytes], null_port: int) -> None:
    os.kill(lone_agent.pid, signal.SIGINT)
    assert driven_by(lone_agent, null_port).outcomes.ok > 0


def test_a_stop_that_came_together_with_its_order_ends_the_window(
    lone_agent: subprocess.Popen[bytes], upstream_port: int
) -> None:
    order(lone_agent, msgspec.json.encode(a_spec(port=upstream_port, window_end_ns=2**62)) + b"\nstop")
    assert lone_agent.stdout is not None
    assert msgspec.json.decode(lone_agent.stdout.readline(), type=LoadReport).completed == 0


def test_a_line_is_said_whole_however_little_each_write_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    said = bytearray()

    def write(_fd: int, data: memoryview) -> int:
        said.extend(data[:7])
        return min(len(data), 7)

    monkeypatch.setattr(os, "write", write)
    agent.say(b"a report of many bytes")
    assert said == b"a report of many bytes\n"


def test_an_order_that_came_too_late_is_passed_over(
    lone_agent: subprocess.Popen[bytes], null_port: int
) -> None:
    assert driven_by(lone_agent, null_port, after=b"stop").outcomes.ok > 0


def test_modules_of_the_folder_it_is_started_in_are_not_taken_for_pythons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("selectors", "statistics"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('an app of the project')")
    monkeypatch.chdir(tmp_path)
    with start_agent(None) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        started.kill()
