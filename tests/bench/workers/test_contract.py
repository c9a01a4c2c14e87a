"""What every worker must do: one suite over the registry, on the real site."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, NamedTuple

import pytest

from betterworker.bench import probe
from betterworker.bench.scenarios import scenarios
from betterworker.bench.workbench import HOST
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_launch
from tests.bench.waiting import all_gone, descendants, until
from tests.bench.workers.conftest import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Mode, Reply, Worker
    from betterworker.bench.server import Server
    from betterworker.bench.workbench import Workbench

each_worker = pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
each_live = pytest.mark.parametrize("live", WORKERS, indirect=True)
starts_servers = pytest.mark.servers
MODES: tuple[Mode, ...] = ("sync", "async")
#: Cannot even say that they are ready.
UNWELL = {"hypercorn-trio": "HTTP 500"}
TOGETHER = 8


class Live(NamedTuple):
    worker: Worker
    server: Server

    def answers(self, path: str) -> list[Reply]:
        """To several requests at once, several times: what fails may do so under concurrency alone."""
        port = self.server.port
        return [reply for _ in range(3) for reply in probe.get_all(HOST, port, path, TOGETHER, 5.0)]


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest, bench: Workbench) -> Iterator[Live]:
    """The worker named by the parameter, started; shared by the tests that leave it as it is."""
    server = bench.launch(WORKERS[request.param], request.param, 1)
    try:
        server.wait_ready()
        yield Live(WORKERS[request.param], server)
    finally:
        server.stop()


@each_worker
def test_the_command_is_pure_and_says_what_was_asked(worker: Worker) -> None:
    launch = a_launch(processes=3, port=8123)
    words = worker.command(launch)
    assert words == worker.command(launch)
    assert words[0] == launch.python
    assert "8123" in " ".join(words)
    assert words[words.index("--workers") + 1] == "3"
    assert words[words.index("--backlog") + 1] == "2048"
    assert words[-1] == (launch.wsgi if worker.interface == "wsgi" else launch.asgi)


@each_worker
def test_it_goes_by_its_name_and_says_what_it_is(worker: Worker) -> None:
    assert WORKERS[worker.name] is worker
    assert worker.about
    assert worker.distributions


@starts_servers
@each_live
def test_it_gets_ready_with_every_process_or_fails_as_declared(live: Live) -> None:
    assert live.server.unwell == UNWELL.get(live.worker.name)
    assert len(live.server.pids) == (0 if live.server.unwell else PROCESSES)
    assert live.server.lost() is None


@starts_servers
@each_live
@pytest.mark.parametrize("mode", MODES)
def test_it_serves_json_to_many_at_once_or_fails_as_declared(live: Live, mode: Mode) -> None:
    scenario = scenarios()[f"json:{mode}"]
    wrong = {scenario.check(reply) for reply in live.answers(scenario.path)} - {None}
    assert wrong == ({"HTTP 500"} if mode in live.worker.cannot else set())


@starts_servers
@each_live
def test_it_survives_clients_that_leave(live: Live) -> None:
    for begun in ("GET /sync/fake-redis-set HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET / HT"):
        with socket.create_connection((HOST, live.server.port), timeout=2.0) as client:
            client.sendall(begun.encode())
    assert {reply.status for reply in live.answers("/ready")} == {500 if live.server.unwell else 200}
    assert live.server.lost() is None


@starts_servers
@each_live
def test_it_comes_to_rest(live: Live) -> None:
    assert live.server.rest() == (live.server.unwell is None)


@starts_servers
@each_worker
def test_a_killed_process_is_noticed_and_stopping_leaves_nothing(worker: Worker, bench: Workbench) -> None:
    server = bench.launch(worker, worker.name, 2)
    try:
        server.wait_ready()
        if server.pids:
            os.kill(min(server.pids), signal.SIGKILL)
            assert until(server.lost)
        family = {*descendants(server.process.pid), server.process.pid}
    finally:
        server.stop()
    assert all_gone(family, 0)
    assert probe.is_free(HOST, server.port)
