"""Each view says its own name in ``X-View``: proof that a route runs the view that its URL names.

The name is a literal beside the function, never derived from the URL. A published table once rated
a 3 s view at 1,592 requests per second because its route led to the 1 s view.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

SyncView = Callable[[HttpRequest], HttpResponseBase]
AsyncView = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]

HEADER = "X-View"


def named(name: str) -> Callable[[SyncView], SyncView]:
    """Name a ``def`` view."""

    def decorate(view: SyncView) -> SyncView:
        @wraps(view)
        def wrapper(request: HttpRequest) -> HttpResponseBase:
            response = view(request)
            response.headers[HEADER] = name
            return response

        return wrapper

    return decorate


def named_async(name: str) -> Callable[[AsyncView], AsyncView]:
    """Name an ``async def`` view; it stays a coroutine function, which is how Django tells."""

    def decorate(view: AsyncView) -> AsyncView:
        @wraps(view)
        async def wrapper(request: HttpRequest) -> HttpResponseBase:
            response = await view(request)
            response.headers[HEADER] = name
            return response

        return wrapper

    return decorate
