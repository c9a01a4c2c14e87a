"""A client in the same process: one GET, as a browser sends it to a site behind HTTPS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

#: Longer than any middleware should take for one request.
PATIENCE_S = 30.0

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``headers`` by their names in small letters; ``status`` is None where there was no answer."""

    status: int | None
    headers: dict[str, str]


async def ask(application: Application, path: str) -> Answer:
    """Raises what the application raises, and TimeoutError."""
    messages: list[MutableMapping[str, Any]] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            # The client stays: there is nothing more to receive.
            await asyncio.get_running_loop().create_future()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    async with asyncio.timeout(PATIENCE_S):
        await application(_scope(path), receive, send)
    return _answer(messages)


def _answer(messages: list[MutableMapping[str, Any]]) -> Answer:
    for message in messages:
        if message["type"] == "http.response.start":
            headers = {
                name.decode("latin1").lower(): value.decode("latin1") for name, value in message["headers"]
            }
            return Answer(status=message["status"], headers=headers)
    return Answer(status=None, headers={})


def _scope(path: str) -> dict[str, Any]:
    headers = {
        "host": _host(),
        "user-agent": "Mozilla/5.0 (betterworker check)",
        "accept": "text/html,application/json;q=0.9,*/*;q=0.8",
        "accept-encoding": "gzip",
        "accept-language": "en",
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        headers[name.removeprefix("HTTP_").replace("_", "-").lower()] = value
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 443),
    }


def _host() -> str:
    """One that the site answers to."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host.strip(".*")]
    return named[0] if named else "localhost"
