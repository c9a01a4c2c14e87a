"""Work that may never end, in a thread that is left behind then."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

#: For a request.
PATIENCE_S = 10.0
T = TypeVar("T")


class Lane:
    """A thread for one job after another, another one where a job does not end."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._pool = concurrent.futures.ThreadPoolExecutor(1)

    def run(self, job: Callable[[], T]) -> T:
        """Raises TimeoutError, and what the job raises."""
        future = self._pool.submit(job)
        if not concurrent.futures.wait([future], timeout=self._patience_s).done:
            self.leave()
            self._pool = concurrent.futures.ThreadPoolExecutor(1)
            raise TimeoutError(f"no answer within {self._patience_s:g} s")
        return future.result()

    def leave(self) -> None:
        self._pool.shutdown(wait=False)


def within(seconds: float, work: Callable[[], T]) -> T:
    """In a thread of its own. Raises what the work raises, and TimeoutError."""

    def job() -> T:
        try:
            return work()
        finally:
            # Connections are a thread's own.
            connections.close_all()

    lane = Lane(seconds)
    try:
        return lane.run(job)
    finally:
        lane.leave()
