"""The built-in site's applications with a busy loop added to each request: what `target.py --slower` has to
find. Imported by the servers, from a project's folder."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

#: Nanoseconds in a loop.
ADDED = "SLOWED_NS"
_ADDED_NS = int(os.environ.get(ADDED, "0"))


def spin() -> None:
    """By a clock that is read without a system call; a loop that loses the CPU meanwhile is shorter."""
    end = time.perf_counter_ns() + _ADDED_NS
    while time.perf_counter_ns() < end:
        pass


def __getattr__(name: str) -> Any:
    """``wsgi`` or ``asgi``: a server imports only the one that it serves."""
    if name == "wsgi":
        return _wsgi()
    if name == "asgi":
        return _asgi()
    raise AttributeError(name)


def _wsgi() -> Callable[..., Any]:
    from betterworker.site.wsgi import application

    def slowed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        spin()
        return application(environ, start_response)

    return slowed


def _asgi() -> Callable[..., Any]:
    from betterworker.site.asgi import application

    def slowed(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        spin()
        return application(scope, receive, send)

    return slowed
