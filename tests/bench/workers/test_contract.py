"""What every worker must do: one suite over the registry, on the real site."""

from __future__ import annotations

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from betterworker.bench import probe
from betterworker.bench.scenarios import scenarios
from betterworker.bench.scenarios.posting import multipart
from betterworker.bench.workbench import HOST
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_launch
from tests.bench.started import started
from tests.bench.waiting import all_gone, descendants, is_gone, until
from tests.bench.workers import clients
from tests.bench.workers.conftest import PROCESSES
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Launch, Mode, Reply, Worker
    from betterworker.bench.server import Server
    from betterworker.bench.workbench import Workbench

each_worker = pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
each_live = pytest.mark.parametrize("live", WORKERS, indirect=True)
each_mode = pytest.mark.parametrize("mode", ["sync", "async"])
starts_servers = pytest.mark.servers
#: One of each server that SIGHUP reloads.
RELOADING = ("gunicorn-gthread", "uvicorn", "hypercorn-asyncio", "granian-asgi")
#: Cannot even say that they are ready.
UNWELL = {"hypercorn-trio": "HTTP 500"}
TOGETHER = 8
UPLOAD = multipart(bytes(10_485_760))
#: More connections than any server's own limit that is known to be small (waitress: 100), left open.
OPEN = 150
#: How many of them are kept by those that do not keep all.
KEPT = {"gunicorn-sync": 0, "hypercorn-trio": 0, "cheroot": 10}
#: How many requests those take that leave others in the kernel's queue.
TAKEN = {"gunicorn-sync": PROCESSES}


class Live(NamedTuple):
    worker: Worker
    server: Server

    def answers(self, path: str) -> list[Reply]:
        """To several requests at once, several times: what fails may do so under concurrency alone."""
        port = self.server.port
        return [reply for _ in range(3) for reply in probe.get_all(HOST, port, path, TOGETHER, PATIENCE_S)]


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest, bench: Workbench) -> Iterator[Live]:
    """The worker named by the parameter, started; shared by the tests that leave it as it is, then killed."""
    with started(bench, WORKERS[request.param]) as server:
        yield Live(WORKERS[request.param], server)
        a_killed_server_is_noticed_and_leaves_nothing(server)


def application(worker: Worker, launch: Launch) -> str:
    stock = launch.wsgi if worker.interface == "wsgi" else launch.asgi
    return launch.better if worker.name.startswith("betterworker-") else stock


def a_killed_server_is_noticed_and_leaves_nothing(server: Server) -> None:
    main, *others = descendants(server.process.pid)
    os.kill(main, signal.SIGKILL)
    assert until(server.lost)
    server.stop()
    assert all_gone([main, *others], 0)
    assert probe.is_free(HOST, server.port)


@each_worker
def test_the_command_is_pure_and_asks_for_the_equal_terms(worker: Worker) -> None:
    launch = a_launch(port=8123, processes=73, threads=19, backlog=1777, keep_alive_s=61)
    words = worker.command(launch)
    said = set(map(int, re.findall(r"\d+", " ".join(words))))
    assert words == worker.command(launch)
    assert Path(words[0]).parent == Path(launch.python).parent
    assert {launch.wsgi, launch.asgi, launch.better}.intersection(words) == {application(worker, launch)}
    assert {8123, 1777} <= said
    assert 73 in said or worker.processes(73) == 1
    assert 61 in said or any("keep-alive" in term for term in worker.unequal)
    assert worker.threads is None or worker.threads(launch) in said


@each_worker
def test_it_goes_by_its_name_and_says_what_it_is(worker: Worker) -> None:
    assert WORKERS[worker.name] is worker
    assert worker.about
    assert worker.distributions
    assert ("async" in worker.supports) != ("async" in worker.cannot)
    assert ("reload" in worker.supports) == (worker.reloads_from is not None)


