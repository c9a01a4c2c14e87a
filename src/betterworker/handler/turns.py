"""Async requests of one turn of the event loop begin one after the other, where beginning takes long.

A view that works for 25 ms before it first waits (a new HTTP client reads certificates for that long) would
otherwise begin beside all that came with it: what it waits for is asked for when the last of them has begun,
and then all wait together. With a look at the sockets in between, one's wait is another's time to work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

LONG_S = 0.005
"""After so long who comes in the same turn waits for the next: Python's threads change places as often."""


class Turns:
    """One for each event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float] = monotonic) -> None:
        self._loop = loop
        self._clock = clock  # not the loop's own: uvloop's stands still within a turn
        self._began: float | None = None

    def full(self) -> bool:
        """Whether who would begin now has to ``wait``. The first to ask in a turn never has."""
        now = self._clock()
        if self._began is None:
            self._began = now
            self._loop.call_soon(self._end)
        return now - self._began > LONG_S

    def _end(self) -> None:
        self._began = None

    async def wait(self) -> None:
        """Until a turn that has room. Who has waited longest goes first."""
        while self.full():  # noqa: ASYNC110 - no event tells of a turn's end
            await asyncio.sleep(0)
