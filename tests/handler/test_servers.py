"""The handler on every ASGI server there is: what only a real server can show."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from betterworker.bench import probe
from betterworker.bench.model import GET, Launch, Reply, Request, Worker
from betterworker.bench.server import Server, Start
from betterworker.bench.workers import WORKERS
from tests.bench.waiting import descendants, until
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
APPLICATION = "tests.handler.served:application"
UPLOAD = Request(method="POST", body=bytes(5_000_000))


def with_another_interface(worker: Worker) -> Worker:
    """granian's ``asgi``, beside the ``asginl`` of its worker in the registry."""

    def command(launch: Launch) -> tuple[str, ...]:
        return tuple("asgi" if word == "asginl" else word for word in worker.command(launch))

    return replace(worker, name="granian-asgi-with-lifespan", command=command)


STOCK = [each for each in WORKERS.values() if each.interface == "asgi" and "betterworker" not in each.name]
SERVERS = {each.name: each for each in (*STOCK, with_another_interface(WORKERS["granian-asgi"]))}
#: What is under way when they are stopped ends with them, whatever the application does.
LOSING = {"daphne"}
RELOADING = ("gunicorn-asgi", "gunicorn-uvicorn", "uvicorn", "granian-asgi")

pytestmark = pytest.mark.servers
each_server = pytest.mark.parametrize("served", SERVERS, indirect=True)
each_mode = pytest.mark.parametrize("mode", ["sync", "async"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A live server, and the folder by which its views are told what may happen."""

    server: Server
    folder: Path

    def get(self, path: str, request: Request = GET) -> Reply:
        return self.server.get(path, PATIENCE_S, request)

    def may(self, name: str) -> None:
        (self.folder / name).touch()

    def has(self, name: str) -> bool:
        return until((self.folder / name).exists)

    @property
    def main(self) -> int:
        return descendants(self.server.process.pid)[0]


@contextmanager
def serving(worker: Worker, folder: Path, processes: int = 1) -> Iterator[Served]:
    launch = Launch(
        python=sys.executable,
        host=HOST,
        port=probe.free_port(HOST),
        processes=processes,
        concurrency=100,
        wsgi="",
        asgi=APPLICATION,
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    start = Start(
        command=worker.command(launch),
        host=HOST,
        port=launch.port,
        cpus=(),
        log=folder / "server.log",
        env={"PYTHONPATH": paths, "BETTERWORKER_TEST_FOLDER": str(folder), "PYTHONUNBUFFERED": "1"},
    )
    server = Server(
        start, ready_path="/ready", processes=worker.processes(processes), header=worker.server_header
    )
    try:
        server.wait_ready()
        assert server.unwell is None, server.log_tail()
        yield Served(server=server, folder=folder)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(SERVERS[request.param], tmp_path_factory.mktemp(request.param)) as live:
        yield live
        assert "Traceback" not in live.server.log_since(live.server.log_begin)


@each_server
@each_mode
def test_a_view_is_answered_to_several_at_once(served: Served, mode: str) -> None:
    replies = served.server.get_all(f"/{mode}/ready", 8, PATIENCE_S)
    assert {reply.status for reply in replies} == {200}


@each_server
@each_mode
def test_an_upload_arrives_whole(served: Served, mode: str) -> None:
    assert json.loads(served.get(f"/{mode}/upload", UPLOAD).body) == {"bytes": len(UPLOAD.body)}


@each_server
@each_mode
def test_the_first_part_of_a_stream_is_sent_before_the_second_is_made(served: Served, mode: str) -> None:
    connection = http.client.HTTPConnection(HOST, served.server.port, timeout=PATIENCE_S)
    connection.request("GET", f"/{mode}/two-parts/{mode}-parts")
    response = connection.getresponse()
    assert response.readline() == b"first\n"
    served.may(f"{mode}-parts-go")
    assert response.read() == b"second\n"
    connection.close()


@each_server
@each_mode
def test_a_stream_is_closed_when_its_client_has_gone(served: Served, mode: str) -> None:
    with socket.create_connection((HOST, served.server.port), PATIENCE_S) as client:
        client.sendall(f"GET /{mode}/endless/{mode}-left HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert client.recv(1000)
    assert served.has(f"{mode}-left-closed")
    assert served.get("/ready").status == 200


@each_server
def test_an_async_view_is_cancelled_when_its_client_has_gone(served: Served) -> None:
    with socket.create_connection((HOST, served.server.port), PATIENCE_S) as client:
        client.sendall(f"GET /async/held/left HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert served.has("left-begun")
    assert served.has("left-cancelled")


@each_server
def test_async_views_go_on_while_sync_ones_wait(served: Served) -> None:
    with ThreadPoolExecutor(8) as clients:
        waiting = [clients.submit(served.get, f"/sync/held/many-{each}") for each in range(8)]
        assert all(served.has(f"many-{each}-begun") for each in range(8))
        assert served.get("/async/ready").status == 200
        for each in range(8):
            served.may(f"many-{each}-go")
        assert {one.result().status for one in waiting} == {200}


@pytest.mark.parametrize("name", sorted(SERVERS.keys() - LOSING))
@each_mode
def test_a_request_under_way_is_answered_when_the_server_is_told_to_stop(
    name: str, mode: str, tmp_path: Path
) -> None:
    with serving(SERVERS[name], tmp_path) as live, ThreadPoolExecutor(1) as client:
        under_way = client.submit(live.get, f"/{mode}/held/last")
        assert live.has("last-begun")
        os.kill(live.main, signal.SIGTERM)
        # By then it has heard: some go on listening until the last answer is out.
        until(lambda: not _accepts(live.server.port), timeout_s=0.5)
        live.may("last-go")
        assert under_way.result().status == 200
        assert until(lambda: not live.server.alive)


@pytest.mark.parametrize("name", RELOADING)
@each_mode
def test_a_request_under_way_is_answered_when_the_server_reloads(
    name: str, mode: str, tmp_path: Path
) -> None:
    with serving(SERVERS[name], tmp_path, processes=2) as live, ThreadPoolExecutor(1) as client:
        under_way = client.submit(live.get, f"/{mode}/held/over")
        assert live.has("over-begun")
        before = live.server.pids
        os.kill(live.main, signal.SIGHUP)
        until(lambda: not before <= set(descendants(live.main)), timeout_s=0.5)
        live.may("over-go")
        assert under_way.result().status == 200
        assert until(lambda: not before & set(descendants(live.main)))
        assert live.get(f"/{mode}/ready").status == 200


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1.0).close()
    except OSError:
        return False
    return True
