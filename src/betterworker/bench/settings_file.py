"""``betterworker.toml``: defaults for the commands' options, a table for each command.

The tables of a project stand in the same file and are read elsewhere.

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
from betterworker.bench.project.file import TABLES
from betterworker.bench.project.file.lines import line_of
from betterworker.bench.project.texts import read_text

NAME = "betterworker.toml"


def defaults(path: Path | None, known: Mapping[str, Sequence[click.Parameter]]) -> dict[str, Any]:
    """What the file says, as click's default map. A named file must exist; raises BadInput."""
    file = path or Path(NAME)
    if path is None and not file.is_file():
        return {}
    try:
        text = read_text(file)
        content = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file} cannot be used: {error}") from error
    commands = {name: table for name, table in content.items() if name not in TABLES}
    return {name: _options(file, text, name, table, known) for name, table in commands.items()}


def _options(
    file: Path, text: str, command: str, table: object, known: Mapping[str, Sequence[click.Parameter]]
) -> dict[str, Any]:
    if command not in known:
        where = f"{file}, line {line_of((command,), text)},"
        raise UnknownName(f"table of {where}", command, (*known, *TABLES))
    if not isinstance(table, dict):
        raise BadInput(f"{file}:{line_of((command,), text)}: {command} must be a table, as [{command}].")
    options = {
        max(param.opts, key=len).lstrip("-"): param
        for param in known[command]
        if isinstance(param, click.Option)
    }
    for key, value in table.items():
        line = line_of((command, key), text)
        if key not in options:
            raise UnknownName(f"key of [{command}] in {file}, line {line},", key, options)
        if complaint := _complaint(options[key], value):
            raise BadInput(f"{file}:{line}: {key} of [{command}]: {complaint}")
    return {str(options[key].name): value for key, value in table.items()}


def _complaint(option: click.Option, value: object) -> str | None:
    """Why a value cannot be that option's: click itself would not say where it comes from."""
    try:
        option.type_cast_value(click.Context(click.Command(None)), value)
    except (click.ClickException, BadInput) as error:
        return error.message if isinstance(error, click.ClickException) else str(error)
    except (TypeError, ValueError, AttributeError):
        return f"{value!r} cannot be used"
    return None
