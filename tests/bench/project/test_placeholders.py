"""Values go where their names stand, escaped as each place needs."""

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.project.placeholders import filled
from tests.bench.project.files import a_request


@pytest.mark.parametrize(
    ("path", "value", "sent"),
    [
        ("/books/{id}/", "7", "/books/7/"),
        ("/books/{id}/", "a b?c#ü", "/books/a%20b%3Fc%23%C3%BC/"),
        ("/files/{id}", "a/b", "/files/a/b"),
        ("/?q={id}", "a&b c", "/?q=a%26b+c"),
        ("{id}", "/a/?b=c%20d", "/a/?b=c%20d"),
        ("/{id}/{other}", "7", "/7/{other}"),
    ],
)
def test_a_value_in_a_path_is_percent_encoded(path: str, value: str, sent: str) -> None:
    assert filled(a_request(path), {"id": value}).path == sent


@pytest.mark.parametrize(
    ("content_type", "body", "sent"),
    [
        ("application/json", b'{"a": "{id}", "b": {}}', b'{"a": "\\"x\\"\\n\xc3\xbc", "b": {}}'),
        ("application/x-www-form-urlencoded", b"a={id}", b"a=%22x%22%0A%C3%BC"),
        ("text/plain", b"a {id}", b'a "x"\n\xc3\xbc'),
        ("multipart/form-data; boundary=b", b"\xff{id}\x00", b'\xff"x"\n\xc3\xbc\x00'),
    ],
)
def test_a_value_in_a_body_is_escaped_as_its_kind(content_type: str, body: bytes, sent: bytes) -> None:
    spec = a_request(headers=(("content-type", content_type),), body=body)
    assert filled(spec, {"id": '"x"\nü'}).body == sent


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"headers": (("X-Id", "a {id}"),)}, {"headers": (("X-Id", "a 1 2"),)}),
        ({"cookies": {"id": "{id}"}}, {"cookies": {"id": "1 2"}}),
    ],
)
def test_a_value_in_a_header_stays_on_its_line(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert filled(a_request(**before), {"id": "1\r\n2"}) == a_request(**after)


def test_a_value_may_be_in_what_is_expected() -> None:
    assert filled(a_request(contains="Book {id}"), {"id": "7"}).contains == "Book 7"


def test_what_the_set_up_gives_is_filled_in_by_its_whole_name() -> None:
    assert filled(a_request("/{setup.id}"), {"setup.id": "7"}).path == "/7"
