"""The ``def`` views. The name in each decorator is what the bench holds the URL against."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, JsonResponse

from betterworker.site.models import Row
from betterworker.site.views import answers
from betterworker.site.views.naming import named


@named("sync/json")
def json(_request: HttpRequest) -> HttpResponse:
    return answers.hello()


@named("sync/query-json")
def query_json(_request: HttpRequest) -> HttpResponse:
    return answers.rows_as_json(list(answers.row_values()))


@named("sync/query-html")
def query_html(request: HttpRequest) -> HttpResponse:
    return answers.rows_as_html(request, list(Row.objects.all()))


@named("sync/blocking-1s")
def blocking_1s(_request: HttpRequest) -> HttpResponse:
    time.sleep(1)
    return answers.slept(1)


@named("sync/blocking-3s")
def blocking_3s(_request: HttpRequest) -> HttpResponse:
    time.sleep(3)
    return answers.slept(3)


@named("sync/blocking-10s")
def blocking_10s(_request: HttpRequest) -> HttpResponse:
    time.sleep(10)
    return answers.slept(10)


@named("sync/brotli")
def brotli(_request: HttpRequest) -> HttpResponse:
    return answers.compressed_posts()


@named("sync/fake-redis-hit")
def fake_redis_hit(_request: HttpRequest) -> HttpResponse:
    time.sleep(0.02)
    return JsonResponse({"hit": True})


@named("sync/fake-redis-set")
def fake_redis_set(_request: HttpRequest) -> HttpResponse:
    time.sleep(0.2)
    return JsonResponse({"set": True})
