"""An ASGI application around another, without a coroutine of its own around each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .own import BODY, PATH, headers

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Scope = Mapping[str, Any]


class Application:
    """Every scope but an HTTP one of our path goes to the project's own application, lifespan among them."""

    def __init__(self, project: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.project = project
        # Where servers look whether an application is of ASGI 3: calls go by the class, and past this.
        self.__call__ = self._as_seen  # type: ignore[method-assign]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope.get("path") == PATH and scope["type"] == "http":
            return answer(send)
        return self.project(scope, receive, send)

    async def _as_seen(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Application.__call__(self, scope, receive, send)


async def answer(send: Send) -> None:
    said = [(name.lower().encode(), value.encode()) for name, value in headers()]
    await send({"type": "http.response.start", "status": 200, "headers": said})
    await send({"type": "http.response.body", "body": BODY})
