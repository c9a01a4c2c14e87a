"""The schema that editors use is made from what checks the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.cli import cli
from betterworker.bench.project.file import schema
from betterworker.bench.project.file.requests import METHODS

PUBLISHED = Path(__file__).parents[4] / "docs/betterworker.schema.json"
SCHEMA: Any = schema({name: command.params for name, command in cli.commands.items()})


def test_the_published_schema_is_what_is_printed() -> None:
    """Mended with: betterworker init --schema > docs/betterworker.schema.json"""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(SCHEMA))


@pytest.mark.parametrize("table", ["ProjectTable", "LoginTable", "RequestTable"])
def test_every_key_is_described_with_an_example(table: str) -> None:
    keys = SCHEMA["$defs"][table]["properties"]
    assert [name for name, key in keys.items() if not (key.get("description") and key.get("examples"))] == []


def test_nothing_unknown_is_allowed() -> None:
    assert {part["additionalProperties"] for part in (SCHEMA, *SCHEMA["$defs"].values())} == {False}


def test_the_options_of_run_are_in_it() -> None:
    options = SCHEMA["properties"]["run"]["properties"]
    assert options["processes"]["minimum"] == 1
    assert options["arrivals"]["enum"] == ["poisson", "constant"]
    assert {"type": "string"} in [part.get("items") for part in options["workers"]["anyOf"]]


def test_every_method_is_known_to_editors() -> None:
    assert SCHEMA["$defs"]["RequestTable"]["properties"]["method"]["enum"] == list(METHODS)
