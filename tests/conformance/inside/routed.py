"""Puts the handler in the place of Django's, and routes Django's test clients through it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any, ClassVar

import django
import django.contrib.staticfiles.handlers  # before: in a project it wraps the handler, and is none itself
import django.core.asgi
import django.core.handlers.asgi
import django.test.client
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from betterworker.handler.asgi import Handler
from betterworker.handler.conf import options
from betterworker.handler.hints import Hints
from betterworker.handler.pool import Pool
from tests.conformance.inside.clients import RoutedAsyncClientHandler, RoutedClientHandler, RoutedHandler
from tests.conformance.inside.wire import WiredScope
from tests.conformance.modes import Mode


class Count:
    """Requests that an ASGI handler was called with."""

    requests = 0


class Counted(ASGIHandler):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        Count.requests += 1
        await super().__call__(scope, receive, send)


class Observed(Counted):
    """Leaves request and response with the wire they belong to."""

    def create_request(self, scope: Any, body_file: Any) -> Any:
        request, failed = super().create_request(scope, body_file)
        if request is not None and isinstance(scope, WiredScope):
            scope.wire.request = request
            _complete(request, scope)
        return request, failed

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        wire = getattr(send, "__self__", None)
        if wire is not None:
            wire.response = response
        await super().send_response(response, send)


def _complete(request: HttpRequest, scope: WiredScope) -> None:
    request._dont_enforce_csrf_checks = not scope.enforces_csrf  # type: ignore[attr-defined]
    for key, value in scope.get("extra", {}).items():
        request.META.setdefault(key, value)


class Ours(Handler):
    """One pool for all: a test has an application or more, and their threads would outlive it by seconds."""

    one_pool: ClassVar[Pool | None] = None
    guess: ClassVar[bool | None] = None

    def __init__(self) -> None:
        super().__init__()
        if Ours.one_pool is None:
            Ours.one_pool = Pool(options().max_threads, options().idle_seconds)
        self.pool = Ours.one_pool
        if self.guess is not None and not self.hints._always:
            self.hints = Misled(self.guess)


class Misled(Hints):
    """Takes each request for one of an async view, or none."""

    def __init__(self, guess: bool) -> None:
        super().__init__()
        self._guess = guess

    def is_async(self, scope: Mapping[str, Any]) -> bool:
        return self._guess


class CountedOurs(Counted, Ours):
    pass


class ObservedOurs(Observed, Ours):
    pass


class SharedConnections:
    """Database connections by alias, the same in every thread: a view sees what its test has not committed.

    Django's LiveServerTestCase does so for its threads. A thread with a running event loop has its own, as
    in a server, for it may use none.
    """

    def __init__(self) -> None:
        self.__dict__["everywhere"] = {}
        self.__dict__["on_loops"] = threading.local()

    def _here(self) -> dict[str, Any]:
        if not _on_loop():
            everywhere: dict[str, Any] = self.__dict__["everywhere"]
            return everywhere
        mine: dict[str, Any] = vars(self.__dict__["on_loops"])
        return mine

    def __getattr__(self, alias: str) -> Any:
        try:
            return self._here()[alias]
        except KeyError:
            raise AttributeError(alias) from None

    def __setattr__(self, alias: str, connection: Any) -> None:
        connection.inc_thread_sharing()
        self._here()[alias] = connection

    def __delattr__(self, alias: str) -> None:
        del self._here()[alias]


def _on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def install(mode: Mode) -> None:
    """Before any test is imported."""
    Ours.guess = mode.guess
    _replace(CountedOurs if mode.is_ours else Counted)
    if mode.routes_clients:
        RoutedHandler.application = ObservedOurs if mode.is_ours else Observed
        django.test.client.ClientHandler = RoutedClientHandler  # type: ignore[misc]
        django.test.client.AsyncClientHandler = RoutedAsyncClientHandler  # type: ignore[misc]
        _share_connections()


def _replace(handler: type[ASGIHandler]) -> None:
    def get_asgi_application() -> ASGIHandler:
        django.setup(set_prefix=False)
        return handler()

    django.core.handlers.asgi.ASGIHandler = handler  # type: ignore[misc]
    django.core.asgi.get_asgi_application = get_asgi_application


def _share_connections() -> None:
    shared = SharedConnections()
    for connection in connections.all(initialized_only=True):
        setattr(shared, connection.alias, connection)
    connections._connections = shared  # type: ignore[attr-defined]
