from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from email.policy import HTTP

import brotli
import pytest

from betterworker.bench.load.upstream import posts
from betterworker.bench.model import Reply, Scenario
from betterworker.bench.reports.rows import row_title
from betterworker.bench.scenarios import UPSTREAM_S, scenarios

MIXED = {key: row for key, row in scenarios().items() if row.mix}
ROWS = {key: row for key, row in scenarios().items() if not row.mix}
every_row = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)

#: The article's table, from the top.
ARTICLE = """
Sync JSON, Async JSON, Sync query JSON, Async query JSON, Sync query HTML, Async query HTML,
Sync blocking 1s, Async blocking 1s, Sync blocking 3s, Async blocking 3s, Sync blocking 10s,
Async blocking 10s, Sync Brotli, Async Brotli, Sync Request, Async Request, Sync HTTPX, Async HTTPX,
Async AIOHTTP, Sync Fake Redis hit, Async Fake Redis hit, Sync Fake Redis set, Async Fake Redis set
"""

TABLE_ROWS = [{"id": n, "name": f"row {n:02}", "value": n * 1000} for n in range(30)]
PAGE = b"<table><tr><th>id</th></tr>" + b"<tr><td>row</td></tr>".ljust(95) * 30 + b"</table>"
LINES = [f"{n:08},row {n:08},{n * 37 % 100:02},{'exported'.ljust(230, '.')}\n" for n in range(4096)]
CSV = "".join(LINES).encode()

RIGHT: dict[str, bytes] = {
    "json": b'[{"message": "hello"}]',
    "query-json": json.dumps(TABLE_ROWS).encode(),
    "query-html": PAGE,
    "blocking-1s": b'{"slept": 1}',
    "blocking-3s": b'{"slept": 3}',
    "blocking-10s": b'{"slept": 10}',
    "brotli": brotli.compress(posts()),
    "requests": posts(),
    "httpx": posts(),
    "aiohttp": posts(),
    "fake-redis-hit": b'{"hit": true}',
    "fake-redis-set": b'{"set": true}',
    "niquests": posts(),
    "requests-pooled": posts(),
    "httpx-pooled": posts(),
    "aiohttp-pooled": posts(),
    "niquests-pooled": posts(),
    "redis-hit": b'{"hit": true}',
    "redis-set": b'{"set": true}',
    "postgres-query-json": json.dumps(TABLE_ROWS).encode(),
    "postgres-query-html": PAGE,
    "postgres-pool-query-json": json.dumps(TABLE_ROWS).encode(),
    "postgres-pool-query-html": PAGE,
    "upload": b'{"bytes": 102400, "crc32": 784255290}',
    "stream": CSV,
    "orm-write": b'{"inserted": 1, "updated": 1}',
    "login": b'{"user": "visitor"}',
}


def right(row: Scenario) -> Reply:
    headers = {"x-view": f"{row.mode}/{row.name}", "content-type": "application/json"}
    if row.name == "brotli":
        headers["content-encoding"] = "br"
    if row.name == "login":
        headers["set-cookie"] = "csrftoken=x; Path=/\nsessionid=y; HttpOnly; Path=/"
    return Reply(status=200, headers=headers, body=RIGHT[row.name])


def complaint(key: str, body: bytes, headers: Mapping[str, str] | None = None) -> str:
    row = ROWS[key]
    reply = replace(right(row), body=body)
    found = row.check(replace(reply, headers={**reply.headers, **(headers or {})}))
    assert found is not None
    return found


def test_the_articles_rows_come_first_in_its_order() -> None:
    article = " ".join(ARTICLE.split()).split(", ")
    assert [row_title(key) for key in ROWS][: len(article)] == article


def test_a_row_is_known_by_its_key() -> None:
    assert all(key == row.key == f"{row.name}:{row.mode}" for key, row in ROWS.items())


def test_only_what_cannot_lacks_a_mode() -> None:
    modes = {mode: {row.name for row in ROWS.values() if row.mode == mode} for mode in ("sync", "async")}
    assert modes["async"] - modes["sync"] == {"aiohttp", "aiohttp-pooled"}
    assert modes["sync"] - modes["async"] == {"requests-pooled"}


@every_row
def test_a_path_names_the_mode_and_the_view(row: Scenario) -> None:
    assert row.path == f"/{row.mode}/{row.name}"


@every_row
def test_a_right_reply_is_accepted(row: Scenario) -> None:
    assert row.check(right(row)) is None


@every_row
@pytest.mark.parametrize("status", [204, 302, 404, 500, 503])
def test_another_status_is_a_wrong_answer(row: Scenario, status: int) -> None:
    assert row.check(replace(right(row), status=status)) == f"HTTP {status}"


@every_row
def test_an_answer_of_the_other_mode_is_wrong(row: Scenario) -> None:
    other = "async" if row.mode == "sync" else "sync"
    headers = {**right(row).headers, "x-view": f"{other}/{row.name}"}
    said = f"answered by the view '{other}/{row.name}' instead of '{row.mode}/{row.name}'"
    assert row.check(replace(right(row), headers=headers)) == said


@every_row
def test_an_answer_that_does_not_say_its_view_is_wrong(row: Scenario) -> None:
    assert "answered by the view None" in (row.check(replace(right(row), headers={})) or "")


