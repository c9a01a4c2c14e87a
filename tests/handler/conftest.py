from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.core import signals
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

import tests.handler.project.setup  # noqa: F401 - Django must be set up first
from betterworker.handler.asgi import Handler
from tests.handler.project.client import Site
from tests.handler.project.sites import middleware, urlconf, views

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Tests may be coroutines: each on a loop of its own, in a context where nothing has happened."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    test = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    contextvars.Context().run(asyncio.run, test)
    return True


class Serve(Protocol):
    def __call__(
        self, *patterns: Any, through: Sequence[Any] = (), handler: Any = ..., **settings_or_views: Any
    ) -> Site: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Put views (by name, or URL patterns) behind middleware; SETTINGS are in force until the test's end."""
    with ExitStack() as stack:

        def serve(*patterns: Any, through: Any = (), handler: Any = Handler, **more: Any) -> Site:
            given = {name: value for name, value in more.items() if name.isupper()}
            named = {name: value for name, value in more.items() if not name.isupper()}
            asked = {
                "ALLOWED_HOSTS": ["testserver"],
                "MIDDLEWARE": middleware(*through),
                "ROOT_URLCONF": urlconf(*patterns, *views(**named)),
                **given,
            }
            stack.enter_context(override_settings(**asked))
            application = handler()
            if isinstance(application, Handler):
                # Would wait for ever for a request that has kept its lane.
                stack.callback(application.pool.finish)
            return Site(application)

        yield serve


@pytest.fixture
def stages() -> Iterator[list[str]]:
    """What happened when: the signals of requests, and what a test adds."""
    told: list[str] = []

    def started(**_: Any) -> None:
        told.append("started")

    def finished(**_: Any) -> None:
        told.append("finished")

    signals.request_started.connect(started)
    signals.request_finished.connect(finished)
    yield told
    signals.request_started.disconnect(started)
    signals.request_finished.disconnect(finished)


@pytest.fixture(scope="session")
def database() -> Iterator[None]:
    call_command("migrate", verbosity=0, interactive=False)
    yield
    connections.close_all()


@pytest.fixture
def silence() -> Iterator[None]:
    """Of errors that are wanted."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
