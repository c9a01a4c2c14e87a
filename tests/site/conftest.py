from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import django
import pytest
from asgiref.sync import async_to_sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse

FOLDER = tempfile.TemporaryDirectory(prefix="betterworker-site-")

# Settings are read once, here; the environment is given back for the other tests' child processes.
with pytest.MonkeyPatch.context() as patch:
    patch.setenv("DJANGO_SETTINGS_MODULE", "betterworker.site.settings")
    patch.setenv("BETTERWORKER_DB", str(Path(FOLDER.name, "db.sqlite3")))
    patch.delenv("DATABASE_URL", raising=False)
    patch.delenv("BETTERWORKER_UPSTREAM", raising=False)
    patch.delenv("BETTERWORKER_REDIS_URL", raising=False)
    patch.delenv("BETTERWORKER_POSTGRES_URL", raising=False)
    django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first
from django.test import AsyncClient, Client, override_settings  # noqa: E402

from betterworker.site.posts import POSTS  # noqa: E402
from betterworker.site.prepare import prepare  # noqa: E402
from betterworker.site.views.clients import pools  # noqa: E402
from tests.counting_server import counting_server  # noqa: E402


@pytest.fixture(autouse=True, scope="session")
def database() -> Iterator[None]:
    prepare()
    # Django's test clients call every host "testserver".
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        yield
    connections.close_all()
    FOLDER.cleanup()


def over_wsgi(path: str) -> HttpResponse:
    return cast("HttpResponse", Client(raise_request_exception=False).get(path))


def over_asgi(path: str) -> HttpResponse:
    return async_to_sync(_over_asgi)(path)


async def _over_asgi(path: str) -> HttpResponse:
    try:
        response = await AsyncClient(raise_request_exception=False).get(path)
    finally:
        await pools.close()
    return cast("HttpResponse", response)


@pytest.fixture(params=[over_wsgi, over_asgi])
def get(request: pytest.FixtureRequest) -> Callable[[str], HttpResponse]:
    """Fetch a path from the site, over each of Django's two handlers."""
    fetch: Callable[[str], HttpResponse] = request.param
    return fetch


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The delays that views asked for; nobody waits for them."""
    delays: list[float] = []
    sleep_really = asyncio.sleep

    async def sleep(delay: float) -> None:
        delays.append(delay)
        # Others sleep in a loop of their own: niquests, which watches idle connections.
        await sleep_really(0)

    monkeypatch.setattr("time.sleep", delays.append)
    monkeypatch.setattr("asyncio.sleep", sleep)
    return delays


@pytest.fixture
def shared_clients() -> Iterator[None]:
    """End those of the sync views after the test, with their connections."""
    yield
    for client in (pools.REQUESTS, pools.HTTPX, pools.NIQUESTS):
        client.close()


def _posts(path: str) -> tuple[int, bytes]:
    return (503 if path == "/broken" else 200), json.dumps(POSTS).encode()


@pytest.fixture(scope="session")
def upstream_url() -> Iterator[str]:
    with counting_server(_posts, "application/json") as server:
        yield server.url


@pytest.fixture
def upstream(shared_clients: None, upstream_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with override_settings(BETTERWORKER_UPSTREAM=f"{upstream_url}/posts"):
        yield


@pytest.fixture
def broken_upstream(upstream_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with override_settings(BETTERWORKER_UPSTREAM=f"{upstream_url}/broken"):
        yield
