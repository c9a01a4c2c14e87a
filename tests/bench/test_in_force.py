"""The terms that are read back from a live server."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from betterworker.bench import in_force, probe

HOST = "127.0.0.1"


class Keeping(BaseHTTPRequestHandler):
    """Answers again and again on one connection."""

    protocol_version = "HTTP/1.1"
    headers_sent: tuple[tuple[str, str], ...] = (("Content-Length", "2"),)

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_sent:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Announcing(Keeping):
    headers_sent = (("Content-Length", "2"), ("Connection", "close"))


class Leaving(Keeping):
    """Closes without a word about it."""

    def do_GET(self) -> None:
        super().do_GET()
        self.close_connection = True


@contextmanager
def serving(handler: type[Keeping]) -> Iterator[int]:
    with HTTPServer((HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("handler", "kept"), [(Keeping, True), (Announcing, False), (Leaving, False)])
def test_a_connection_is_kept_alive_when_it_answers_twice(handler: type[Keeping], kept: bool) -> None:
    with serving(handler) as port:
        assert in_force.keep_alive(HOST, port, "/") is kept


def test_of_a_server_that_does_not_answer_nothing_is_said() -> None:
    assert in_force.keep_alive(HOST, probe.free_port(HOST), "/") is None


def listening(backlog: int, port: int = 0) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((HOST, port))
    listener.listen(backlog)
    return listener


def test_the_backlog_is_the_kernels() -> None:
    with closing(listening(77)) as listener:
        assert in_force.backlog(listener.getsockname()[1]) == 77


def test_of_several_sockets_the_smallest_backlog_counts() -> None:
    with closing(listening(77)) as first, closing(listening(50, first.getsockname()[1])):
        assert in_force.backlog(first.getsockname()[1]) == 50


def test_a_port_that_nobody_listens_on_has_no_backlog() -> None:
    assert in_force.backlog(probe.free_port(HOST)) is None


def test_a_kernel_that_does_not_tell_fails_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("Operation not permitted")

    monkeypatch.setattr("pyroute2.DiagSocket", refuse)
    assert in_force.backlog(80) is None


def test_a_system_without_netlink_tells_no_backlog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with closing(listening(77)) as listener:
        assert in_force.backlog(listener.getsockname()[1]) is None


def test_of_a_server_whose_processes_are_unknown_only_the_sockets_are_told() -> None:
    with closing(listening(77)) as listener:
        terms = in_force.terms(HOST, listener.getsockname()[1], "/", (), os.getpid())
    assert (terms.processes, terms.backlog, terms.keep_alive) == (None, 77, None)
