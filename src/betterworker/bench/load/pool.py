"""The connections of an open loop: opened on demand up to a limit, shared by all arrivals."""

from __future__ import annotations

from collections import deque
from time import monotonic_ns
from typing import TYPE_CHECKING

from betterworker.bench.load.connection import Connection

if TYPE_CHECKING:
    from betterworker.bench.load.tally import Shared, Tally


class Pooled(Connection):
    """A connection that takes whatever request the pool gives it."""

    __slots__ = ("pool",)

    def __init__(self, tally: Tally, pool: Pool) -> None:
        super().__init__(tally)
        self.pool = pool

    def take(self, at: int, tally: Tally) -> None:
        """Send a request that was intended for the moment ``at``."""
        heard_otherwise = tally.part.first is None or tally.bodiless or self.tally.bodiless
        self.tally = tally
        self.started = at
        self.waiting = True
        transport = self.transport
        if transport is None:
            self.open()
            return
        if heard_otherwise:
            self.listen()
        self.send(transport)

    def proceed(self, now: int) -> None:
        transport = self.transport
        if transport is not None and self.parser.should_keep_alive():
            self.pool.freed(self, now)
        elif transport is not None:
            transport.close()  # connection_lost goes on from here
        self.pool.one_settled()

    def settled(self) -> None:
        self.pool.one_settled()

    def lost(self) -> None:
        self.pool.gone(self)

    def failed(self) -> None:
        self.pool.gone(self)


class Pool:
    """Gives every arrival a connection, or a place in the queue.

    Idle connections are taken in turn, the longest idle first: a server's processes each hold some of
    them, and all have to get their share. While arrivals are queued no connection is idle, and no more
    may be opened.
    """

    def __init__(self, shared: Shared, limit: int) -> None:
        self.shared = shared
        self.limit = limit
        self.idle: deque[Pooled] = deque()
        self.queue: deque[tuple[int, Tally]] = deque()
        self.connections: set[Pooled] = set()
        self.pending = 0
        self.closing = False

    def dispatch(self, at: int, tally: Tally) -> None:
        self.pending += 1
        idle = self.idle
        while idle:
            connection = idle.popleft()
            if connection.transport is not None:  # it was not lost meanwhile
                connection.take(at, tally)
                return
        if len(self.connections) < self.limit:
            self._open(at, tally)
        else:
            self.queue.append((at, tally))

    def _open(self, at: int, tally: Tally) -> None:
        connection = Pooled(tally, self)
        self.connections.add(connection)
        connection.take(at, tally)

    def freed(self, connection: Pooled, now: int) -> None:
        self.expire_queue(now - self.shared.timeout)
        if self.queue:
            connection.take(*self.queue.popleft())
        else:
            self.idle.append(connection)

    def gone(self, connection: Pooled) -> None:
        if connection not in self.connections:
            return
        self.connections.remove(connection)
        self.expire_queue(monotonic_ns() - self.shared.timeout)
        if self.queue:
            self._open(*self.queue.popleft())

    def one_settled(self) -> None:
        """A request has ended, in whatever way."""
        self.pending -= 1
        if self.closing and self.pending == 0:
            self.shared.finish()

    def close(self) -> None:
        """No more arrivals come: the end is when the last one is settled."""
        self.closing = True
        if self.pending == 0:
            self.shared.finish()

    def expire(self, overdue: int) -> None:
        """Give up requests that were intended before the moment ``overdue``, sent or not."""
        for connection in tuple(self.connections):
            if connection.waiting and connection.started <= overdue:
                connection.expire()
        self.expire_queue(overdue)

    def expire_queue(self, overdue: int) -> None:
        queue = self.queue
        while queue and queue[0][0] <= overdue:
            at, tally = queue.popleft()
            if at >= tally.window_start:
                tally.miss("timeout", "no connection within the timeout", self.shared.timeout)
            self.one_settled()

    def abandon(self) -> None:
        for at, tally in self.queue:
            if at >= tally.window_start:
                tally.miss("unfinished", "waiting for a connection at the end", None)
        self.queue.clear()
        for connection in tuple(self.connections):
            connection.abandon()

    def leave(self) -> None:
        self.queue.clear()
        for connection in tuple(self.connections):
            connection.leave()
