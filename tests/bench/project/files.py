"""Project files and what is read from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file import read
from betterworker.bench.project.nouns import ProjectFile, RequestSpec

PROJECT = '[project]\nsettings = "mysite.settings"\n'


def written(folder: Path, text: str) -> Path:
    file = folder / "betterworker.toml"
    file.write_text(text, encoding="utf-8")
    return file


def read_from(folder: Path, more: str = "", /, project: str = "", **environ: str) -> ProjectFile:
    """``project`` are lines of that table; ``more`` are the tables after it."""
    return read(written(folder, f"{PROJECT}{project}\n{more}"), environ)


def the_request(folder: Path, lines: str, /, project: str = "", **environ: str) -> RequestSpec:
    """The only one, of these lines."""
    (spec,) = read_from(folder, f"[[requests]]\n{lines}", project=project, **environ).requests
    return spec


def complaint(folder: Path, text: str, **environ: str) -> str:
    """What is said of a text that cannot be used, from the file's name on."""
    with pytest.raises(BadInput) as caught:
        read(written(folder, text), environ)
    return str(caught.value).partition(f"{folder}/")[2]


def a_project(beside: Path = Path("/site"), /, **overrides: Any) -> ProjectFile:
    project = ProjectFile(
        path=beside / "betterworker.toml",
        folder=beside,
        python="",
        settings="mysite.settings",
        wsgi="mysite.wsgi:application",
        asgi="mysite.asgi:application",
    )
    return replace(project, **overrides)


def a_request(path: str = "/books/", **overrides: Any) -> RequestSpec:
    return replace(RequestSpec(name="books", path=path), **overrides)
