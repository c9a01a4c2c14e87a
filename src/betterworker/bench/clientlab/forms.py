"""Every form of an HTTP client that is measured: new for each request, or kept as its documentation advises.

A new one is a function and a line in FORMS. Each opens its client and gives ``fetch``, which returns the body
of a URL, read in whole, and raises what the client raises, for an error status too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from betterworker.bench.model import Mode

#: The same for all; the clients' own defaults are none, 5 s and 300 s.
TIMEOUT_S = 30.0
#: Connections to a host, and hosts, that a pool holds: no client's default decides.
CONNECTIONS, HOSTS = 100, 100
#: How long a pool keeps an idle connection. The defaults are 5 s (HTTPX), 15 s (aiohttp), and no limit.
IDLE_S = 60.0

Fetch = Callable[[str], bytes]
AsyncFetch = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class _Named:
    """What a form of either mode has."""

    mode: ClassVar[Mode]
    name: str
    distribution: str

    @property
    def key(self) -> str:
        return f"{self.name}:{self.mode}"


@dataclass(frozen=True, slots=True)
class SyncForm(_Named):
    mode: ClassVar[Mode] = "sync"
    open: Callable[[], AbstractContextManager[Fetch]]


@dataclass(frozen=True, slots=True)
class AsyncForm(_Named):
    mode: ClassVar[Mode] = "async"
    open: Callable[[], AbstractAsyncContextManager[AsyncFetch]]


Form = SyncForm | AsyncForm


@contextmanager
def _requests() -> Iterator[Fetch]:
    import requests

    def fetch(url: str) -> bytes:
        response = requests.get(url, timeout=TIMEOUT_S)
        response.raise_for_status()
        return response.content

    yield fetch


@contextmanager
def _requests_pooled() -> Iterator[Fetch]:
    import requests

    with requests.Session() as session:
        adapter = requests.adapters.HTTPAdapter(
            pool_connections=HOSTS, pool_maxsize=CONNECTIONS, pool_block=True
        )
        session.mount("http://", adapter)

        def fetch(url: str) -> bytes:
            response = session.get(url, timeout=TIMEOUT_S)
            response.raise_for_status()
            return response.content

        yield fetch


@contextmanager
def _httpx() -> Iterator[Fetch]:
    import httpx

    def fetch(url: str) -> bytes:
        return httpx.get(url, timeout=TIMEOUT_S).raise_for_status().content

    yield fetch


@contextmanager
def _httpx_pooled() -> Iterator[Fetch]:
    import httpx

    # HTTPX limits the connections of all hosts together.
    limits = httpx.Limits(max_connections=HOSTS * CONNECTIONS, keepalive_expiry=IDLE_S)
    with httpx.Client(limits=limits, timeout=TIMEOUT_S) as client:

        def fetch(url: str) -> bytes:
            return client.get(url).raise_for_status().content

        yield fetch


@contextmanager
def _niquests() -> Iterator[Fetch]:
    import niquests

    def fetch(url: str) -> bytes:
        return niquests.get(url, timeout=TIMEOUT_S).raise_for_status().content or b""

    yield fetch


@contextmanager
def _niquests_pooled() -> Iterator[Fetch]:
    import niquests

    with niquests.Session(pool_connections=HOSTS, pool_maxsize=CONNECTIONS, timeout=TIMEOUT_S) as session:

        def fetch(url: str) -> bytes:
            return session.get(url).raise_for_status().content or b""

        yield fetch


@asynccontextmanager
async def _httpx_async() -> AsyncIterator[AsyncFetch]:
    import httpx

    async def fetch(url: str) -> bytes:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            return (await client.get(url)).raise_for_status().content

    yield fetch


@asynccontextmanager
async def _httpx_async_pooled() -> AsyncIterator[AsyncFetch]:
    import httpx

    limits = httpx.Limits(max_connections=HOSTS * CONNECTIONS, keepalive_expiry=IDLE_S)
    async with httpx.AsyncClient(limits=limits, timeout=TIMEOUT_S) as client:

        async def fetch(url: str) -> bytes:
            return (await client.get(url)).raise_for_status().content

        yield fetch


@asynccontextmanager
async def _aiohttp() -> AsyncIterator[AsyncFetch]:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)

    async def fetch(url: str) -> bytes:
        async with (
            aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
            session.get(url) as response,
        ):
            return await response.read()

    yield fetch


@asynccontextmanager
async def _aiohttp_pooled() -> AsyncIterator[AsyncFetch]:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    connector = aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS, keepalive_timeout=IDLE_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, raise_for_status=True) as session:

        async def fetch(url: str) -> bytes:
            async with session.get(url) as response:
                return await response.read()

        yield fetch


@asynccontextmanager
async def _niquests_async() -> AsyncIterator[AsyncFetch]:
    import niquests

    async def fetch(url: str) -> bytes:
        return (await niquests.aget(url, timeout=TIMEOUT_S)).raise_for_status().content or b""

    yield fetch


@asynccontextmanager
async def _niquests_async_pooled() -> AsyncIterator[AsyncFetch]:
    import niquests

    async with niquests.AsyncSession(
        pool_connections=HOSTS, pool_maxsize=CONNECTIONS, timeout=TIMEOUT_S
    ) as session:

        async def fetch(url: str) -> bytes:
            return (await session.get(url)).raise_for_status().content or b""

        yield fetch


FORMS: dict[str, Form] = {
    form.key: form
    for form in (
        SyncForm("requests", "requests", _requests),
        SyncForm("requests-pooled", "requests", _requests_pooled),
        SyncForm("httpx", "httpx", _httpx),
        SyncForm("httpx-pooled", "httpx", _httpx_pooled),
        SyncForm("niquests", "niquests", _niquests),
        SyncForm("niquests-pooled", "niquests", _niquests_pooled),
        AsyncForm("httpx", "httpx", _httpx_async),
        AsyncForm("httpx-pooled", "httpx", _httpx_async_pooled),
        AsyncForm("aiohttp", "aiohttp", _aiohttp),
        AsyncForm("aiohttp-pooled", "aiohttp", _aiohttp_pooled),
        AsyncForm("niquests", "niquests", _niquests_async),
        AsyncForm("niquests-pooled", "niquests", _niquests_async_pooled),
    )
}
