"""What Django does at a request's beginning and end, without a thread where that waits for nothing."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from contextlib import suppress
from typing import IO, Any

from asgiref.sync import _restore_context
from django.core import signals
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import connections
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpResponseBase
from django.urls import set_urlconf
from django.utils.module_loading import import_string

from betterworker.handler.bodies import in_memory
from betterworker.handler.receivers import AT_END, Known


class Closing:
    """The ends of requests: on the loop where there is nothing to wait for, or in a thread."""

    def __init__(self, sender: type) -> None:
        self._sender = sender
        self._finished = Known(signals.request_finished, sender, AT_END)
        self._caches: Any = None
        self._closing: tuple[str, ...] = ()

    def is_quiet(self, response: Any, body: IO[bytes]) -> bool:
        """Whether there is nothing to close but the request, and that is in memory."""
        return (
            self._finished() is not None
            and in_memory(body)
            and (response is None or (_is_djangos(response) and _closes_nothing(response)))
            and not opened_on_loop()
            and not self._cache_is_open()
        )

    def on_loop(self, response: Any) -> None:
        """A quiet one: the signal's receivers would find nothing to do, but for this."""
        if response is not None:
            _close(response)
        set_urlconf(None)

    def without_response(self) -> None:
        self._finished.send()

    def in_thread(self, response: Any) -> None:
        if response is None:
            self.without_response()
        elif _is_djangos(response) and getattr(response, "_handler_class", None) is self._sender:
            _close(response)
            self._finished.send()
        else:
            response.close()

    def _cache_is_open(self) -> bool:
        used: Any = caches
        return any(hasattr(used._connections, alias) for alias in self._closing_caches())

    def _closing_caches(self) -> tuple[str, ...]:
        """Those of the settings that have something to close; most have not."""
        if caches.settings is not self._caches:
            self._caches = caches.settings
            self._closing = tuple(alias for alias, its in self._caches.items() if _has_to_close(its))
        return self._closing


def _is_djangos(response: Any) -> bool:
    return type(response).close is HttpResponseBase.close and "close" not in vars(response)


def _closes_nothing(response: Any) -> bool:
    """But its request, where that has no uploads, which an upload handler may have put on a disk."""
    closers = response._resource_closers
    return len(closers) <= 1 and not any(getattr(_owner(each), "_files", None) for each in closers)


def _owner(method: Any) -> object:
    return getattr(method, "__self__", None)


def _close(response: Any) -> None:
    """As ``HttpResponseBase.close``, without the signal."""
    for closer in response._resource_closers:
        with suppress(Exception):
            closer()
    response._resource_closers.clear()
    response.closed = True


def _has_to_close(cache: dict[str, Any]) -> bool:
    try:
        found = import_string(cache["BACKEND"])
    except ImportError:
        # Told to whoever uses it.
        return True
    return getattr(found, "close", None) is not BaseCache.close


def opened_on_loop() -> bool:
    """Whether the loop's thread has a database connection of its own, against Django's advice."""
    return _opened_on_loop and any(each.connection for each in connections.all(initialized_only=True))


_opened_on_loop = False


@receiver(connection_created)
def _note_opened(**_: Any) -> None:
    global _opened_on_loop
    with suppress(RuntimeError):
        _opened_on_loop = asyncio.get_running_loop() is not None


async def to_the_end(work: Coroutine[Any, Any, Any]) -> None:
    """A cancellation comes after it, not in its midst. The context is this task's, as if it were awaited."""
    context = contextvars.copy_context()
    task = asyncio.get_running_loop().create_task(work, context=context)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    _restore_context(context)
    task.result()
    if cancelled is not None:
        raise cancelled
