"""The thread of an async request, for what has to be done in one: from the first need to the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from betterworker.handler.futures import settle
from betterworker.handler.lane import Lane
from betterworker.handler.pool import Threads, logger

Call = partial[None]
"""``settle`` with its future and its work."""


class Slot(Executor):
    """What asgiref runs the thread-sensitive code of one request on: one call at a time, on one lane.

    What a task that outlives its request has to do takes a lane again, just for that. ``tidy`` runs on a lane
    before anything else and at last.
    """

    def __init__(self, threads: Threads, tidy: Callable[[], None]) -> None:
        self._threads = threads
        self._tidy = tidy
        self._lock = threading.Lock()
        self._work: SimpleQueue[Call | None] = SimpleQueue()
        self._asked = False
        self._open = True
        #: Whether something ran in a thread, or runs.
        self.used = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self._lock:
            self._work.put(partial(settle, future, partial(fn, *args, **kwargs)))
            ask, self._asked = not self._asked, True
        if ask:
            self._threads.submit(self._on)
        return future

    @property
    def waits(self) -> bool:
        """Whether it has asked for a lane and has none yet."""
        return self._asked and not self.used

    def withdraw(self) -> None:
        """Ask for no lane where nobody waits any more for what was to be done on it."""
        if not self.waits or not self._threads.withdraw(self._on):
            return
        with self._lock:
            wanted = [job for job in _all(self._work) if job is not None and not job.args[0].cancelled()]
            for job in wanted:
                self._work.put(job)
            self._asked = bool(wanted)
        if wanted:
            self._threads.submit(self._on)

    def close(self) -> None:
        """Give the lane back, after what was submitted. Never waits."""
        with self._lock:
            self._open = False
            if self._asked:
                self._work.put(None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        del wait, cancel_futures
        self.close()

    def _on(self, lane: Lane) -> None:
        self.used = True
        lane.leave = self.close
        try:
            self._tidily()
            while (work := self._next()) is not None:
                work()
                # Or it is kept, with what it holds, as long as the lane waits for the next.
                del work
        finally:
            lane.held = False

    def _next(self) -> Call | None:
        while self._open:
            work = self._work.get()
            if work is not None:
                return work
        while not self._is_left():
            work = self._work.get()
            if work is not None:
                return work
        return None

    def _is_left(self) -> bool:
        if not self._work.empty():
            return False
        self._tidily()
        with self._lock:
            self._asked = not self._work.empty()
        return not self._asked

    def _tidily(self) -> None:
        try:
            self._tidy()
        except Exception:  # noqa: BLE001 - the request may do without
            logger.exception("A thread could not be tidied for a request.")


def _all(queue: SimpleQueue[Call | None]) -> list[Call | None]:
    found = []
    with suppress(Empty):
        while True:
            found.append(queue.get_nowait())
    return found