@pytest.fixture
def sighup_ends() -> Iterator[None]:
    """As systemd starts services: under nohup the tests ignore it, and so would what they start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@starts_servers
@pytest.mark.usefixtures("sighup_ends")
@pytest.mark.parametrize("processes", [1, PROCESSES])
@pytest.mark.parametrize("name", RELOADING)
def test_it_is_reloaded_at_sighup_with_as_many_processes_as_it_says(
    name: str, processes: int, bench: Workbench
) -> None:
    alone = replace(bench, terms=replace(bench.terms, processes=processes))
    with started(alone, WORKERS[name]) as server:
        main, before = descendants(server.process.pid)[0], server.pids
        os.kill(main, signal.SIGHUP)
        # Where it goes on, others serve in the place of all that did.
        assert until(lambda: is_gone(main) or not before & {main, *descendants(main)})
        assert is_gone(main) == (processes < (WORKERS[name].reloads_from or 0))


@starts_servers
@each_live
def test_it_gets_ready_with_every_process_or_fails_as_declared(live: Live) -> None:
    assert live.server.unwell == UNWELL.get(live.worker.name)
    assert len(live.server.pids) == (0 if live.server.unwell else live.worker.processes(PROCESSES))
    assert live.server.lost() is None


@starts_servers
@each_live
@each_mode
def test_it_serves_json_to_many_at_once_or_fails_as_declared(live: Live, mode: Mode) -> None:
    scenario = scenarios()[f"json:{mode}"]
    wrong = {scenario.check(reply) for reply in live.answers(scenario.path)} - {None}
    assert wrong == ({"HTTP 500"} if mode in live.worker.cannot else set())


@starts_servers
@each_live
@each_mode
def test_it_streams_a_whole_answer(live: Live, mode: Mode) -> None:
    scenario = scenarios()[f"stream:{mode}"]
    wrong = scenario.check(live.server.get(scenario.path, PATIENCE_S))
    assert wrong is None or mode in live.worker.cannot


@starts_servers
@each_live
@each_mode
def test_it_takes_a_large_upload(live: Live, mode: Mode) -> None:
    reply = probe.get(HOST, live.server.port, f"/{mode}/upload", PATIENCE_S, UPLOAD)
    assert b'"bytes": 10485760' in reply.body or mode in live.worker.cannot


@starts_servers
@each_live
def test_it_survives_clients_that_leave(live: Live) -> None:
    port = live.server.port
    for reset in (False, True):
        clients.leave(port, b"GET / HT", reset=reset)
        clients.leave(port, clients.get("/sync/fake-redis-set"), reset=reset)
        clients.leave(port, clients.get("/sync/stream"), after=1000, reset=reset)
        clients.leave(port, clients.half_an_upload("/sync/upload"), reset=reset)
    assert {reply.status for reply in live.answers("/ready")} == {500 if live.server.unwell else 200}
    assert live.server.lost() is None


@starts_servers
@each_live
def test_it_answers_one_more_beside_many_open_connections(live: Live) -> None:
    with clients.kept(live.server.port, "/sync/json", OPEN) as kept:
        assert kept == KEPT.get(live.worker.name, OPEN)
        assert live.server.get("/sync/json", PATIENCE_S).status == (500 if live.server.unwell else 200)


@starts_servers
@each_live
def test_it_comes_to_rest(live: Live) -> None:
    well = live.server.unwell is None
    assert live.server.rest(timeout_s=PATIENCE_S if well else 0.3) == well


@starts_servers
@each_worker
def test_it_stops_in_time_and_loses_no_request_that_it_has_taken_or_says_so(
    worker: Worker, bench: Workbench
) -> None:
    with started(bench, worker, round_=2) as server:
        under_way = clients.sent(server.port, "/sync/fake-redis-set", TAKEN.get(worker.name, TOGETHER))
        family = {*descendants(server.process.pid), server.process.pid}
        with ThreadPoolExecutor(1) as elsewhere:
            stopping = elsewhere.submit(server.stop)
            answered = set(clients.statuses(under_way))
            stopping.result()
    assert answered == {500 if server.unwell else 200} or worker.loses
    assert server.process.returncode != 128 + signal.SIGKILL
    assert all_gone(family, 0)
    assert probe.is_free(HOST, server.port)
