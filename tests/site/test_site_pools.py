"""The lasting clients keep their connections, each where it may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client, override_settings

from betterworker.bench.clientlab import forms
from betterworker.site.posts import POSTS
from betterworker.site.views import answers
from betterworker.site.views.clients import pools
from tests.bench.waiting import until
from tests.counting_server import CountingServer, counting_server

SYNC = ("requests-pooled", "httpx-pooled", "niquests-pooled")
ASYNC = ("httpx-pooled", "aiohttp-pooled", "niquests-pooled")


@pytest.fixture(autouse=True)
def upstream(shared_clients: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with (
        counting_server(lambda _: (200, json.dumps(POSTS).encode()), "application/json") as server,
        override_settings(BETTERWORKER_UPSTREAM=f"{server.url}/posts"),
    ):
        yield server


def over_wsgi(path: str) -> int:
    return Client(raise_request_exception=False).get(path).status_code


async def twice_over_asgi(path: str) -> list[int]:
    client = AsyncClient(raise_request_exception=False)
    statuses = [(await client.get(path)).status_code for _ in range(2)]
    await pools.close()
    return statuses


@pytest.mark.parametrize("name", SYNC)
def test_a_sync_view_uses_a_connection_again_in_whatever_thread(name: str, upstream: CountingServer) -> None:
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:  # as asgiref does: a new one for each request
            assert thread.submit(over_wsgi, f"/sync/{name}").result() == 200
    assert upstream.made == 1


@pytest.mark.parametrize("name", ASYNC)
def test_an_async_view_uses_its_event_loops_connection_again(name: str, upstream: CountingServer) -> None:
    assert async_to_sync(twice_over_asgi)(f"/async/{name}") == [200, 200]
    assert upstream.made == 1
    assert until(lambda: upstream.open == 0)


@pytest.mark.parametrize("name", ASYNC)
def test_over_wsgi_an_async_client_ends_with_its_request(name: str, upstream: CountingServer) -> None:
    assert [over_wsgi(f"/async/{name}") for _ in range(2)] == [200, 200]
    assert upstream.made == 2
    assert until(lambda: upstream.open == 0)


def test_threads_that_ask_at_once_get_one_client() -> None:
    made: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    shared = pools.Shared[Any](make)
    with ThreadPoolExecutor(8) as threads:
        got = {id(client) for client in threads.map(lambda _: shared.get(), range(100))}
    assert len(got) == len(made) == 1


def test_the_limits_are_those_of_the_clients_alone() -> None:
    assert (answers.CLIENT_TIMEOUT_S, pools.CONNECTIONS, pools.IDLE_S) == (
        forms.TIMEOUT_S,
        forms.CONNECTIONS,
        forms.IDLE_S,
    )
