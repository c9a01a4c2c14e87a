"""A connection of either loop: open it, send a request, parse and judge the answer, settle the request.

The hot path is ``data_received`` to ``on_message_complete`` to ``proceed``: no Task, no allocation beyond
the response itself. Everything rare (connecting, closing, errors) is off it.
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from http import HTTPStatus
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

from betterworker.bench.load.bodiless import Bodiless, HeadParser
from betterworker.bench.load.firstbyte import FirstByte
from betterworker.bench.load.histogram import LINEAR, index_of
from betterworker.bench.load.recorder import Recorder

if TYPE_CHECKING:
    from betterworker.bench.load.tally import Miss, Tally

SWITCHING = HTTPStatus.SWITCHING_PROTOCOLS.value


class Connection(asyncio.Protocol, ABC):
    """States: connecting (no transport), waiting (``waiting``), idle after an answer, finished.

    ``tally`` is of the request under way (or the last), ``started`` the moment its latency runs from.
    """

    __slots__ = (
        "answer_length",
        "connector",
        "fd",
        "finished",
        "listener",
        "parser",
        "shared",
        "started",
        "tally",
        "transport",
        "waiting",
    )

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.shared = tally.shared
        self.transport: asyncio.Transport | None = None
        self.listener: Listener = self
        self.parser = HttpResponseParser(self)
        self.answer_length = 0
        self.started = 0
        self.waiting = False
        self.finished = False
        self.fd = -1
        self.connector: asyncio.Task[None] | None = None

    @abstractmethod
    def proceed(self, now: int) -> None:
        """The answer was counted. ``transport`` is None when it ended with its connection."""

    @abstractmethod
    def lost(self) -> None:
        """The connection is gone; the last request was settled before."""

    @abstractmethod
    def failed(self) -> None:
        """The connection is gone, or could not be opened, and its request was settled as an error."""

    def settled(self) -> None:
        """The request has ended without an answer."""

    def open(self) -> None:
        """Connect, and then send the request under way: its latency includes opening the connection."""
        self.connector = self.shared.loop.create_task(self._connect())

    async def _connect(self) -> None:
        shared = self.shared
        try:
            await shared.loop.create_connection(lambda: self, shared.host, shared.port)
        except OSError as error:
            self._fail(f"connect: {error.strerror or error}")
        finally:
            self.connector = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = stream = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        if not self.waiting:  # its request was given up meanwhile
            stream.abort()
            return
        self.answer_length = 0
        self.fd = stream.get_extra_info("socket").fileno()
        self.listen()
        self.send(stream)

    def listen(self) -> None:
        """Choose who hears the next answer: until the run has its first whole one, a Recorder."""
        tally = self.tally
        heard = self if tally.first_bytes is None else FirstByte(self)
        recorded = Recorder(self, heard) if tally.part.first is None else heard
        if tally.bodiless:
            self.listener = bodiless = Bodiless(self, recorded)
            self.parser = HeadParser(bodiless)
        else:
            self.listener = recorded
            self.parser = HttpResponseParser(recorded)

    def send(self, transport: asyncio.Transport) -> None:
        """Write at once: the transport would wait for the end of the loop's round, and the server would
        be charged for it. Nothing is queued there, for an answer has come since the last request.
        """
        request = self.tally.request
        try:
            sent = os.write(self.fd, request)
        except OSError:  # full or broken: the transport knows what follows
            sent = 0
        if sent < len(request):
            self._send_rest(transport, request, sent)

    def _send_rest(self, transport: asyncio.Transport, request: bytes, sent: int) -> None:
        """The transport queues what did not fit. While it does, nothing may overtake that, not even after
        an early answer: the descriptor is put out of reach."""
        if self.fd < 0 and not transport.get_write_buffer_size():
            self.fd = transport.get_extra_info("socket").fileno()
            self.send(transport)
            return
        transport.write(request[sent:])
        self.fd = -1

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserCallbackError:
            raise  # a bug of ours, not the server's
        except HttpParserUpgrade:  # what follows is no HTTP
            if self.transport is not None:
                self.transport.abort()
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
        length = self.answer_length
        self.answer_length = 0
        self.waiting = False
        status = self.parser.get_status_code()
        if status == tally.status and (length == tally.length or tally.length is None):
            if now < tally.window_end and now >= tally.window_start:
                tally.completed += 1
            if self.started >= tally.window_start:
                tally.ok += 1
                us = (now - self.started) // 1000
                tally.counts[us if us < LINEAR else index_of(us)] += 1
        else:
            if self.started >= tally.window_start:
                self._wrong(status, length)
            if status == SWITCHING:
                self.settled()  # without a next request: nothing would answer it
                return
        self.proceed(now)

    def _unasked(self) -> None:
        """An answer to nothing: no later one could be told to belong to its request."""
        self.answer_length = 0
        if self.transport is not None:
            self.transport.abort()
            self.transport = None

    def _wrong(self, status: int, length: int) -> None:
        tally = self.tally
        if status != tally.status:
            tally.miss("bad_status", f"HTTP {status}", None)
        else:
            tally.miss("invalid_body", f"{length:,} bytes instead of {tally.length:,}", None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.finished:
            return
        if self.waiting and exc is None and self._ends_with_the_connection():
            self.listener.on_message_complete()
        if self.waiting:
            self._fail(f"closed: {exc}" if exc else "closed without an answer")
            return
        if monotonic_ns() < self.shared.window_end:
            self.shared.reconnects += 1
        self.lost()

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
        return self.tally.part.undelimited

    def expire(self) -> None:
        """The request has waited for the timeout: count it, and leave its connection."""
        self._give_up("timeout", "no answer within the timeout", self.shared.timeout)

    def settle(self, outcome: Miss, reason: str, latency: int | None = None) -> None:
        if self.waiting:
            self.waiting = False
            if self.started >= self.tally.window_start:
                self.tally.miss(outcome, reason, latency)
            self.settled()

    def _give_up(self, outcome: Miss, reason: str, latency: int | None = None) -> None:
        self.settle(outcome, reason, latency)
        if self.transport is not None:
            self.transport.abort()  # connection_lost goes on from here
        elif self.connector is not None:
            self.connector.cancel()
            self.failed()

    def _fail(self, reason: str) -> None:
        self.settle("connection_error", reason)
        self.failed()

    def abandon(self) -> None:
        """The run is over: a request still under way is unfinished."""
        self.settle("unfinished", "still under way at the end")
        self.leave()

    def leave(self) -> None:
        """Go on no more, and count nothing more."""
        self.finished = True
        self.waiting = False
        if self.connector is not None:
            self.connector.cancel()
        if self.transport is not None:
            self.transport.abort()


Listener = Connection | FirstByte | Recorder | Bodiless
