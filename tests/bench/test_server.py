"""A live server: started, known to be ready, watched, stopped."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from betterworker.bench import meter, probe, server
from betterworker.bench.errors import ServerFailure
from betterworker.bench.model import ServerTerms
from betterworker.bench.server import Guarded, Server, Start
from tests.bench import scripted_server
from tests.bench.waiting import all_gone, descendants, until
from tests.patience import PATIENCE_S

HOST = "127.0.0.1"
Launch = Callable[..., Server]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start a scripted server with options of its own; it is stopped after the test."""
    started: list[Server] = []

    def start(*options: str, port: int | None = None, command: tuple[str, ...] = (), **terms: Any) -> Server:
        port = port or probe.free_port(HOST)
        ours = (sys.executable, scripted_server.__file__, str(port), *options)
        log = tmp_path / f"{port}.log"
        way = Start(command=command or ours, host=HOST, port=port, cpus=(), log=log, env={"TOLD": "so"})
        terms = {"ready_path": "/ready", "processes": 1, "header": "scripted", **terms}
        started.append(Server(way, **terms))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def failure_of(wait: Callable[[], object]) -> ServerFailure:
    with pytest.raises(ServerFailure) as caught:
        wait()
    return caught.value


def test_it_is_ready_when_every_process_has_answered(launch: Launch) -> None:
    live = launch("--processes", "3", processes=3)
    live.wait_ready(PATIENCE_S)
    assert len(live.pids) == 3
    assert live.pids < set(descendants(live.process.pid))
    assert (live.unwell, live.lost(), live.alive) == (None, None, True)


def test_it_knows_since_when_it_is_ready(launch: Launch) -> None:
    live = launch()
    begin, before = time.monotonic(), live.ready_at
    live.wait_ready(PATIENCE_S)
    assert live.ready_at is not None
    assert (before, begin <= live.ready_at <= time.monotonic()) == (None, True)


def test_it_is_not_ready_while_a_process_is_missing(launch: Launch) -> None:
    live = launch("--processes", "1", processes=2)

    def reason() -> str:
        return failure_of(lambda: live.wait_ready(0.5)).reason

    assert until(lambda: reason() != "gave no answer in 0.5 s")
    assert reason() == "only 1 of 2 processes answered in 0.5 s"


def test_bad_answers_at_the_start_are_waited_out(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "UNWELL_S", PATIENCE_S)
    live = launch("--bad", "3")
    live.wait_ready(PATIENCE_S)
    assert (live.unwell, len(live.pids)) == (None, 1)


def test_one_that_keeps_failing_is_let_through_as_unwell(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "UNWELL_S", 0.1)
    live = launch("--bad", "1000000")
    live.wait_ready(PATIENCE_S)
    assert (live.unwell, live.pids) == ("HTTP 500", frozenset())
    assert live.ready_at is not None
    assert not live.rest(0.2)


def test_a_port_that_is_taken_names_who_takes_it(launch: Launch) -> None:
    with closing(socket.create_server((HOST, 0))) as listener:
        port = listener.getsockname()[1]
        failure = failure_of(lambda: launch(port=port))
    assert failure.reason.startswith(f"port {port} is taken by process {os.getpid()}:")


def test_one_that_ends_at_the_start_tells_its_status_and_last_words(launch: Launch) -> None:
    failure = failure_of(launch("--end", "3").wait_ready)
    assert failure.reason == "ended with status 3 before it was ready"
    assert failure.log_tail == "ValueError: told to end"


def test_a_command_that_does_not_exist_says_so(launch: Launch) -> None:
    failure = failure_of(launch(command=("/nowhere/server",)).wait_ready)
    assert "status 127" in failure.reason
    assert failure.log_tail == "cannot start /nowhere/server: No such file or directory"


def test_an_option_it_does_not_know_is_its_reason(launch: Launch) -> None:
    failure = failure_of(launch("--vanished", distribution="psutil").wait_ready)
    assert failure.reason.startswith(f"psutil {psutil.__version__} knows no option --vanished ")


def test_the_version_is_of_the_interpreter_that_it_runs_on(launch: Launch) -> None:
    live = launch("--vanished", distribution="psutil", versions={"psutil": "0.1"})
    assert failure_of(live.wait_ready).reason.startswith("psutil 0.1 knows no option --vanished ")


@pytest.fixture
def telling(tmp_path: Path) -> Callable[..., Guarded]:
    """A process that tells where it is and what it has, and ends."""

    def start(**how: Any) -> Guarded:
        told = "import os; print(os.getcwd(), os.environ.get('TOLD'), os.environ.get('KEPT'))"
        command = (sys.executable, "-c", told)
        log, port = tmp_path / "telling.log", probe.free_port(HOST)
        env = {"TOLD": "so", "KEPT": "too"}
        live = Guarded(Start(command=command, host=HOST, port=port, cpus=(), log=log, env=env, **how))
        assert until(lambda: not live.alive)
        return live

    return start


def test_it_starts_in_a_folder_without_what_it_is_not_to_have(
    telling: Callable[..., Guarded], tmp_path: Path
) -> None:
    live = telling(folder=str(tmp_path), without={"TOLD"})
    assert live.log_tail() == f"{tmp_path} None too"
    live.stop()


