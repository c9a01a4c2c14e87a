"""``betterworker.toml``: defaults for the commands' options, a table for each command.

::

    [run]
    profile = "smoke"
    workers = ["uvicorn", "granian-asgi"]
    window = "2s"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from betterworker.bench.errors import BadInput, UnknownName

NAME = "betterworker.toml"


def defaults(path: Path | None, known: Mapping[str, Sequence[click.Parameter]]) -> dict[str, Any]:
    """What the file says, as click's default map. A named file must exist; raises BadInput."""
    file = path or Path(NAME)
    if path is None and not file.is_file():
        return {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be used: {error}") from error
    return {command: _options(file, command, table, known) for command, table in content.items()}


def _options(
    file: Path, command: str, table: object, known: Mapping[str, Sequence[click.Parameter]]
) -> dict[str, Any]:
    if command not in known:
        raise UnknownName(f"table of {file}", command, known)
    if not isinstance(table, dict):
        raise BadInput(f"{file}: {command} must be a table, as [{command}].")
    names = {
        max(param.opts, key=len).lstrip("-"): param.name
        for param in known[command]
        if isinstance(param, click.Option)
    }
    for key in table:
        if key not in names:
            raise UnknownName(f"key of [{command}] in {file}", key, names)
    return {str(names[key]): value for key, value in table.items()}
