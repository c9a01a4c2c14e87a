"""Threads for sync code: as many as are needed up to a limit, fewer when idle, with a queue that can be seen.

A request runs on a *lane*, a thread that is its own until the request is closed: whatever is bound to the
thread (database connections above all) meets the same thread from the request's beginning to its end.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Protocol

from betterworker.handler.growth import TICK_S, Growth
from betterworker.handler.lane import Begin, Lane
from betterworker.handler.rarely import Rarely
from betterworker.handler.switching import suit

logger = logging.getLogger("betterworker.handler")

#: So many are started at once, without asking whether they help: while one waits, another works. With JSON at
#: 32 connections 3 to 8 cost 4 % less CPU than 2: the loop sends several answers in one turn.
FIRST = 4
#: So many never end: what they hold (a database connection) is there for the next request, whenever it comes.
KEPT = 1
#: How long no other is asked for when the system gave none.
REFUSED_S = 1.0


class Threads(Protocol):
    """Where requests get their lane."""

    def submit(self, begin: Begin) -> None:
        """Have a lane begin a request as soon as one is free. From any thread; never blocks."""

    def withdraw(self, begin: Begin) -> bool:
        """Whether it was still to begin; then it never will."""


class Pool:
    """At most ``limit`` threads; one that found no work for ``idle_s`` seconds ends, after ``leave()``."""

    def __init__(
        self,
        limit: int,
        idle_s: float,
        leave: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = limit
        self.idle_s = idle_s
        self._leave = leave
        self._clock = clock
        self._begin_anew()
        _pools.add(self)

    def _begin_anew(self) -> None:
        """Also in a forked child: the parent's threads, and its requests, are not here."""
        self._lock = threading.Lock()
        self._waiting: deque[Begin] = deque()
        # Last in, first out: the rest can end.
        self._idle: list[SimpleQueue[Begin | None]] = []
        self._lanes: dict[Lane, threading.Thread] = {}
        self._queued = threading.Event()
        self._guarded = False
        self._over = False
        self._told, self._told_refused = Rarely(self._clock), Rarely(self._clock)
        self._refused_until = 0.0

    @property
    def threads(self) -> int:
        return len(self._lanes)

    @property
    def busy(self) -> int:
        """Threads that a request has."""
        return sum(lane.held for lane in list(self._lanes))

    @property
    def waiting(self) -> int:
        """Requests that no thread has begun."""
        return len(self._waiting)

    def submit(self, begin: Begin) -> None:
        with self._lock:
            if self._idle:
                self._idle.pop().put(begin)
                return
            if len(self._lanes) >= min(FIRST, self.limit):
                self._waiting.append(begin)
                self._watch()
                return
            lane = self._add(begin)
        self._start([(lane, begin)])
        if not self._lanes and self.withdraw(begin):
            raise RuntimeError("The system gives no thread for a request.")

    def withdraw(self, begin: Begin) -> bool:
        with self._lock:
            try:
                self._waiting.remove(begin)
            except ValueError:
                return False
            return True

    def finish(self) -> None:
        """At the process's end: no new requests; waits for those under way."""
        with self._lock:
            self._over = True
            self._waiting.clear()
            lanes = dict(self._lanes)
            for box in self._idle:
                box.put(None)
            self._idle.clear()
        for lane in lanes:
            if (leave := lane.leave) is not None:
                leave()
        for lane, thread in lanes.items():
            # Without a request it does nothing that could not be cut off.
            if lane.held and thread.ident not in (None, threading.get_ident()):
                thread.join()

    def _watch(self) -> None:
        """With the lock held, for requests that wait."""
        if not self._queued.is_set():
            self._queued.set()
        if not self._guarded:
            self._guarded = True
            try:
                threading.Thread(target=self._guard, name="betterworker-growth", daemon=True).start()
            except RuntimeError:
                # The threads there are go on, and the next that has to wait tries again.
                self._guarded = False

    def _add(self, begin: Begin) -> Lane:
        """With the lock held: a lane that is still to be started."""
        lane = Lane()
        lane.held = True
        self._lanes[lane] = threading.Thread(
            target=self._live, args=(lane, [begin]), name=f"betterworker-{len(self._lanes)}", daemon=True
        )
        _suit_all()
        return lane

    def _start(self, more: list[tuple[Lane, Begin]]) -> None:
        """Without the lock, for which the event loop would wait: a start takes until the thread's first turn.

        Where the system gives no more threads, what was to begin waits for those there are.
        """
        for place, (lane, _) in enumerate(more):
            try:
                self._lanes[lane].start()
            except RuntimeError:
                with self._lock:
                    self._refused_until = self._clock() + REFUSED_S
                    self._forget(more[place:])
                if self._told_refused.is_due():
                    logger.exception("The system gives no more threads than %d.", self.threads)
                return

    def _live(self, lane: Lane, first: list[Begin]) -> None:
        # Out of the thread's arguments, which are kept for its life: a request must not be.
        begin: Begin | None = first.pop()
        try:
            while begin is not None:
                lane.hold(begin)
                begin = None
                begin = self._next(lane)
        finally:
            with self._lock:
                self._lanes.pop(lane, None)
                _suit_all()
                # It died of something else than a lack of work.
                lacking = self._waiting and len(self._lanes) < FIRST and not self._over
                more = self._more(1) if lacking else []
            self._start(more)
            self._leave()

    def _next(self, lane: Lane) -> Begin | None:
        with self._lock:
            if self._over:
                return None
            if self._waiting:
                return self._waiting.popleft()
            box: SimpleQueue[Begin | None] = SimpleQueue()
            self._idle.append(box)
        try:
            return self._sent(box, lane)
        except BaseException:
            with self._lock:
                self._no_longer(box)
            raise

    def _no_longer(self, box: SimpleQueue[Begin | None]) -> None:
        """With the lock held: its thread dies, and what was sent to it meanwhile must not be lost."""
        if box in self._idle:
            self._idle.remove(box)
        elif (begin := box.get_nowait()) is not None:
            self._put_back([begin])

    def _sent(self, box: SimpleQueue[Begin | None], lane: Lane) -> Begin | None:
        while True:
            try:
                return box.get(timeout=self.idle_s)
            except Empty:
                with self._lock:
                    # Unless something came just now.
                    if box in self._idle and len(self._lanes) > KEPT:
                        self._idle.remove(box)
                        # At once: another that leaves now has to know whether it is the last.
                        self._lanes.pop(lane, None)
                        return None

    def _guard(self) -> None:
        """A thread of its own, as long as requests now and then have to wait."""
        while self._queued.wait(self.idle_s) or not self._dismissed():
            growth = Growth(self._clock(), time.process_time())
            while self._queued.is_set():
                asleep = self._clock()
                time.sleep(TICK_S)
                self._look(growth, late=self._clock() - asleep > 2 * TICK_S)

    def _dismissed(self) -> bool:
        with self._lock:
            self._guarded = self._queued.is_set()
            return not self._guarded

    def _look(self, growth: Growth, *, late: bool) -> None:
        """Start more threads where requests wait and more threads would help."""
        with self._lock:
            if not self._waiting:
                self._queued.clear()
                return
            now = self._clock()
            begun = [since for lane in list(self._lanes) if (since := lane.since) is not None]
            threads, waiting = len(self._lanes), len(self._waiting)
            wanted = growth.more(
                now, time.process_time(), begun=begun, threads=threads, waiting=waiting, late=late
            )
            more = self._more(min(wanted, self.limit - threads) if now >= self._refused_until else 0)
            full = len(self._lanes) >= self.limit and wanted > self.limit - threads
        self._start(more)
        if full and self._told.is_due():
            self._tell()

    def _more(self, count: int) -> list[tuple[Lane, Begin]]:
        """With the lock held: so many lanes for those that have waited longest."""
        longest = [self._waiting.popleft() for _ in range(count)]
        return [(self._add(begin), begin) for begin in longest]

    def _forget(self, unstarted: list[tuple[Lane, Begin]]) -> None:
        """With the lock held."""
        for lane, _ in unstarted:
            del self._lanes[lane]
        self._put_back([begin for _, begin in unstarted])

    def _put_back(self, begins: list[Begin]) -> None:
        """With the lock held: to threads that are idle by now, the rest before all others that wait."""
        while begins and self._idle:
            self._idle.pop().put(begins.pop(0))
        if begins:
            self._waiting.extendleft(reversed(begins))
            self._watch()

    def _tell(self) -> None:
        logger.warning(
            "All %d threads are busy, %d requests wait for one. Look for views that block for long, or "
            "raise MAX_THREADS in the setting BETTERWORKER.",
            self.limit,
            self.waiting,
        )


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _suit_all() -> None:
    suit(sum(len(pool._lanes) for pool in list(_pools)))


def _finish_all() -> None:
    for pool in list(_pools):
        pool.finish()


def _begin_anew() -> None:
    for pool in list(_pools):
        pool._begin_anew()
    _suit_all()


atexit.register(_finish_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
