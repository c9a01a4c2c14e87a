"""A sync request: its whole life on one lane, the event loop only carries bytes."""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

from asgiref.sync import AsyncToSync, SyncToAsync, _restore_context
from django.core.exceptions import RequestAborted

from betterworker.handler.futures import settle
from betterworker.handler.lane import Begin, Job, Lane
from betterworker.handler.loops import Errand, Mailbox
from betterworker.handler.pool import Threads, logger
from betterworker.handler.watch import Within, Work

Scope = Mapping[str, Any]


class Exchange:
    """One request on one lane, in one context: whatever runs there finds what ran there before.

    ``answer`` is its first work and ``close`` its last, which is done once, whatever becomes of the rest.
    """

    def __init__(
        self, threads: Threads, mail: Mailbox, answer: Callable[[], Any], close: Callable[[], None]
    ) -> None:
        self._threads = threads
        self._mail = mail
        self._answer = answer
        self._close: Callable[[], None] | None = close
        self._context = contextvars.copy_context()
        self._begun = mail.errand()
        self._lane: Lane | None = None
        #: What ``async_to_sync`` runs on the loop for this request (asgiref appends and removes).
        self._tasks: list[asyncio.Task[Any]] = []

    async def begin(self) -> Any:
        """The answer, on a lane, as soon as one is free."""
        self._threads.submit(self._on)
        return await self._begun.result(self.stop)

    def within(self, work: Work) -> Within:
        """A coroutine in the request's context, and not in that of the server's task."""
        return Within(self._context, work)

    def restore(self) -> None:
        """What is set in the request's context is set here too."""
        _restore_context(self._context)

    def stop(self) -> bool:
        """Nobody wants the answer. True: it never begins. Else what it has async code do is cancelled."""
        if self._lane is None and self._threads.withdraw(self._on):
            self._begun.error = RequestAborted()
            self._begun.finish()
            return True
        for task in list(self._tasks):
            if task.get_loop() is self._mail.loop:
                task.cancel()
        return False

    async def run(self, work: Callable[[], Any]) -> Any:
        """More work, on the same lane."""
        errand = self._mail.errand()
        self.lane.run(partial(self._do, errand, work))
        return await errand.result()

    async def end(self) -> None:
        """The last work, after which the lane is free. Not where there never was a lane."""
        if self._lane is None:
            return
        errand = self._mail.errand()
        self._lane.run(partial(self._last, errand))
        await errand.result()

    @property
    def lane(self) -> Lane:
        assert self._lane is not None
        return self._lane

    def _on(self, lane: Lane) -> None:
        self._lane = lane
        lane.leave = self._leave
        self._do(self._begun, partial(self._in_thread, self._answer))

    def _do(self, errand: Errand, work: Callable[[], Any]) -> None:
        if not self._mail.do(errand, partial(self._context.run, work)):
            self._alone()

    def _last(self, errand: Errand) -> None:
        close, self._close = self._close, None
        if close is not None:
            self._mail.do(errand, partial(self._context.run, close))
        self.lane.held = False

    def _leave(self) -> None:
        """The process ends: if the loop has stopped, it will not end the request."""
        if not self._mail.loop.is_running():
            self.lane.run(self._alone)

    def _alone(self) -> None:
        close, self._close = self._close, None
        try:
            if close is not None:
                self._context.run(close)
        except Exception:  # noqa: BLE001 - there is nobody else to tell
            logger.exception("A request could not be closed.")
        finally:
            self.lane.held = False

    def _in_thread(self, work: Callable[[], Any]) -> Any:
        """As asgiref's own threads: ``async_to_sync`` finds the loop, and ``Local`` what was set on it."""
        local = SyncToAsync.threadlocal
        local.main_event_loop = self._mail.loop
        local.main_event_loop_pid = os.getpid()
        local.task_context = self._tasks
        _restore_context(self._context)
        return work()


class OnLane(Executor):
    """For asgiref: the thread-sensitive code of a request that has a lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._lane.run(partial(settle, future, partial(fn, *args, **kwargs)))
        return future


class Parent:
    """The thread that waits in ``async_to_sync`` for the loop that serves: sync code belongs there.

    So it is when a test calls the application, in whose transaction its views have to run.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, begin: Begin) -> None:
        self._executor.submit(begin, _ParentLane(self._executor))

    def withdraw(self, begin: Begin) -> bool:
        del begin
        return False


class _ParentLane(Lane):
    def __init__(self, executor: Executor) -> None:
        super().__init__()
        self._executor = executor

    def run(self, job: Job) -> None:
        self._executor.submit(job)


def parent() -> Executor | None:
    executor: Executor | None = getattr(AsyncToSync.executors, "current", None)
    return executor
