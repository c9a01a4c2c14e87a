"""Counts a database's connections while a window runs, over a connection of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from betterworker.bench.target import application_name

EVERY_S = 0.05


class Counter:
    """Asks ``read`` for a named count some twenty times a second between `begin` and `end`, in
    a thread that sleeps in between.

    ``peak`` is the most so far. A reading that fails is left out: whether the database is lost is another's
    question.
    """

    def __init__(self, read: Callable[[str], int], every_s: float = EVERY_S) -> None:
        self._read = read
        self._every_s = every_s
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.peak: int | None = None

    def begin(self, name: str) -> None:
        self.end()
        self._over.clear()
        self.peak = None
        self._thread = threading.Thread(
            target=self._run, args=(name,), name="connection-counter", daemon=True
        )
        self._thread.start()

    def end(self) -> int | None:
        """The most that was read; None where no reading succeeded."""
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            self._thread = None
        return self.peak

    def _run(self, name: str) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                self.peak = max(self._read(name), self.peak or 0)
            self._over.wait(self._every_s)


class Counted:
    """What a backend tells of its connections: those of a kind that has any have a ``counter``."""

    counter: Counter | None = None

    def count(self, port: int) -> None:
        """Begin to count the connections for the server on that port, where this kind of backend has any."""
        if self.counter is not None:
            self.counter.begin(application_name(port))

    def counted(self) -> int | None:
        """The most since then; None where they are not counted."""
        return None if self.counter is None else self.counter.end()
