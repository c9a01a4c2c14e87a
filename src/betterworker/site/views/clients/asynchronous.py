"""The ``async def`` views that fetch: with a new client for each request, or with the event loop's own."""

from __future__ import annotations

import aiohttp as aiohttp_client
import httpx as httpx_client
import requests as requests_client
from django.http import HttpRequest, HttpResponse

from betterworker.site.views import answers
from betterworker.site.views.clients import pools
from betterworker.site.views.naming import named_async


@named_async("async/requests")
async def requests(_request: HttpRequest) -> HttpResponse:
    # A sync client that blocks the event loop: the article measures this common mistake on purpose.
    response = requests_client.get(  # noqa: ASYNC210
        answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S
    )
    response.raise_for_status()
    return answers.fetched(response.json())


@named_async("async/httpx")
async def httpx(_request: HttpRequest) -> HttpResponse:
    async with httpx_client.AsyncClient(timeout=answers.CLIENT_TIMEOUT_S) as client:
        response = await client.get(answers.upstream())
    response.raise_for_status()
    return answers.fetched(response.json())


@named_async("async/httpx-pooled")
async def httpx_pooled(request: HttpRequest) -> HttpResponse:
    async with pools.HTTPX_ASYNC.serving(request) as client:
        response = await client.get(answers.upstream())
    response.raise_for_status()
    return answers.fetched(response.json())


@named_async("async/aiohttp")
async def aiohttp(_request: HttpRequest) -> HttpResponse:
    timeout = aiohttp_client.ClientTimeout(total=answers.CLIENT_TIMEOUT_S)
    async with (
        aiohttp_client.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(answers.upstream()) as response,
    ):
        return answers.fetched(await response.json())


@named_async("async/aiohttp-pooled")
async def aiohttp_pooled(request: HttpRequest) -> HttpResponse:
    async with pools.AIOHTTP.serving(request) as session, session.get(answers.upstream()) as response:
        return answers.fetched(await response.json())


@named_async("async/niquests")
async def niquests(_request: HttpRequest) -> HttpResponse:
    # Imported late: it costs every process memory, and may not be installed.
    import niquests as niquests_client

    response = await niquests_client.aget(answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S)
    response.raise_for_status()
    return answers.fetched(response.json())


@named_async("async/niquests-pooled")
async def niquests_pooled(request: HttpRequest) -> HttpResponse:
    async with pools.NIQUESTS_ASYNC.serving(request) as session:
        response = await session.get(answers.upstream())
    response.raise_for_status()
    return answers.fetched(response.json())