def test_with_a_mask_its_output_is_only_kept_masked(telling: Callable[..., Guarded]) -> None:
    live = telling(mask=lambda text: text.replace("so", "•••"))
    assert not live.start.log.exists()
    live.stop()
    assert live.start.log.read_text().endswith(" ••• too\n")


def test_the_terms_in_force_are_read_when_it_is_ready(launch: Launch) -> None:
    live = launch("--processes", "2", processes=2, asked=ServerTerms(backlog=2048))
    live.wait_ready(PATIENCE_S)
    assert live.asked == ServerTerms(backlog=2048)
    assert live.in_force == ServerTerms(processes=2, threads=3, backlog=64, keep_alive=False)


def test_a_silent_one_is_not_waited_for_for_ever(launch: Launch) -> None:
    failure = failure_of(lambda: launch("--mute").wait_ready(0.3))
    assert failure.reason == "gave no answer in 0.3 s"


def test_one_that_does_not_listen_gives_no_answer(launch: Launch) -> None:
    failure = failure_of(lambda: launch(command=("sleep", "600")).wait_ready(0.3))
    assert failure.reason == "gave no answer in 0.3 s"


def test_a_strangers_answers_are_not_taken_for_its_own(launch: Launch) -> None:
    ours = launch(command=("sleep", "600"))
    stranger = launch(port=ours.port)
    stranger.wait_ready(PATIENCE_S)
    failure = failure_of(ours.wait_ready)
    assert failure.reason.startswith(f"port {ours.port} is answered by process ")
    assert "not ours" in failure.reason


def test_another_kind_of_server_is_noticed(launch: Launch) -> None:
    failure = failure_of(launch("--server", "nginx", header="uvicorn").wait_ready)
    assert failure.reason == "the Server header says 'nginx' instead of 'uvicorn'"


def test_the_server_header_may_say_more_than_asked(launch: Launch) -> None:
    live = launch("--server", "Hypercorn-H11", header="hypercorn")
    live.wait_ready(PATIENCE_S)
    assert live.unwell is None


def test_a_worker_process_that_was_killed_is_lost(launch: Launch) -> None:
    live = launch("--processes", "2", processes=2)
    live.wait_ready(PATIENCE_S)
    victim = min(live.pids)
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: live.lost() == f"worker process {victim} ended")


def test_a_server_that_was_killed_is_lost(launch: Launch) -> None:
    live = launch()
    live.wait_ready(PATIENCE_S)
    master = psutil.Process(min(live.pids)).ppid()
    os.kill(master, signal.SIGKILL)
    assert until(lambda: live.lost() == "the server ended with status 137")
    assert all_gone(live.pids)


def test_an_idle_one_is_at_rest(launch: Launch) -> None:
    live = launch()
    live.wait_ready(PATIENCE_S)
    assert live.rest(PATIENCE_S)


def test_a_busy_one_is_not_at_rest(launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    live, seconds = launch(), count()
    live.wait_ready(PATIENCE_S)
    # Not one that burns CPU: it may be kept from the processor for as long as it is looked at.
    monkeypatch.setattr(meter, "read", lambda *_, **__: meter.Usage(cpu_s={live.process.pid: next(seconds)}))
    assert not live.rest(0.3)


def test_one_that_has_ended_is_not_at_rest(launch: Launch) -> None:
    live = launch("--end", "0")
    live.process.wait(timeout=PATIENCE_S)
    assert not live.rest(0.3)


def test_stopping_leaves_no_process_and_a_free_port(launch: Launch) -> None:
    live = launch("--processes", "2", processes=2)
    live.wait_ready(PATIENCE_S)
    family = descendants(live.process.pid)
    live.stop()
    assert all_gone([*family, live.process.pid], 0)
    assert probe.is_free(HOST, live.port)


def test_stopping_twice_is_no_mistake(launch: Launch) -> None:
    live = launch()
    live.stop()
    live.stop()
    assert not live.alive


def test_its_environment_and_log_are_its_own(launch: Launch) -> None:
    live = launch(command=("sh", "-c", "echo one $TOLD; echo two >&2"))
    live.process.wait(timeout=PATIENCE_S)
    assert live.log_tail() == "one so\ntwo"
    assert live.log_since(len("one so\n")) == "two\n"
    assert live.log_size() == len("one so\ntwo\n")


def test_the_tail_begins_with_this_start_of_several_in_one_log(launch: Launch) -> None:
    port = probe.free_port(HOST)
    for word in ("first", "second"):
        live = launch(port=port, command=("echo", word))
        live.process.wait(timeout=PATIENCE_S)
    assert live.log_tail() == "second"


def test_the_tail_has_what_tells_a_cause_since_a_position_however_much_came_after_it(launch: Launch) -> None:
    after = "for n in $(seq 40); do echo line $n; done"
    live = launch(command=("sh", "-c", f"echo WORKER TIMEOUT one; echo WORKER TIMEOUT two; {after}"))
    live.process.wait(timeout=PATIENCE_S)
    told = live.log_tail(len("WORKER TIMEOUT one\n")).splitlines()
    assert told[:3] == ["WORKER TIMEOUT two", "…", "line 11"]
    assert live.log_tail().splitlines()[:2] == ["WORKER TIMEOUT one", "WORKER TIMEOUT two"]
