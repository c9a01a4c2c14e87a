"""The ``def`` views that talk to Redis and PostgreSQL."""

from __future__ import annotations

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, JsonResponse

from betterworker.site import cached
from betterworker.site.databases import POSTGRES, POSTGRES_POOL
from betterworker.site.models import Row
from betterworker.site.views import answers
from betterworker.site.views.naming import named


@named("sync/redis-hit")
def redis_hit(_request: HttpRequest) -> HttpResponse:
    value = caches[cached.REDIS].get(cached.HIT)
    return JsonResponse({"hit": cached.checked(value)})


@named("sync/redis-set")
def redis_set(_request: HttpRequest) -> HttpResponse:
    caches[cached.REDIS].set(cached.SET, cached.VALUE, cached.SET_TIMEOUT_S)
    return JsonResponse({"set": True})


@named("sync/postgres-query-json")
def postgres_query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json(list(answers.row_values().using(POSTGRES)))


@named("sync/postgres-query-html")
def postgres_query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, list(Row.objects.using(POSTGRES)))


@named("sync/postgres-pool-query-json")
def postgres_pool_query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json(list(answers.row_values().using(POSTGRES_POOL)))


@named("sync/postgres-pool-query-html")
def postgres_pool_query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, list(Row.objects.using(POSTGRES_POOL)))
