"""Streaming responses, sent as they are made."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponseBase

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


async def chunks(parts: Iterable[bytes], in_thread: InThread) -> AsyncIterator[bytes]:
    each = iter(parts)
    while (part := await in_thread(partial(next, each, None))) is not None:
        yield part


async def in_request_thread(work: Callable[[], Any]) -> Any:
    return await sync_to_async(work)()


async def close_iterator(response: HttpResponseBase) -> None:
    """An async one left halfway would go on existing until the garbage collector finds it."""
    iterator = getattr(response, "_iterator", None)
    if isinstance(iterator, AsyncGenerator):
        await iterator.aclose()
