from __future__ import annotations

import importlib
from collections.abc import Callable
from inspect import iscoroutinefunction

import pytest
from django.http import HttpResponse
from django.urls import resolve

from betterworker.site.urls import ASYNC, SYNC

Get = Callable[[str], HttpResponse]

BOTH = (
    "json",
    "query-json",
    "query-html",
    "blocking-1s",
    "blocking-3s",
    "blocking-10s",
    "brotli",
    "requests",
    "httpx",
    "fake-redis-hit",
    "fake-redis-set",
    "niquests",
    "httpx-pooled",
    "niquests-pooled",
)
#: What these answer depends on a Redis and a PostgreSQL.
BACKED = (
    "redis-hit",
    "redis-set",
    "postgres-query-json",
    "postgres-query-html",
    "postgres-pool-query-json",
    "postgres-pool-query-html",
)
#: What these take is posted, or comes in pieces.
EVERYDAY = ("upload", "stream", "orm-write", "login")
SYNC_EVERYDAY = tuple(f"/sync/{name}" for name in EVERYDAY)
ASYNC_EVERYDAY = tuple(f"/async/{name}" for name in EVERYDAY)
SYNC_BACKED = tuple(f"/sync/{name}" for name in BACKED)
ASYNC_BACKED = tuple(f"/async/{name}" for name in BACKED)
SYNC_ROUTES = tuple(f"/sync/{name}" for name in (*BOTH, "requests-pooled"))
ASYNC_ROUTES = tuple(f"/async/{name}" for name in (*BOTH, "aiohttp", "aiohttp-pooled"))


def function_name(path: str) -> str:
    return path.rpartition("/")[2].replace("-", "_")


@pytest.mark.usefixtures("upstream", "slept")
@pytest.mark.parametrize("path", SYNC_ROUTES + ASYNC_ROUTES)
def test_a_view_says_the_name_that_its_url_says(get: Get, path: str) -> None:
    response = get(path)
    assert response.status_code == 200
    assert f"/{response['X-View']}" == path


@pytest.mark.parametrize("path", SYNC_BACKED + ASYNC_BACKED)
def test_a_view_without_its_backend_fails(get: Get, path: str) -> None:
    assert get(path).status_code == 500


@pytest.mark.parametrize("path", SYNC_ROUTES + SYNC_BACKED + SYNC_EVERYDAY)
def test_a_sync_route_runs_a_function_of_its_name(path: str) -> None:
    view = resolve(path).func
    assert view.__module__.endswith(".sync")
    assert view.__name__ == function_name(path)
    assert not iscoroutinefunction(view)


@pytest.mark.parametrize("path", ASYNC_ROUTES + ASYNC_BACKED + ASYNC_EVERYDAY)
def test_an_async_route_runs_a_coroutine_function_of_its_name(path: str) -> None:
    view = resolve(path).func
    assert view.__module__.endswith(".asynchronous")
    assert view.__name__ == function_name(path)
    assert iscoroutinefunction(view)


def test_no_route_is_left_out_of_these_tests() -> None:
    assert {f"/sync/{route.pattern}" for route in SYNC} == {*SYNC_ROUTES, *SYNC_BACKED, *SYNC_EVERYDAY}
    assert {f"/async/{route.pattern}" for route in ASYNC} == {*ASYNC_ROUTES, *ASYNC_BACKED, *ASYNC_EVERYDAY}


def test_an_unknown_route_is_not_found(get: Get) -> None:
    assert get("/sync/aiohttp").status_code == 404


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_the_application_object_imports(monkeypatch: pytest.MonkeyPatch, interface: str) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "betterworker.site.settings")
    assert callable(importlib.import_module(f"betterworker.site.{interface}").application)
