"""An event loop in a thread of its own, as a server has: sync tests send it their requests."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

from asgiref.sync import AsyncToSync, SyncToAsync, _restore_context

T = TypeVar("T")


def served(work: Callable[[], Awaitable[T]]) -> T:
    """On the loop, in the context of the caller; what is set there is set here, as if it had run here."""
    ended: list[contextvars.Context] = []

    async def request() -> T:
        AsyncToSync.executors.current = None
        try:
            return await work()
        finally:
            ended.append(contextvars.copy_context())

    above = getattr(AsyncToSync.executors, "current", None)
    try:
        return _beside().run(asyncio.run_coroutine_threadsafe, request(), _loop()).result()
    finally:
        for context in ended:
            _restore_context(context)
        AsyncToSync.executors.current = above


def _beside() -> contextvars.Context:
    """The caller's context but for its thread: it may be a view's, which waits for what it has called."""
    context = contextvars.Context()
    for variable, value in contextvars.copy_context().items():
        if variable is not SyncToAsync.thread_sensitive_context:
            context.run(variable.set, value)
    return context


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop
