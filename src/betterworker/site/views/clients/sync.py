"""The ``def`` views that fetch. A new client for every request is the article's form, on purpose."""

from __future__ import annotations

import httpx as httpx_client
import requests as requests_client
from django.http import HttpRequest, HttpResponse

from betterworker.site.views import answers
from betterworker.site.views.clients import pools
from betterworker.site.views.naming import named


@named("sync/requests")
def requests(_request: HttpRequest) -> HttpResponse:
    response = requests_client.get(answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S)
    response.raise_for_status()
    return answers.fetched(response.json())


@named("sync/requests-pooled")
def requests_pooled(_request: HttpRequest) -> HttpResponse:
    response = pools.REQUESTS.get().get(answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S)
    response.raise_for_status()
    return answers.fetched(response.json())


@named("sync/httpx")
def httpx(_request: HttpRequest) -> HttpResponse:
    response = httpx_client.get(answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S)
    response.raise_for_status()
    return answers.fetched(response.json())


@named("sync/httpx-pooled")
def httpx_pooled(_request: HttpRequest) -> HttpResponse:
    response = pools.HTTPX.get().get(answers.upstream())
    response.raise_for_status()
    return answers.fetched(response.json())


@named("sync/niquests")
def niquests(_request: HttpRequest) -> HttpResponse:
    # Imported late: it costs every process memory, and may not be installed.
    import niquests as niquests_client

    response = niquests_client.get(answers.upstream(), timeout=answers.CLIENT_TIMEOUT_S)
    response.raise_for_status()
    return answers.fetched(response.json())


@named("sync/niquests-pooled")
def niquests_pooled(_request: HttpRequest) -> HttpResponse:
    response = pools.NIQUESTS.get().get(answers.upstream())
    response.raise_for_status()
    return answers.fetched(response.json())
