from __future__ import annotations

import socket
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from betterworker.bench import probe
from betterworker.bench.model import Request
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


class Handler(BaseHTTPRequestHandler):
    """``/together`` answers when four requests have come; everything else at once, with its own path.

    A POST is answered with what was posted, and two cookies.
    """

    together = Barrier(4)

    def do_GET(self) -> None:
        if self.path == "/together":
            self.together.wait(PATIENCE_S)
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("X-View", "one")
        self.end_headers()
        self.wfile.write(self.path.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        for cookie in ("one=1", "two=2"):
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(self.headers["Content-Type"].encode() + b" " + body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    with closing(socket.create_server((HOST, 0))) as listener:
        yield listener.getsockname()[1]


def test_a_reply_has_its_status_headers_in_lower_case_and_body(port: int) -> None:
    reply = probe.get(HOST, port, "/teapot", PATIENCE_S)
    assert (reply.status, reply.headers["x-view"], reply.body) == (418, "one", b"/teapot")


def test_a_request_is_sent_as_it_is_given(port: int) -> None:
    request = Request(method="POST", headers=(("Content-Type", "text/plain"),), body=b"hello")
    assert probe.get(HOST, port, "/form", PATIENCE_S, request).body == b"text/plain hello"


def test_a_header_that_comes_twice_has_two_lines(port: int) -> None:
    request = Request(method="POST", headers=(("Content-Type", "text/plain"),))
    assert probe.get(HOST, port, "/form", PATIENCE_S, request).headers["set-cookie"] == "one=1\ntwo=2"


def test_several_requests_are_under_way_at_once(port: int) -> None:
    assert [reply.status for reply in probe.get_all(HOST, port, "/together", 4, PATIENCE_S)] == [200] * 4


def test_a_silent_server_and_a_closed_port_are_unanswered(silent_port: int) -> None:
    for closed in (silent_port, probe.free_port(HOST)):
        with pytest.raises(probe.UNANSWERED):
            probe.get(HOST, closed, "/", 0.05)
        with pytest.raises(probe.UNANSWERED):
            probe.get_all(HOST, closed, "/", 2, 0.05)


def test_a_port_is_free_when_nobody_listens(silent_port: int) -> None:
    assert not probe.is_free(HOST, silent_port)
    assert probe.is_free(HOST, probe.free_port(HOST))


def test_listening_is_seen_or_not_in_time(silent_port: int) -> None:
    assert probe.wait_listening(HOST, silent_port, PATIENCE_S)
    assert not probe.wait_listening(HOST, probe.free_port(HOST), 0.05)


def test_nobody_waits_for_a_server_that_is_dead() -> None:
    assert not probe.wait_listening(HOST, probe.free_port(HOST), 60, alive=lambda: False)


def test_ports_for_servers_are_none_that_a_client_may_be_given() -> None:
    assert probe.free_port(HOST) in probe.SERVER_PORTS
