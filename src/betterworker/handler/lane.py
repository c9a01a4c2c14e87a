"""A thread as its request sees it: its own from the request's beginning to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], None]
Begin = Callable[["Lane"], None]


class Lane:
    """A thread as its request sees it. Every job must catch what its own code raises."""

    __slots__ = ("_jobs", "held", "leave", "since")

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        #: Whether a request has it. The job that ends the request says False, on the lane.
        self.held = False
        #: Has the request end without its event loop, which has stopped. Set by the request.
        self.leave: Job | None = None
        #: Since when the request is in its job, or waits for its next (where its client reads slowly, for
        #: long), in monotonic seconds. None without a request.
        self.since: float | None = None

    def run(self, job: Job) -> None:
        """After the jobs before it. From any thread, by the request that has the lane."""
        self._jobs.put(job)

    def hold(self, begin: Begin) -> None:
        """The lane's own thread: one request, from its beginning to its release."""
        self.held = True
        try:
            self.since = time.monotonic()
            begin(self)
            while self.held:
                self.since = time.monotonic()
                job = self._jobs.get()
                self.since = time.monotonic()
                job()
        finally:
            self.held = False
            self.leave = self.since = None
