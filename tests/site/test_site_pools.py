"""The lasting clients keep their connections, each where it may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client, override_settings

from betterworker.bench.clientlab import forms
from betterworker.site.posts import POSTS
from betterworker.site.views import answers
from betterworker.site.views.clients import pools

SYNC = ("requests-pooled", "httpx-pooled", "niquests-pooled")
ASYNC = ("httpx-pooled", "aiohttp-pooled", "niquests-pooled")


class Keeping(BaseHTTPRequestHandler):
    """Answers with the posts and keeps the connection; ``made`` counts them, ``open`` those not yet ended."""

    protocol_version = "HTTP/1.1"
    made = 0
    open = 0

    def setup(self) -> None:
        super().setup()
        Keeping.made += 1
        Keeping.open += 1

    def finish(self) -> None:
        super().finish()
        Keeping.open -= 1

    def do_GET(self) -> None:
        body = json.dumps(POSTS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay quiet."""


@pytest.fixture(autouse=True)
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    Keeping.made = Keeping.open = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Keeping) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with override_settings(BETTERWORKER_UPSTREAM=f"http://127.0.0.1:{server.server_port}/posts"):
            yield
        for pool in (pools.REQUESTS, pools.HTTPX, pools.NIQUESTS):
            pool.close()
        server.shutdown()
        thread.join()


def over_wsgi(path: str) -> int:
    return Client(raise_request_exception=False).get(path).status_code


async def twice_over_asgi(path: str) -> list[int]:
    client = AsyncClient(raise_request_exception=False)
    statuses = [(await client.get(path)).status_code for _ in range(2)]
    await pools.close()
    return statuses


def once(condition: Callable[[], bool]) -> bool:
    """Whether it comes true; the upstream notices the end of a connection a moment later."""
    return asyncio.run(_once(condition))


async def _once(condition: Callable[[], bool]) -> bool:
    for _ in range(500):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("name", SYNC)
def test_a_sync_view_uses_a_connection_again_in_whatever_thread(name: str) -> None:
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:  # as asgiref does: a new one for each request
            assert thread.submit(over_wsgi, f"/sync/{name}").result() == 200
    assert Keeping.made == 1


@pytest.mark.parametrize("name", ASYNC)
def test_an_async_view_uses_its_event_loops_connection_again(name: str) -> None:
    assert async_to_sync(twice_over_asgi)(f"/async/{name}") == [200, 200]
    assert Keeping.made == 1
    assert once(lambda: Keeping.open == 0)


@pytest.mark.parametrize("name", ASYNC)
def test_over_wsgi_an_async_client_ends_with_its_request(name: str) -> None:
    assert [over_wsgi(f"/async/{name}") for _ in range(2)] == [200, 200]
    assert Keeping.made == 2
    assert once(lambda: Keeping.open == 0)


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
