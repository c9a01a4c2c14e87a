"""Handlers for Django's two test clients: each request goes through an ASGI application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import get_path_info, get_script_name
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test.client import AsyncClientHandler, ClientHandler, conditional_content_removal

from tests.conformance.inside.served import served
from tests.conformance.inside.wire import Scope, Wire, WiredScope


class RoutedHandler:
    """In the place of both. ``application`` is made with the first request: then settings are the test's."""

    application: ClassVar[type[ASGIHandler]]

    def __init__(self, enforce_csrf_checks: bool = True) -> None:
        self.enforce_csrf_checks = enforce_csrf_checks
        self._made: ASGIHandler | None = None

    async def exchange(self, scope: Scope, body: bytes) -> Wire:
        if self._made is None:
            self._made = self.application()
        wire = Wire(body)
        wired = WiredScope(scope)
        wired.wire = wire
        wired.enforces_csrf = self.enforce_csrf_checks
        with _connections_stay_open():
            await self._made(wired, wire.receive, wire.send)
        wire.check_ended()
        return wire


class RoutedAsyncClientHandler(RoutedHandler, AsyncClientHandler):
    """On the loop of the test, which is above it: what is sync goes on in the test's own thread."""

    async def __call__(self, scope: Scope) -> Any:
        body = scope.pop("_body_file", None)
        wire = await self.exchange(scope, body.read() if body else b"")
        response: Any = _as_received(wire)
        response.asgi_request = wire.request
        return response


class RoutedClientHandler(RoutedHandler, ClientHandler):
    """On a loop elsewhere: what is sync goes on in the handler's threads."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        wire = served(partial(self.exchange, scope_of(environ), _body_of(environ)))
        response: Any = _as_received(wire)
        if wire.request is not None:
            wire.request.environ = environ  # type: ignore[attr-defined]
        response.wsgi_request = wire.request
        return response


def scope_of(environ: dict[str, Any]) -> Scope:
    """A WSGI environment as an ASGI scope; what has no place in one (a REMOTE_USER, say) is in ``extra``."""
    prefix = get_script_name(environ).removesuffix("/")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": environ.get("SERVER_PROTOCOL", "HTTP/1.1").removeprefix("HTTP/"),
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": f"{prefix}/{get_path_info(environ).removeprefix('/')}",
        "query_string": environ.get("QUERY_STRING", "").encode("latin1"),
        "root_path": prefix,
        "headers": list(_headers(environ)),
        "client": [environ.get("REMOTE_ADDR"), 0],
        "server": (environ["SERVER_NAME"], environ["SERVER_PORT"]),
        "extra": environ,
    }


def _headers(environ: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    for key, value in environ.items():
        name = key.removeprefix("HTTP_")
        if name != key or (name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value):
            yield name.replace("_", "-").lower().encode("latin1"), str(value).encode("latin1")


def _body_of(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"]
    there = len(body) if hasattr(body, "__len__") else length
    read: bytes = body.read(min(length, there)) if length else b""
    return read


def _as_received(wire: Wire) -> HttpResponseBase:
    response = wire.response
    assert response is not None, "nothing was sent"
    if response.streaming:
        _replay(response, wire.sent)
    if wire.request is not None:
        conditional_content_removal(wire.request, response)
    return response


def _replay(response: HttpResponseBase, sent: list[bytes]) -> None:
    assert isinstance(response, StreamingHttpResponse)
    response.streaming_content = iter(sent)


@contextmanager
def _connections_stay_open() -> Iterator[None]:
    """As Django's own clients do: a test's transaction outlives its requests."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
