"""One closed-loop user: a connection that sends its next request when the last one was answered.

The hot path is ``data_received`` to ``on_message_complete`` to ``write``: no Task, no allocation beyond
the response itself. Everything rare (connecting, closing, errors) is off it.
"""

from __future__ import annotations

import asyncio
import os
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

from betterworker.bench.load.histogram import LINEAR, index_of
from betterworker.bench.load.recorder import Recorder

if TYPE_CHECKING:
    from betterworker.bench.load.tally import Miss, Tally

RETRY_S = 0.05


class User(asyncio.Protocol):
    """States: connecting (no transport), waiting (``waiting``), idle after an answer, finished."""

    __slots__ = (
        "answer_length",
        "connector",
        "fd",
        "finished",
        "listener",
        "parser",
        "started",
        "tally",
        "transport",
        "waiting",
    )

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.transport: asyncio.Transport | None = None
        self.listener: User | Recorder = self
        self.parser = HttpResponseParser(self)
        self.answer_length = 0
        self.started = 0
        self.waiting = False
        self.finished = False
        self.fd = -1
        self.connector: asyncio.Task[None] | None = None

    def begin(self, at: int) -> None:
        """Start the user's first request: its latency includes opening the connection.

        A timer counts whole milliseconds and may be early: the request still counts from ``at``.
        """
        if not self.finished:
            self._start(max(monotonic_ns(), at))

    def _start(self, now: int) -> None:
        tally = self.tally
        if now >= tally.window_end:
            self._finish()
            return
        self.started = now
        self.waiting = True
        if now >= tally.window_start:
            tally.sent += 1
        if self.transport is None:
            self.connector = tally.loop.create_task(self._connect())
        else:
            self._send(self.transport)

    async def _connect(self) -> None:
        tally = self.tally
        try:
            await tally.loop.create_connection(lambda: self, tally.host, tally.port)
        except OSError as error:
            self._fail(f"connect: {error.strerror or error}")
        finally:
            self.connector = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = stream = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self.answer_length = 0
        self.fd = stream.get_extra_info("socket").fileno()
        # Until the run has its first whole answer, every connection records.
        self.listener = Recorder(self) if self.tally.first is None else self
        self.parser = HttpResponseParser(self.listener)
        self._send(stream)

    def _send(self, transport: asyncio.Transport) -> None:
        """Write at once: the transport would wait for the end of the loop's round, and the server would
        be charged for it. Nothing is queued there, for an answer has come since the last request.
        """
        request = self.tally.request
        try:
            sent = os.write(self.fd, request)
        except OSError:  # full or broken: the transport knows what follows
            sent = 0
        if sent < len(request):
            transport.write(request[sent:])

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserCallbackError:
            raise  # a bug of ours, not the server's
        except HttpParserUpgrade:
            self._give_up("bad_status", f"HTTP {self.parser.get_status_code()}")
        except HttpParserError as error:
            self._give_up("invalid_body", f"malformed HTTP: {error}")

    def on_body(self, body: bytes) -> None:
        self.answer_length += len(body)

    def on_message_complete(self) -> None:
        if not self.waiting:
            self._unasked()
            return
        now = monotonic_ns()
        tally = self.tally
        parser = self.parser
        length = self.answer_length
        self.answer_length = 0
        status = parser.get_status_code()
        if status == tally.status and (length == tally.length or tally.length is None):
            if now < tally.window_end and now >= tally.window_start:
                tally.completed += 1
            if self.started >= tally.window_start:
                tally.ok += 1
                us = (now - self.started) // 1000
                tally.counts[us if us < LINEAR else index_of(us)] += 1
        else:
            self._wrong(status, length)
        self.waiting = False
        transport = self.transport
        if now < tally.window_end and transport is not None and parser.should_keep_alive():
            self.started = now
            self.waiting = True
            if now >= tally.window_start:
                tally.sent += 1
            self._send(transport)
        elif transport is not None:
            transport.close()  # connection_lost goes on from here

    def _unasked(self) -> None:
        """An answer to nothing: no later one could be told to belong to its request."""
        self.answer_length = 0
        if self.transport is not None:
            self.transport.abort()

    def _wrong(self, status: int, length: int) -> None:
        if status != self.tally.status:
            self._settle("bad_status", f"HTTP {status}")
        else:
            self._settle("invalid_body", f"{length:,} bytes instead of {self.tally.length:,}")

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.finished:
            return
        if self.waiting and exc is None and self._ends_with_the_connection():
            self.listener.on_message_complete()
        if self.waiting:
            self._fail(f"closed: {exc}" if exc else "closed without an answer")
            return
        now = monotonic_ns()
        if now < self.tally.window_end:
            self.tally.reconnects += 1
        self._start(now)

    def _ends_with_the_connection(self) -> bool:
        """Whether the answer has no length of its own and is whole now (RFC 9112, 6.3)."""
        if not self.answer_length:
            return False
        if self.tally.length is None:
            return self.listener.undelimited
        return self.answer_length == self.tally.length

    @property
    def undelimited(self) -> bool:
        """Whether this server's answers end with their connection, as far as its first one told."""
        return self.tally.undelimited

    def expire(self) -> None:
        """The request has waited for the timeout: count it, and begin anew on a new connection."""
        self._give_up("timeout", "no answer within the timeout", self.tally.timeout)

    def abandon(self) -> None:
        """The run is over: a request still under way is unfinished."""
        self._settle("unfinished", "still under way at the end")
        self._finish()

    def _settle(self, outcome: Miss, reason: str, latency: int | None = None) -> None:
        if self.waiting:
            self.waiting = False
            if self.started >= self.tally.window_start:
                self.tally.miss(outcome, reason, latency)

    def _give_up(self, outcome: Miss, reason: str, latency: int | None = None) -> None:
        self._settle(outcome, reason, latency)
        if self.transport is not None:
            self.transport.abort()  # connection_lost goes on from here
        elif self.connector is not None:
            self.connector.cancel()
            self._retry_soon()

    def _fail(self, reason: str) -> None:
        self._settle("connection_error", reason)
        self._retry_soon()

    def _retry_soon(self) -> None:
        # A refusing server must not turn the closed loop into a busy loop.
        self.tally.loop.call_later(RETRY_S, self._retry)

    def _retry(self) -> None:
        if not self.finished and not self.waiting:
            self._start(monotonic_ns())

    def _finish(self) -> None:
        if not self.finished:
            self.leave()
            self.tally.one_finished()

    def leave(self) -> None:
        """Go on no more, and count nothing more."""
        self.finished = True
        self.waiting = False
        if self.connector is not None:
            self.connector.cancel()
        if self.transport is not None:
            self.transport.abort()
