"""Requests with a body, and answers whose first byte counts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hdrh.histogram import HdrHistogram

from betterworker.bench.load.closed import ClosedLoop, User
from betterworker.bench.load.spec import Kind
from betterworker.bench.load.tally import Shared, Tally, request_bytes
from betterworker.bench.model import Request
from tests.bench.load import scripted
from tests.bench.load.scripted import OK, Scripted, a_spec, driven, send, write

POST = Request(method="POST", headers=(("Content-Type", "text/plain"),), body=b"all of it")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
LARGE = 2_000_000

Loop = dict[str, Any]
LOOPS: dict[str, Loop] = {"closed": {}, "open": {"rate": 200.0, "connections": 100}}
either_loop = pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)


def wire(request: Request) -> list[str]:
    """The lines of a request."""
    kind = Kind(name="", path="/form", request=request)
    return request_bytes(a_spec(), kind).decode().split("\r\n")


def test_a_post_has_its_headers_its_length_and_its_body() -> None:
    head = ["POST /form HTTP/1.1", "Host: 127.0.0.1:1", "Content-Type: text/plain", "Content-Length: 9"]
    assert wire(POST) == [*head, "", "all of it"]


@pytest.mark.parametrize(("method", "said"), [("POST", True), ("PUT", True), ("GET", False)])
def test_an_empty_body_has_a_length_where_one_is_expected(method: str, said: bool) -> None:
    assert ("Content-Length: 0" in wire(Request(method=method))) is said


@either_loop
def test_every_request_carries_the_body(loop: Loop) -> None:
    seen: list[bytes] = []
    report = driven(send(OK), seen=seen, request=POST, **loop)
    assert report.outcomes.ok == report.outcomes.sent > 4
    assert all(request.startswith(b"POST / ") and request.endswith(b"\r\n\r\nall of it") for request in seen)


def test_a_kind_of_mixed_traffic_has_a_request_of_its_own() -> None:
    seen: list[bytes] = []
    kinds = (Kind(name="read", path="/"), Kind(name="write", path="/form", request=POST))
    driven(send(OK), seen=seen, rate=200.0, kinds=kinds)
    assert {request.split(b" ")[0] for request in seen} == {b"GET", b"POST"}


class Greedy(Scripted):
    """Answers when the whole of a large request has come, which takes many packets."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.got = bytearray()

    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n\r\n") + 4) > 3 and len(self.got) >= end + LARGE:
            self.seen.append(bytes(self.got[: end + LARGE]))
            del self.got[: end + LARGE]
            self.transport.write(OK)


@either_loop
def test_a_body_that_does_not_fit_at_once_arrives_whole(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted, "Scripted", Greedy)
    seen: list[bytes] = []
    body = bytes(range(250)) * (LARGE // 250)
    report = driven(send(OK), seen=seen, request=Request(method="POST", body=body), **loop)
    assert report.outcomes.balanced
    assert report.outcomes.ok > 0
    assert len(seen) > 4
    assert all(request.startswith(b"POST / ") and request.endswith(b"\r\n\r\n" + body) for request in seen)


class Queue(asyncio.Transport):
    """A transport that holds back what it is given to write."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__({"socket": sock})
        self.held = b""

    def write(self, data: Any) -> None:
        self.held += data

    def get_write_buffer_size(self) -> int:
        return len(self.held)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        yield ours, theirs


def received(end: socket.socket) -> bytes:
    """All that has come so far."""
    data = b""
    with contextlib.suppress(BlockingIOError):
        while piece := end.recv(1 << 20):
            data += piece
    return data


def a_user(request: Request, loop: asyncio.AbstractEventLoop) -> User:
    spec = a_spec(request=request)
    tally = Tally(spec, spec.requests[0], Shared(spec, loop))
    return ClosedLoop(spec, [tally]).users[0]


def test_nothing_overtakes_what_is_queued(
    ends: tuple[socket.socket, socket.socket], event_loop: asyncio.AbstractEventLoop
) -> None:
    ours, theirs = ends
    user, queue = a_user(Request(method="POST", body=b"x" * LARGE), event_loop), Queue(ours)
    user.fd = ours.fileno()
    user.send(queue)
    arrived, rest = received(theirs), len(queue.held)
    user.send(queue)  # the server has answered early, and there is room again
    assert received(theirs) == b""
    assert arrived + queue.held == user.tally.request * 2
    assert len(arrived) + rest == len(user.tally.request)


def test_when_the_queue_is_gone_requests_are_written_at_once_again(
    ends: tuple[socket.socket, socket.socket], event_loop: asyncio.AbstractEventLoop
) -> None:
    ours, theirs = ends
    user, queue = a_user(POST, event_loop), Queue(ours)
    user.fd = -1
    user.send(queue)
    assert (received(theirs), queue.held, user.fd) == (user.tally.request, b"", ours.fileno())


def in_two(seconds: float) -> scripted.Script:
    """The head at once, the first byte of the body ``seconds`` later, the second after as long again."""

    def script(transport: asyncio.Transport, _number: int) -> None:
        loop = asyncio.get_running_loop()
        transport.write(HEAD)

        def begin() -> None:
            write(transport, b"o")
            loop.call_later(
                seconds, write, transport, b"k"
            )  # from now: a late first byte must not make it early

        loop.call_later(seconds, begin)

    return script


@either_loop
def test_the_first_byte_of_the_body_is_timed_and_not_the_head(loop: Loop) -> None:
    report = driven(in_two(0.03), streams=True, **loop)
    assert report.first_byte is not None
    assert report.latency is not None
    first, last = HdrHistogram.decode(report.first_byte), HdrHistogram.decode(report.latency)
    assert first.get_total_count() == last.get_total_count() == report.outcomes.ok > 0
    assert 29_000 <= first.get_min_value() <= last.get_min_value() - 25_000


@either_loop
def test_an_answer_that_ends_with_its_connection_has_a_first_byte_too(loop: Loop) -> None:
    report = driven(scripted.send_and_close(b"HTTP/1.1 200 OK\r\n\r\nok"), streams=True, **loop)
    assert report.first_byte is not None
    assert HdrHistogram.decode(report.first_byte).get_total_count() == report.outcomes.ok > 4


def test_a_timeout_is_censored_in_both() -> None:
    report = driven(scripted.ignore, streams=True, timeout_ns=20_000_000)
    assert report.first_byte is not None
    first = HdrHistogram.decode(report.first_byte)
    assert first.get_total_count() == report.outcomes.timeout
    assert first.get_min_value() == pytest.approx(20_000, rel=0.001)


def test_in_an_open_loop_the_first_byte_is_timed_from_the_intended_moment() -> None:
    report = driven(in_two(0.03), streams=True, rate=200.0, connections=1)
    assert report.first_byte is not None
    assert HdrHistogram.decode(report.first_byte).get_max_value() > 100_000


def test_a_wrong_answer_has_no_first_byte() -> None:
    report = driven(send(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno"), streams=True)
    assert report.first_byte is not None
    assert HdrHistogram.decode(report.first_byte).get_total_count() == 0


def test_without_streaming_there_is_no_first_byte() -> None:
    assert driven(send(OK)).first_byte is None
