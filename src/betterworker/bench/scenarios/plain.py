"""Views that answer at once: JSON, and rows of a table as JSON and as HTML."""

from __future__ import annotations

from betterworker.bench.model import Mode, Scenario
from betterworker.bench.scenarios.answers import answer, json_list, table_as_html, table_as_json


def json(mode: Mode) -> Scenario:
    return Scenario(
        name="json",
        mode=mode,
        path=f"/{mode}/json",
        effort="light",
        check=answer(mode, "json", json_list(1)),
        about="a one-item list as JSON",
    )


def query_json(mode: Mode) -> Scenario:
    return Scenario(
        name="query-json",
        mode=mode,
        path=f"/{mode}/query-json",
        effort="light",
        check=table_as_json(mode, "query-json"),
        about="30 rows of the database as JSON, 1.2 kB",
    )


def query_html(mode: Mode) -> Scenario:
    return Scenario(
        name="query-html",
        mode=mode,
        path=f"/{mode}/query-html",
        effort="light",
        check=table_as_html(mode, "query-html"),
        about="30 rows of the database through a template, 3 kB",
    )
