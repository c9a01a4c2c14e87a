from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

import brotli
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from betterworker.site.models import Row
from betterworker.site.posts import POSTS, make_posts
from betterworker.site.prepare import prepare

Get = Callable[[str], HttpResponse]

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@pytest.fixture
def empty_table() -> Iterator[None]:
    Row.objects.all().delete()
    yield
    prepare()


@both_modes
def test_json_is_a_list_of_one_item(get: Get, mode: str) -> None:
    assert json.loads(get(f"/{mode}/json").content) == [{"message": "hello"}]


@both_modes
def test_query_json_holds_every_row_in_about_1200_bytes(get: Get, mode: str) -> None:
    response = get(f"/{mode}/query-json")
    rows = json.loads(response.content)
    assert [row["id"] for row in rows] == list(range(1, 31))
    assert len(response.content) == pytest.approx(1250, abs=50)


@both_modes
def test_query_html_holds_every_row_in_about_3000_bytes(get: Get, mode: str) -> None:
    html = get(f"/{mode}/query-html").content.decode()
    assert all(f"<td>row{number:02}</td>" in html for number in range(1, 31))
    assert html.count("</tr>") == 31
    assert len(html) == pytest.approx(3000, abs=300)


@both_modes
@pytest.mark.parametrize("path", ["query-json", "query-html"])
def test_query_views_ask_the_database_once_per_request(get: Get, mode: str, path: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        get(f"/{mode}/{path}")
    assert len(queries) == 1


@both_modes
@pytest.mark.parametrize("seconds", [1, 3, 10])
def test_blocking_views_sleep_as_long_as_they_say(
    get: Get, slept: list[float], mode: str, seconds: int
) -> None:
    response = get(f"/{mode}/blocking-{seconds}s")
    assert json.loads(response.content) == {"slept": seconds}
    assert slept == [seconds]


@both_modes
@pytest.mark.parametrize(("operation", "delay"), [("hit", 0.02), ("set", 0.2)])
def test_fake_redis_takes_its_round_trip(
    get: Get, slept: list[float], mode: str, operation: str, delay: float
) -> None:
    response = get(f"/{mode}/fake-redis-{operation}")
    assert json.loads(response.content) == {operation: True}
    assert slept == [delay]


@both_modes
def test_brotli_decompresses_to_the_posts(get: Get, mode: str) -> None:
    response = get(f"/{mode}/brotli")
    assert response["Content-Encoding"] == "br"
    assert response["Content-Type"] == "application/json"
    assert json.loads(brotli.decompress(response.content)) == POSTS


def test_posts_are_100_and_about_27_kb_and_always_the_same() -> None:
    assert [post["id"] for post in POSTS] == list(range(1, 101))
    assert len(json.dumps(POSTS)) == pytest.approx(27_000, abs=500)
    assert make_posts() == POSTS


def test_ready_names_its_process_and_touches_the_database_once(get: Get) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = get("/ready")
    assert (response.status_code, response.content) == (200, b"ok")
    assert (response["X-Pid"], response["X-View"]) == (str(os.getpid()), "ready")
    assert len(queries) == 1


@pytest.mark.usefixtures("empty_table")
def test_an_empty_table_is_not_ready(get: Get) -> None:
    assert get("/ready").status_code == 500
