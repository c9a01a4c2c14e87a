"""Async requests that come together begin one after the other, where beginning takes long.

A view that works for 25 ms before it first waits (a new HTTP client reads certificates for that long) would
otherwise begin beside all that came with it: what it waits for is asked for when the last of them has begun,
and then all wait together. Here the next begins when it is on its way: one's wait is another's time to work.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import thread_time

LONG_S = 0.005
"""Who comes in a turn of the loop that has worked longer waits: threads have the interpreter for as long."""
REST = 16
"""Turns from a long beginning to the next: connecting and sending take one for each of their steps."""


class Turns:
    """One for each event loop.

    The clock is what the loop's thread has worked: what it waits, for the interpreter above all while sync
    views compute, is nobody's beginning.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float] = thread_time) -> None:
        self._loop = loop
        self._clock = clock
        self._began: float | None = None
        self._rest = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def full(self) -> bool:
        """Whether who would begin now has to ``wait``."""
        if self._waiting or self._rest:
            return True
        now = self._clock()
        if self._began is None:
            self._begin(now)
            return False
        return now - self._began > LONG_S

    async def wait(self) -> None:
        """Until it is one's turn. Who has waited longest goes first."""
        future = self._loop.create_future()
        self._waiting.append(future)
        await future

    def _begin(self, now: float) -> None:
        self._began = now
        self._loop.call_soon(self._end)

    def _end(self) -> None:
        """At the beginning of the next turn."""
        now = self._clock()
        if self._rest:
            self._rest -= 1
        elif self._began is not None and now - self._began > LONG_S:
            self._rest = REST
        self._began = None
        if self._rest:
            self._loop.call_soon(self._end)
        elif self._let_in():
            self._begin(now)

    def _let_in(self) -> bool:
        """Whether there was somebody who still waited."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():  # else it was cancelled
                future.set_result(None)
                return True
        return False
