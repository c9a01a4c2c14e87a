"""The ``async def`` views that talk to Redis and PostgreSQL: the same answers, awaited."""

from __future__ import annotations

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse

from betterworker.site import cached
from betterworker.site.databases import POSTGRES, POSTGRES_POOL
from betterworker.site.models import Row
from betterworker.site.views import answers
from betterworker.site.views.naming import named_async


@named_async("async/redis-hit")
async def redis_hit(_request: HttpRequest) -> HttpResponse:
    value = await caches[cached.REDIS].aget(cached.HIT)
    return JsonResponse({"hit": cached.checked(value)})


@named_async("async/redis-set")
async def redis_set(_request: HttpRequest) -> HttpResponse:
    await caches[cached.REDIS].aset(cached.SET, cached.VALUE, cached.SET_TIMEOUT_S)
    return JsonResponse({"set": True})


@named_async("async/postgres-query-json")
async def postgres_query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json([row async for row in answers.row_values().using(POSTGRES)])


@named_async("async/postgres-query-html")
async def postgres_query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, [row async for row in Row.objects.using(POSTGRES)])


@named_async("async/postgres-pool-query-json")
async def postgres_pool_query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json([row async for row in answers.row_values().using(POSTGRES_POOL)])


@named_async("async/postgres-pool-query-html")
async def postgres_pool_query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, [row async for row in Row.objects.using(POSTGRES_POOL)])
