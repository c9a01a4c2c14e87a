"""What can be asked of an API without knowing more than its document says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.sources import Found, openapi

ID = {"name": "id", "in": "path", "required": True}
PAGE = {"name": "page", "in": "query"}


def found_in(folder: Path, paths: dict[str, Any], **document: Any) -> Found:
    file = folder / "openapi.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "paths": paths, **document}))
    return openapi(file)


def one(folder: Path, *parameters: dict[str, Any], path: str = "/books/", **document: Any) -> list[str]:
    """The paths found of one operation with these parameters."""
    found = found_in(folder, {path: {"get": {"parameters": parameters}}}, **document)
    return [spec.path for spec in found.requests]


def test_a_get_without_parameters_is_taken(tmp_path: Path) -> None:
    assert one(tmp_path) == ["/books/"]


def test_its_name_is_the_operations(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"/books/": {"get": {"operationId": "books_list"}}})
    assert found.requests[0].name == "books_list"


def test_an_optional_parameter_is_left_away(tmp_path: Path) -> None:
    assert one(tmp_path, PAGE) == ["/books/"]


@pytest.mark.parametrize(
    "told",
    [
        {"example": "a b"},
        {"examples": {"first": {"value": "a b"}}},
        {"schema": {"example": "a b"}},
        {"schema": {"examples": ["a b", "c"]}},
        {"schema": {"default": "a b"}},
        {"schema": {"enum": ["a b", "c"]}},
        {"schema": {"$ref": "#/components/schemas/Kind"}},
        {"default": "a b"},
    ],
)
def test_a_value_is_taken_from_wherever_it_is_told(tmp_path: Path, told: dict[str, Any]) -> None:
    kinds = {"schemas": {"Kind": {"enum": ["a b"]}}}
    parameters = ({**ID, **told}, {**PAGE, "required": True, **told})
    assert one(tmp_path, *parameters, path="/{id}/", components=kinds) == ["/a%20b/?page=a+b"]


def test_a_parameter_without_a_value_leaves_the_operation_out(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"/{id}/": {"parameters": [ID], "get": {}}})
    assert found.requests == ()
    assert found.notes == ("1 operation left out: {id} has neither example nor default",)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"servers": [{"url": "https://a/api/v1/"}]}, "/api/v1/books/"),
        ({"servers": [{"url": "/{v}", "variables": {"v": {"default": "v2"}}}]}, "/v2/books/"),
        ({"basePath": "/api"}, "/api/books/"),
    ],
)
def test_paths_are_below_that_of_the_server(tmp_path: Path, document: dict[str, Any], path: str) -> None:
    assert one(tmp_path, **document) == [path]


def test_what_writes_is_left_out_and_told(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"/books/": {"get": {}, "post": {}, "delete": {}}})
    assert found.notes == ("2 operations left out: they write",)


def test_what_asks_for_a_key_is_told(tmp_path: Path) -> None:
    paths = {"/a/": {"get": {}}, "/b/": {"get": {"security": []}}}
    found = found_in(tmp_path, paths, security=[{"token": []}])
    assert found.notes == ("1 of them ask for a log-in or a key: write [login], or headers",)
    assert [spec.anonymous for spec in found.requests] == [False, True]


def test_a_document_may_be_yaml(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    file.write_text("openapi: 3.0.3\npaths:\n  /books/:\n    get:\n      responses:\n        200: {}\n")
    assert [spec.path for spec in openapi(file).requests] == ["/books/"]


@pytest.mark.parametrize("text", ['{"paths": {"/books/": {"get": {}}}}', "paths: {/books/: {get: {}}}"])
def test_a_byte_order_mark_is_passed_over(tmp_path: Path, text: str) -> None:
    file = tmp_path / "schema"
    file.write_text(text, encoding="utf-8-sig")
    assert [spec.path for spec in openapi(file).requests] == ["/books/"]


def test_a_day_in_yaml_is_a_value(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    file.write_text(
        "paths:\n  /{day}/:\n    get:\n      parameters:\n"
        "        - {in: path, name: day, required: true, example: 2025-01-31}\n"
    )
    assert [spec.path for spec in openapi(file).requests] == ["/2025-01-31/"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("{", "neither JSON nor YAML"), ("a: [", "neither JSON nor YAML"), ("a: 1", "has no paths")],
)
def test_what_is_no_document_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "schema.yml"
    file.write_text(text)
    with pytest.raises(BadInput, match=why):
        openapi(file)


def test_references_that_turn_in_a_circle_are_no_trap(tmp_path: Path) -> None:
    turning = {"parameters": {"A": {"$ref": "#/components/parameters/A"}}}
    assert one(tmp_path, {"$ref": "#/components/parameters/A"}, components=turning) == ["/books/"]


@pytest.mark.parametrize(
    "document",
    [
        {"servers": {"url": "/api"}},
        {"servers": "/api"},
        {"servers": [{"url": "http://[bad"}]},
        {"servers": [{"url": "/", "variables": [1]}]},
        {"servers": [{"url": "/", "variables": {"v": None}}]},
    ],
)
def test_servers_of_another_shape_are_passed_over(tmp_path: Path, document: dict[str, Any]) -> None:
    assert one(tmp_path, **document) == ["/books/"]


def test_empty_parameters_are_none(tmp_path: Path) -> None:
    item = {"parameters": None, "get": {"parameters": None}}
    assert [spec.path for spec in found_in(tmp_path, {"/books/": item}).requests] == ["/books/"]


def test_an_extension_is_no_path(tmp_path: Path) -> None:
    assert one(tmp_path, path="x-books") == []


def test_a_parameter_cannot_break_its_note(tmp_path: Path) -> None:
    name = {"name": "a\n[login]\x1b", "in": "query", "required": True}
    found = found_in(tmp_path, {"/books/": {"get": {"parameters": [name]}}})
    assert all(note.isprintable() for note in found.notes)


@pytest.mark.parametrize(("name", "value"), [("Host", "a"), ("X-A", "a\nb"), ("X A", "a")])
def test_a_header_that_cannot_be_sent_is_left_out(tmp_path: Path, name: str, value: str) -> None:
    header = {"name": name, "in": "header", "required": True, "example": value}
    (spec,) = found_in(tmp_path, {"/books/": {"get": {"parameters": [header]}}}).requests
    assert spec.headers == ()


@pytest.mark.parametrize("name", ["X-Key", "X-Api-Token", "Authorization", "Session-Id"])
def test_a_header_that_may_be_secret_is_left_out_and_told(tmp_path: Path, name: str) -> None:
    listed = [
        {"name": name, "in": "header", "required": True, "example": "s3cret"},
        {"name": "X-Shop", "in": "header", "required": True, "example": "north"},
    ]
    found = found_in(tmp_path, {"/books/": {"get": {"parameters": listed}}})
    assert found.requests[0].headers == (("X-Shop", "north"),)
    assert found.notes == (f"headers left out, for they may be secret: {name}",)


@pytest.mark.parametrize("place", ["query", "path"])
def test_an_operation_that_asks_for_a_token_in_its_url_is_left_out(tmp_path: Path, place: str) -> None:
    token = {"name": "token", "in": place, "required": True, "example": "s3cret"}
    path = "/in/{token}/" if place == "path" else "/in/"
    found = found_in(tmp_path, {path: {"get": {"parameters": [token]}}})
    assert found.requests == ()
    assert found.notes == ("1 operation left out: with what looks like a token or key in the path",)
