"""Requests become rows of the table."""

from __future__ import annotations

import pytest

from betterworker.bench.model import Scenario
from betterworker.bench.project.nouns import Login
from betterworker.bench.project.rows import digest, project_requests, scenarios
from tests.bench.project.files import a_project, a_request

BOOK = a_request("/books/{id}/", values=({"id": "1"}, {"id": "2"}), weight=3.0)
HOME = a_request("/", name="home", mode="async")


def headers_of(row: Scenario) -> dict[str, str]:
    return dict(row.request.headers)


def test_each_request_is_a_row() -> None:
    row = scenarios(a_project(requests=(HOME,)))["home:async"]
    assert (row.path, row.request.method, row.effort, row.varies, row.variants) == (
        "/",
        "GET",
        "light",
        True,
        (),
    )


def test_values_are_variants_of_one_name() -> None:
    row = scenarios(a_project(requests=(BOOK,)))["books:sync"]
    assert [(each.name, each.path, each.weight) for each in row.variants] == [
        ("books", "/books/1/", 1.5),
        ("books", "/books/2/", 1.5),
    ]
    assert row.path == "/books/1/"


def test_two_requests_are_traffic_too_by_their_weights() -> None:
    rows = scenarios(a_project(requests=(BOOK, HOME)))
    assert list(rows) == ["books:sync", "home:async", "traffic:async"]
    assert [(each.path, each.weight) for each in rows["traffic:async"].variants] == [
        ("/books/1/", 1.5),
        ("/books/2/", 1.5),
        ("/", 1.0),
    ]


def test_one_request_is_no_traffic() -> None:
    assert list(scenarios(a_project(requests=(BOOK,)))) == ["books:sync"]


def test_host_and_https_are_sent() -> None:
    row = scenarios(a_project(requests=(HOME,), host="www.example.com", https=True))["home:async"]
    assert row.request.headers[:2] == (("Host", "www.example.com"), ("X-Forwarded-Proto", "https"))


def test_cookies_are_one_header() -> None:
    row = scenarios(a_project(requests=(a_request(cookies={"a": "1", "b": "2"}),)))["books:sync"]
    assert headers_of(row)["Cookie"] == "a=1; b=2"


def test_a_header_beyond_latin_1_goes_as_utf_8() -> None:
    row = scenarios(a_project(requests=(a_request(headers=(("X-A", "Ł"),)),)))["books:sync"]
    assert headers_of(row)["X-A"].encode("latin-1") == "Ł".encode()


def test_a_request_without_log_in_says_so() -> None:
    assert scenarios(a_project(requests=(a_request(anonymous=True),)))["books:sync"].request.anonymous


def test_requests_are_told_as_they_are_written() -> None:
    assert project_requests(a_project(requests=(BOOK, HOME))) == {
        "books:sync": "GET /books/{id}/",
        "home:async": "GET /",
        "traffic:async": "all requests by weight",
    }


def test_keys_of_rows_and_of_what_is_told_agree() -> None:
    file = a_project(requests=(BOOK, HOME))
    assert list(project_requests(file)) == list(scenarios(file))


def test_the_digest_of_equal_files_is_equal() -> None:
    assert digest(a_project(requests=(BOOK, HOME))) == digest(a_project(requests=(BOOK, HOME)))


@pytest.mark.parametrize(
    "other",
    [
        a_project(requests=(BOOK,), host="other"),
        a_project(requests=(BOOK,), https=True),
        a_project(requests=(BOOK,), setup="a:b"),
        a_project(requests=(HOME,)),
        a_project(requests=(a_request("/books/{id}/", values=({"id": "1"},), weight=3.0),)),
        a_project(requests=(BOOK,), login=Login(path="/in/", fields={"password": "a"})),
    ],
)
def test_whatever_is_sent_is_in_the_digest(other: object) -> None:
    assert digest(other) != digest(a_project(requests=(BOOK,)))  # type: ignore[arg-type]