@every_row
def test_a_body_that_is_none_torn_or_another_is_wrong(row: Scenario) -> None:
    whole = right(row).body
    for body in (b"", whole[: len(whole) // 2], b"<p>sorry</p>"):
        assert row.check(replace(right(row), body=body))


def test_the_articles_route_to_the_1_s_view_is_found_out() -> None:
    wrong = complaint("blocking-3s:async", b'{"slept": 1}', {"x-view": "async/blocking-1s"})
    assert wrong == "answered by the view 'async/blocking-1s' instead of 'async/blocking-3s'"


def test_the_articles_empty_database_is_found_out() -> None:
    empty = b"[" + b" " * 251 + b"]"
    assert len(empty) == 253
    assert complaint("query-json:sync", empty) == "0 items instead of 30"
    assert complaint("query-html:sync", b"<tr></tr>" + b" " * 3000) == "1 × <tr> instead of 31"


@pytest.mark.parametrize(
    ("key", "body", "said"),
    [
        ("json:sync", b"[]", "0 items instead of 1"),
        ("json:sync", b"{}", "JSON of type dict, not a list"),
        ("json:sync", b"\xff", "not JSON"),
        ("query-json:async", json.dumps(TABLE_ROWS[:29]).encode(), "29 items instead of 30"),
        ("query-json:async", json.dumps([0] * 30).encode(), "90 bytes, not 1,000 to 1,600"),
        ("query-html:async", PAGE[:-9] + b" " * 2000, "bytes, not 2,500 to 4,000"),
        ("blocking-1s:sync", b"{}", "JSON without 'slept'"),
        ("blocking-1s:sync", b"[]", "JSON of type list, not an object"),
        ("fake-redis-hit:sync", b"hit", "not JSON"),
        ("brotli:sync", posts(), "not Brotli"),
        ("brotli:sync", brotli.compress(b"[]"), "0 items instead of 100"),
        ("httpx:async", b"[" + b"0," * 99 + b"0]", "201 bytes, not 24,000 to 30,000"),
        ("requests:sync", b"[]", "0 items instead of 100"),
        ("upload:sync", b'{"bytes": 102400, "crc32": 1}', '{"bytes": 102400, "crc32": 1} instead of'),
        ("orm-write:async", b'{"inserted": 1, "updated": 0}', '"updated": 0} instead of'),
        ("login:sync", b'{"user": "root"}', '{"user": "root"} instead of {"user": "visitor"}'),
        ("stream:sync", CSV[:-1], "1,048,575 bytes instead of 1,048,576"),
        ("stream:async", CSV[65_536:] + CSV[:65_536], "other content: CRC-32"),
    ],
)
def test_wrong_content_is_told(key: str, body: bytes, said: str) -> None:
    assert said in complaint(key, body)


def test_an_answer_that_was_not_compressed_is_wrong() -> None:
    assert complaint("brotli:async", posts(), {"content-encoding": "gzip"}) == (
        "Content-Encoding is 'gzip', not 'br'"
    )


@pytest.mark.parametrize(
    ("key", "delay_s"),
    [
        ("json:sync", 0.0),
        ("query-html:async", 0.0),
        ("brotli:sync", 0.0),
        ("blocking-1s:sync", 1.0),
        ("blocking-3s:async", 3.0),
        ("blocking-10s:sync", 10.0),
        ("fake-redis-hit:async", 0.02),
        ("fake-redis-set:sync", 0.2),
        ("aiohttp:async", UPSTREAM_S),
    ],
)
def test_the_least_delay_is_the_views_own(key: str, delay_s: float) -> None:
    assert ROWS[key].delay_s == delay_s


def test_a_slower_upstream_delays_the_client_rows_alone() -> None:
    slow = scenarios(0.5)
    assert {slow[key].name for key in ROWS if slow[key].delay_s != ROWS[key].delay_s} == {
        row.name for row in ROWS.values() if row.client
    }


def test_a_login_without_a_session_is_wrong() -> None:
    said = complaint("login:sync", RIGHT["login"], {"set-cookie": "csrftoken=x; Path=/"})
    assert said == "sets no sessionid cookie"


def test_what_is_posted_passes_djangos_csrf_check() -> None:
    posted = {row.name: row.request for row in ROWS.values() if row.request.method == "POST"}
    assert set(posted) == {"upload", "orm-write", "login"}
    for request in posted.values():
        headers = dict(request.headers)
        assert headers["Cookie"] == f"csrftoken={headers['X-CSRFToken']}"
        assert len(headers["X-CSRFToken"]) == 32


def test_an_upload_is_a_form_with_one_file_of_100_kb() -> None:
    request = ROWS["upload:sync"].request
    said = f"Content-Type: {dict(request.headers)['Content-Type']}\r\n\r\n".encode()
    (part,) = message_from_bytes(said + request.body, policy=HTTP).iter_parts()
    assert part["content-disposition"] == 'form-data; name="file"; filename="upload.bin"'
    assert len(part.get_content()) == 102_400


def test_only_a_streams_first_byte_is_timed() -> None:
    assert {row.name for row in ROWS.values() if row.streams} == {"stream"}


def test_a_client_row_is_known_by_its_clients_name() -> None:
    assert (ROWS["httpx:sync"].client, ROWS["httpx-pooled:async"].client) == ("httpx", "httpx pooled")
    names = {"requests", "httpx", "aiohttp", "niquests"}
    assert {row.client for row in ROWS.values() if row.client} == names | {f"{name} pooled" for name in names}


def test_mixed_traffic_comes_last_and_in_both_modes() -> None:
    assert list(scenarios())[-4:] == list(MIXED)
    assert {row.name for row in MIXED.values()} == {"mixed-blocking", "mixed-cpu"}


@pytest.mark.parametrize("row", MIXED.values(), ids=MIXED)
def test_a_mix_is_json_with_a_tenth_of_slow_requests_of_its_own_mode(row: Scenario) -> None:
    assert row.mix is not None
    assert (row.path, row.mix.share) == (f"/{row.mode}/json", 0.1)
    assert row.mix.slow.key in ROWS
    assert row.mix.slow.mode == row.mode
    assert row.check(right(ROWS[f"json:{row.mode}"])) is None
