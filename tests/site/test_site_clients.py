from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from betterworker.site.posts import POSTS

Get = Callable[[str], HttpResponse]

SYNC = ("requests", "httpx", "niquests", "requests-pooled", "httpx-pooled", "niquests-pooled")
ASYNC = ("requests", "httpx", "aiohttp", "niquests", "httpx-pooled", "aiohttp-pooled", "niquests-pooled")
PATHS = (*(f"/sync/{name}" for name in SYNC), *(f"/async/{name}" for name in ASYNC))

each_client = pytest.mark.parametrize("path", PATHS)


@each_client
@pytest.mark.usefixtures("upstream")
def test_a_client_view_returns_the_upstreams_posts(get: Get, path: str) -> None:
    response = get(path)
    assert json.loads(response.content) == POSTS
    assert len(response.content) == pytest.approx(27_000, abs=500)


@each_client
@pytest.mark.usefixtures("broken_upstream")
def test_an_upstreams_error_is_never_passed_on_as_an_answer(get: Get, path: str) -> None:
    assert get(path).status_code == 500


@each_client
def test_without_an_upstream_a_client_view_fails(get: Get, path: str) -> None:
    assert get(path).status_code == 500
