"""HTTP clients that last, each made and shared as its documentation advises, all on the same limits.

A sync client is shared by a process's threads: Django runs each sync view of an ASGI server in a new thread,
where a client of the thread's own would never be used again. HTTPX and niquests are meant to be shared so.
Requests promises it of its connection pools (urllib3) alone: its cookies are shared too, which the upstream
does not set. An async client belongs to an event loop: there is one for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import aiohttp
import httpx
import requests
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from betterworker.site.views.answers import CLIENT_TIMEOUT_S

if TYPE_CHECKING:
    import niquests

#: Connections a host. The defaults are 100 of aiohttp and HTTPX (which keeps 20) and 10 of the others.
CONNECTIONS = 100
#: How long an idle connection is kept. The defaults are 5 s of HTTPX, 15 s of aiohttp and no limit.
IDLE_S = 60.0

C = TypeVar("C", bound=AbstractContextManager[Any])
A = TypeVar("A", bound=AbstractAsyncContextManager[Any])


class Shared(Generic[C]):
    """One client for a process, made by the first thread that asks: after the fork."""

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._lock = Lock()
        self._client: C | None = None

    def get(self) -> C:
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._make()
        return self._client

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.__exit__(None, None, None)


class PerLoop(Generic[A]):
    """One client for each running event loop."""

    def __init__(self, make: Callable[[], A]) -> None:
        self._make = make
        self._clients: dict[asyncio.AbstractEventLoop, A] = {}

    def get(self) -> A:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            for ended in [other for other in tuple(self._clients) if other.is_closed()]:
                self._clients.pop(ended, None)
            client = self._clients[loop] = self._make()
        return client

    async def close(self) -> None:
        """End the running loop's client, if there is one."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.__aexit__(None, None, None)

    @contextlib.asynccontextmanager
    async def serving(self, request: HttpRequest) -> AsyncIterator[A]:
        """The running loop's client; over WSGI it ends with the request, as the loop does."""
        try:
            yield self.get()
        finally:
            if not isinstance(request, ASGIRequest):
                await self.close()


def _requests() -> requests.Session:
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=CONNECTIONS, pool_block=True)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _limits() -> httpx.Limits:
    return httpx.Limits(
        max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE_S
    )


@functools.cache
def _tls() -> ssl.SSLContext:
    """One for all of HTTPX's clients in the process.

    Making one takes some 30 ms of CPU, and over WSGI there is an async client for each request.
    """
    return httpx.create_ssl_context()


def _httpx() -> httpx.Client:
    return httpx.Client(limits=_limits(), timeout=CLIENT_TIMEOUT_S, verify=_tls())


def _httpx_async() -> httpx.AsyncClient:
    return httpx.AsyncClient(limits=_limits(), timeout=CLIENT_TIMEOUT_S, verify=_tls())


def _aiohttp() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_S),
        timeout=aiohttp.ClientTimeout(total=CLIENT_TIMEOUT_S),
        raise_for_status=True,
    )


def _niquests() -> niquests.Session:
    import niquests

    return niquests.Session(pool_maxsize=CONNECTIONS, timeout=CLIENT_TIMEOUT_S)


def _niquests_async() -> niquests.AsyncSession:
    import niquests

    return niquests.AsyncSession(pool_maxsize=CONNECTIONS, timeout=CLIENT_TIMEOUT_S)


REQUESTS = Shared(_requests)
HTTPX = Shared(_httpx)
NIQUESTS = Shared(_niquests)
HTTPX_ASYNC = PerLoop(_httpx_async)
AIOHTTP = PerLoop(_aiohttp)
NIQUESTS_ASYNC = PerLoop(_niquests_async)


async def close() -> None:
    """End the running loop's clients, before the loop ends."""
    for pool in (HTTPX_ASYNC, AIOHTTP, NIQUESTS_ASYNC):
        await pool.close()
