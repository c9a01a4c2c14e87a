"""The ``async def`` views: the same answers as the ``def`` views, awaited."""

from __future__ import annotations

import asyncio

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


@named_async("async/fake-redis-hit")
async def fake_redis_hit(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.02)
    return JsonResponse({"hit": True})


@named_async("async/fake-redis-set")
async def fake_redis_set(_request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.2)
    return JsonResponse({"set": True})
