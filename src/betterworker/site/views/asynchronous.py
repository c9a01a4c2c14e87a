"""The ``async def`` views: the same answers as the ``def`` views, awaited."""

from __future__ import annotations

import asyncio

import aiohttp as aiohttp_client
import httpx as httpx_client
import requests as requests_client
from django.http import HttpRequest, HttpResponse, JsonResponse

from betterworker.site.models import Row
from betterworker.site.views import answers
from betterworker.site.views.naming import named_async


@named_async("async/json")
async def json(_request: HttpRequest) -> HttpResponse:
    return answers.hello()


@named_async("async/query-json")
async def query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json([row async for row in answers.row_values()])


@named_async("async/query-html")
async def query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, [row async for row in Row.objects.all()])


@named_async("async/blocking-1s")
async def blocking_1s(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(1)
    return answers.slept(1)


@named_async("async/blocking-3s")
async def blocking_3s(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(3)
    return answers.slept(3)


@named_async("async/blocking-10s")
async def blocking_10s(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(10)
    return answers.slept(10)


@named_async("async/brotli")
async def brotli(_request: HttpRequest) -> HttpResponse:
    return answers.compressed_posts()


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


@named_async("async/aiohttp")
async def aiohttp(_request: HttpRequest) -> HttpResponse:
    timeout = aiohttp_client.ClientTimeout(total=answers.CLIENT_TIMEOUT_S)
    async with (
        aiohttp_client.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(answers.upstream()) as response,
    ):
        return answers.fetched(await response.json())


@named_async("async/fake-redis-hit")
async def fake_redis_hit(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.02)
    return JsonResponse({"hit": True})


@named_async("async/fake-redis-set")
async def fake_redis_set(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.2)
    return JsonResponse({"set": True})
