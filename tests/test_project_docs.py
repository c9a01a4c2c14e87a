"""The walk through names what the file may hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.project import file

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "your-project.md").read_text(encoding="utf-8")


def keys() -> list[tuple[str, str]]:
    """Tables of the file, each with its keys."""
    schema = file.schema()
    return sorted((table, key) for table in file.TABLES for key in _properties(schema, table))


def _properties(schema: dict[str, Any], table: str) -> dict[str, Any]:
    described = _resolved(schema, schema["properties"][table])
    described = _resolved(schema, described.get("items", described))
    found: dict[str, Any] = described["properties"]
    return found


def _resolved(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in described:
        return described
    found: dict[str, Any] = schema["$defs"][described["$ref"].rpartition("/")[2]]
    return found


@pytest.mark.parametrize(("table", "key"), keys())
def test_the_docs_have_a_row_for_every_key_of_the_file(table: str, key: str) -> None:
    heading = f"### `[[{table}]]`\n" if table == "requests" else f"### `[{table}]`\n"
    section = TEXT.partition(heading)[2].partition("\n#")[0]
    assert f"\n| `{key}` |" in section


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL))
def test_its_examples_have_keys_that_there_are(example: str) -> None:
    tables = tomllib.loads(example)
    rows = {table: tables.get(table, {}) for table in ("project", "login")}
    named = {(table, key) for table, row in rows.items() for key in row}
    named |= {("requests", key) for row in tables.get("requests", []) for key in row}
    assert named <= set(keys())
    assert named


@pytest.mark.parametrize("picture", sorted(path.name for path in DOCS.glob("your-project-*.png")))
def test_its_pictures_are_shown(picture: str) -> None:
    assert f"({picture})" in TEXT
