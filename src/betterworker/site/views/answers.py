"""What a view and its async twin have in common: everything apart from how they wait."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import brotli
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from betterworker.site.models import Row
from betterworker.site.posts import POSTS

if TYPE_CHECKING:
    from django.db.models import QuerySet

# The clients' own defaults are none, 5 s and 300 s: under load they would decide the comparison.
CLIENT_TIMEOUT_S = 30.0


def hello() -> JsonResponse:
    return JsonResponse([{"message": "hello"}], safe=False)


def row_values() -> QuerySet[Row, dict[str, object]]:
    return Row.objects.values("id", "name", "value")


def rows_as_json(rows: list[dict[str, object]]) -> JsonResponse:
    return JsonResponse(rows, safe=False)


def rows_as_html(request: HttpRequest, rows: list[Row]) -> HttpResponse:
    return render(request, "betterworker_site/rows.html", {"rows": rows})


def slept(seconds: int) -> JsonResponse:
    return JsonResponse({"slept": seconds})


def compressed_posts() -> HttpResponse:
    """The posts as JSON, serialised and compressed for this request: the CPU-bound view."""
    body = brotli.compress(json.dumps(POSTS).encode())
    headers = {"Content-Encoding": "br"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def fetched(document: object) -> JsonResponse:
    return JsonResponse(document, safe=False)


def upstream() -> str:
    """The URL that client views fetch; without one ImproperlyConfigured, hence a logged 500."""
    url: str = settings.BETTERWORKER_UPSTREAM
    if not url:
        raise ImproperlyConfigured("BETTERWORKER_UPSTREAM is not set: HTTP client views need a URL to fetch.")
    return url
