"""Hears that a client has gone, and cancels the view that works for it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Protocol

from django.core.exceptions import RequestAborted

Work = Coroutine[Any, Any, Any]

#: After this time, and before twice this time, it is heard that the client of a busy thread has gone.
PATIENCE_S = 0.05


class Listens(Protocol):
    """Calls ``tell`` when the client goes, between ``start`` and ``stop``."""

    def start(self, tell: Callable[[], object]) -> None: ...

    def stop(self) -> None: ...


class Ear:
    """``listen()`` raises RequestAborted when the client has gone, anything else for a server's fault."""

    def __init__(self, listen: Callable[[], Work]) -> None:
        self._listen = listen
        self._tell: Callable[[], object] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._error: BaseException | None = None

    @property
    def gone(self) -> bool:
        return isinstance(self._error, RequestAborted)

    def start(self, tell: Callable[[], object]) -> None:
        """Calls ``tell`` when the client goes, instead of what was to be called before; at once where it has
        gone."""
        self._tell = tell
        if self.gone:
            tell()
        elif self._task is None:
            self._task = asyncio.ensure_future(self._listen())
            self._task.add_done_callback(self._heard)

    def stop(self) -> None:
        if self._task is not None:
            self._tell = None
            self._task.cancel()

    def check(self) -> None:
        """Raises what was heard."""
        if self._error is not None:
            raise self._error

    def _heard(self, ended: asyncio.Task[Any]) -> None:
        if ended.cancelled():
            return
        self._error = ended.exception()
        if self.gone and self._tell is not None:
            self._tell()


class Ears:
    """Those of the requests on one loop that somebody else works for, in a thread.

    A listener costs a twentieth of an ordinary request. So one that is alone has it at once, and others when
    they have been under way for a while.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._new: dict[Ear, Callable[[], object]] = {}
        self._old: dict[Ear, Callable[[], object]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, ear: Ear, tell: Callable[[], object]) -> None:
        if not self._new and not self._old:
            ear.start(tell)
        self._new[ear] = tell
        if self._timer is None:
            self._timer = self._loop.call_later(PATIENCE_S, self._look)

    def remove(self, ear: Ear) -> None:
        if self._new.pop(ear, None) is None:
            self._old.pop(ear, None)

    def patient(self, ear: Ear) -> Listens:
        """The same ear, which is started by and by."""
        return _Patient(self, ear)

    def _look(self) -> None:
        for ear, tell in self._old.items():
            ear.start(tell)
        self._old, self._new = self._new, {}
        self._timer = self._loop.call_later(PATIENCE_S, self._look) if self._old else None


class _Patient:
    def __init__(self, ears: Ears, ear: Ear) -> None:
        self._ears = ears
        self._ear = ear

    def start(self, tell: Callable[[], object]) -> None:
        self._ears.add(self._ear, tell)

    def stop(self) -> None:
        self._ears.remove(self._ear)
        self._ear.stop()


class Watched:
    """Awaits a coroutine; from its first wait on, the ear listens beside it.

    When the client goes, the coroutine is cancelled; unless it comes to a result all the same, RequestAborted
    is raised. A coroutine that never waits costs nothing.
    """

    def __init__(self, work: Work | Within, ear: Listens) -> None:
        self._work = work
        self._ear = ear
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = False

    def __await__(self) -> Generator[Any, Any, Any]:
        try:
            waits_for = self._work.send(None)
        except StopIteration as done:
            return done.value
        task = self._task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        self._ear.start(self._cancel)
        try:
            return (yield from rest_of(self._work, waits_for))
        except asyncio.CancelledError:
            # The server may have cancelled it as well.
            if self._cancelled and task.cancelling() - 1 <= before:
                raise RequestAborted from None
            raise
        finally:
            self._ear.stop()
            if self._cancelled:
                task.uncancel()

    def _cancel(self) -> None:
        assert self._task is not None
        self._cancelled = True
        self._task.cancel()


class Within:
    """Awaits a coroutine in another context than its task's."""

    def __init__(self, context: contextvars.Context, work: Work) -> None:
        self._context = context
        self._work = work

    def send(self, value: Any) -> Any:
        return self._context.run(self._work.send, value)

    def throw(self, error: BaseException) -> Any:
        return self._context.run(self._work.throw, error)

    def __await__(self) -> Generator[Any, Any, Any]:
        try:
            waits_for = self.send(None)
        except StopIteration as done:
            return done.value
        return (yield from rest_of(self, waits_for))


def rest_of(work: Work | Within, waits_for: Any) -> Generator[Any, Any, Any]:
    """As ``await`` does it, from a point where the coroutine waits already."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:  # noqa: BLE001 - the coroutine's to handle
            go_on = partial(work.throw, error)
        else:
            go_on = partial(work.send, sent)
        try:
            waits_for = go_on()
        except StopIteration as done:
            return done.value
